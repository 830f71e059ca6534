// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/device/opencl/handle.h"
#include "core/device/opencl/hardware.h"
#include "core/device/opencl/watchdog.h"

namespace shearbench::device::opencl {

/// A program of the device: the families of kernels in it and the macros it is compiled with.
struct ProgramSource {
    std::string name;      ///< "convolution 32 x 64 x 64 to 64, stride 2", for messages
    std::string families;  ///< files under kernels/ without .cl, separated by spaces, in order
    std::string options;   ///< "-D STRIDE=2 ..."
};

/// What the device is given to compile.
std::string textOf(const ProgramSource& source);

/// An OpenCL context of one device, one a device (two devices in one context wait for each other on
/// some drivers), and the programs built in it, each once. Shared by sessions, which may live on
/// several threads; thread-safe.
class Context {
  public:
    /// Throws Error(device).
    Context(const Api& api, const Hardware& hardware);

    const Api& api() const { return api_; }
    const Hardware& hardware() const { return hardware_; }
    cl_context get() const { return context_.get(); }

    /// Built on first use, from the cache of binaries where it holds it. Throws Error(device) with
    /// the beginning of the compiler's messages.
    cl_program program(const ProgramSource& source);

    /// Throws Error(device) unless `status` is success, and from then on says so in broken().
    void check(cl_int status, const std::string& doing);
    /// Nothing more can be expected of this context; a new one may work.
    bool broken() const { return broken_; }

    /// What `call`, which may wait long, answered. Throws Error(device) when its driver does not
    /// come back within driverPatience(); from then on every use of the context does, and nothing
    /// of it is given back any more. `call` goes on then: what it uses must be its own.
    cl_int guarded(Watchdog& watchdog, const std::string& doing, std::function<cl_int()> call);
    bool hung() const { return hung_; }
    void requireAnswering(const std::string& doing) const;  ///< throws if hung

    /// With what it takes to give `object` back.
    template <class Handle>
    Handle own(typename Handle::pointer object) {
        return Handle(object, {&api_, &hung_});
    }

  private:
    ProgramHandle build(const ProgramSource& source, const std::string& text,
                        const std::string& options);
    [[noreturn]] void failHung(const std::string& doing) const;

    const Api& api_;
    const Hardware hardware_;
    const std::chrono::milliseconds patience_ = driverPatience();
    std::atomic<bool> broken_{false}, hung_{false};
    ContextHandle context_;
    std::mutex mutex_;
    Watchdog builder_;                               ///< calls the compiler
    std::map<std::string, ProgramHandle> programs_;  ///< by text and options
};

/// Memory of a device, filled with zeros by Queue::fill before its first use.
class Buffer {
  public:
    Buffer() = default;
    /// `name` and bytes go into the Error(device) it throws when there is no such memory.
    Buffer(Context& context, std::string name, std::size_t bytes);

    cl_mem get() const { return memory_.get(); }
    const std::string& name() const { return name_; }
    std::size_t bytes() const { return bytes_; }

  private:
    std::string name_;
    std::size_t bytes_ = 0;
    MemoryHandle memory_;
};

/// Items of a launch, one dimension or two; groups have `group` items along the first.
struct Range {
    std::size_t items = 1, rows = 1, group = 1;
};

/// What a launch over a whole batch has to do at least, as ProfileItem counts it.
struct Work {
    double operations = 0, bytes = 0;
    const char* method = "";  ///< where there are several, "Winograd"
};

/// One kernel with its arguments. Not thread-safe; each session has its own.
class Kernel {
  public:
    Kernel() = default;
    Kernel(Context& context, const ProgramSource& source, const char* name);

    cl_kernel get() const { return kernel_.get(); }
    const std::string& name() const { return name_; }
    const std::string& program() const { return program_; }  ///< ProgramSource::name

    /// All arguments, in order: buffers and numbers (int or float).
    template <class... Arguments>
    void bind(const Arguments&... arguments) {
        cl_uint index = 0;
        (set(index++, arguments), ...);
    }
    void set(cl_uint index, const Buffer& buffer) {
        const cl_mem memory = buffer.get();
        setBytes(index, sizeof memory, &memory);
    }
    void set(cl_uint index, int value) { setBytes(index, sizeof value, &value); }
    void set(cl_uint index, float value) { setBytes(index, sizeof value, &value); }

    void setWork(const Work& work) { work_ = work; }
    const Work& work() const { return work_; }

  private:
    void setBytes(cl_uint index, std::size_t bytes, const void* value);

    Context* context_ = nullptr;
    std::string name_, program_;
    KernelHandle kernel_;
    Work work_;
};

/// A launch that a timed queue has done; seconds on the device's own clock.
struct TimedLaunch {
    const Kernel* kernel;
    std::size_t piece;
    double begin, end;
};

/// An in-order queue of commands. Not thread-safe. All throw Error(device), those that wait also
/// when the driver hangs.
class Queue {
  public:
    enum class Kind { plain, timed };
    explicit Queue(Context& context, Kind kind = Kind::plain);
    ~Queue();  ///< settles
    Queue(const Queue&) = delete;
    Queue& operator=(const Queue&) = delete;

    void launch(Kernel& kernel, const Range& range);
    std::int64_t launches() const { return launches_; }  ///< so far
    /// Whose launches follow; a number for takeTimes() to give back.
    void setPiece(std::size_t piece) { piece_ = piece; }
    /// Of a timed queue: waits for everything so far; the launches since the last call, in order.
    std::vector<TimedLaunch> takeTimes();

    void fill(const Buffer& buffer);  ///< with zeros
    /// Returns at once; `from` must stay until the event is over.
    EventHandle write(const Buffer& buffer, const void* from, std::size_t bytes,
                      std::size_t offset = 0);
    /// Returns when it is there. What is written stays with a driver that hangs.
    void writeNow(const Buffer& buffer, std::vector<float> numbers, std::size_t offset = 0);
    /// Returns at once, too; `to` must stay until the event is over.
    EventHandle startReading(const Buffer& buffer, void* to, std::size_t bytes,
                             std::size_t offset = 0);
    /// Returns when everything so far is done and `to` is filled.
    void read(const Buffer& buffer, void* to, std::size_t bytes);
    void wait(EventHandle& event);  ///< and forgets it; an empty one is over
    void flush();                   ///< sets the device to work on what is queued
    void finish();                  ///< waits for everything so far
    /// Waits for what is under way, so that memory it uses may go; false where the driver hangs and
    /// it must not (keepForGood() is for it then).
    bool settle() noexcept;

  private:
    struct Pending {
        const Kernel* kernel;
        std::size_t piece;
        EventHandle event;
    };
    double timeOf(const Pending& launch, cl_profiling_info what) const;

    Context& context_;
    const Kind kind_;
    QueueHandle queue_;
    Watchdog watchdog_;
    /// Where read() lets a driver write that may come back too late for `to`.
    std::shared_ptr<std::vector<char>> landing_;
    std::int64_t launches_ = 0;
    std::size_t piece_ = 0;
    std::vector<Pending> pending_;
};

}  // namespace shearbench::device::opencl
