// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <utility>
#include <vector>

#include "core/device/opencl/kernel_sources.h"
#include "core/device/opencl/program_cache.h"
#include "core/device/opencl/status.h"
#include "core/error.h"

namespace shearbench::device::opencl {

namespace {

/// Numbers that are not finite must stay what they are, so that a step that went wrong shows.
constexpr char kOptions[] = "-cl-std=CL1.2 -cl-mad-enable -cl-no-signed-zeros ";

std::string compilerMessages(const Api& api, cl_program program, cl_device_id device) {
    constexpr std::size_t kMost = 1 << 20, kShown = 1500;
    std::size_t bytes = 0;
    if (api.clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, 0, nullptr, &bytes) !=
            CL_SUCCESS ||
        bytes < 2 || bytes > kMost)
        return "The compiler gave no reason.";
    std::string text(bytes, '\0');
    if (api.clGetProgramBuildInfo(program, device, CL_PROGRAM_BUILD_LOG, bytes, text.data(),
                                  nullptr) != CL_SUCCESS)
        return "The compiler gave no reason.";
    text.resize(std::min({text.find('\0'), text.size(), kShown}));
    return "The compiler says: " + text;
}

}  // namespace

Context::Context(const Api& api, const Hardware& hardware) : api_(api), hardware_(hardware) {
    const std::array<cl_context_properties, 3> properties = {
        CL_CONTEXT_PLATFORM, reinterpret_cast<cl_context_properties>(hardware.platform), 0};
    const auto made = std::make_shared<cl_context>();
    const auto make = [&api, made, device = hardware.device, properties] {
        cl_int status = CL_SUCCESS;
        *made = api.clCreateContext(properties.data(), 1, &device, nullptr, nullptr, &status);
        return status;
    };
    const cl_int status = guarded(builder_, "be set to work", make);
    context_ = own<ContextHandle>(*made);
    check(status, "be set to work");
}

cl_int Context::guarded(Watchdog& watchdog, const std::string& doing,
                        std::function<cl_int()> call) {
    requireAnswering(doing);
    const auto status = std::make_shared<cl_int>(CL_SUCCESS);
    if (!watchdog.returns([status, call = std::move(call)] { *status = call(); }, patience_)) {
        broken_ = hung_ = true;
        failHung(doing);
    }
    return *status;
}

void Context::requireAnswering(const std::string& doing) const {
    if (hung_)
        failHung(doing);
}

void Context::failHung(const std::string& doing) const {
    throw Error(
        ErrorKind::device,
        fmt::format("{} could not {}: its driver hangs, it has not answered for {} seconds.",
                    hardware_.info.name, doing, static_cast<double>(patience_.count()) / 1e3),
        "Continue from the last checkpoint on another device. Where a step does take that "
        "long, set SHEARBENCH_OPENCL_TIMEOUT to more seconds, or to 0 to wait without end.");
}

void Context::check(cl_int status, const std::string& doing) {
    if (status != CL_SUCCESS)
        broken_ = true;
    opencl::check(status, hardware_.info.name, doing);
}

std::string textOf(const ProgramSource& source) {
    std::string text = kernelSource("types");
    for (std::size_t at = 0; at < source.families.size();) {
        const std::size_t end = std::min(source.families.find(' ', at), source.families.size());
        text += kernelSource(source.families.substr(at, end - at));
        at = end + 1;
    }
    return text;
}

cl_program Context::program(const ProgramSource& source) {
    const std::string text = textOf(source);
    const std::string options = kOptions + hardware_.buildOptions + ' ' + source.options;
    const std::lock_guard lock(mutex_);
    ProgramHandle& program = programs_[options + '\n' + text];
    if (!program)
        program = build(source, text, options);
    return program.get();
}

ProgramHandle Context::build(const ProgramSource& source, const std::string& text,
                             const std::string& options) {
    const ProgramCache cache(api_, hardware_, text, options);
    if (ProgramHandle cached = cache.load(context_.get()))
        return cached;
    const char* begin = text.c_str();
    const std::size_t length = text.size();
    cl_int status = CL_SUCCESS;
    ProgramHandle program = own<ProgramHandle>(
        api_.clCreateProgramWithSource(context_.get(), 1, &begin, &length, &status));
    check(status, fmt::format("take the source of {}", source.name));
    status =
        guarded(builder_, "compile " + source.name,
                [&api = api_, made = program.get(), device = hardware_.device, options] {
                    return api.clBuildProgram(made, 1, &device, options.c_str(), nullptr, nullptr);
                });
    if (status != CL_SUCCESS)
        throw Error(ErrorKind::device,
                    fmt::format("{} could not compile {}: OpenCL answered {}. {}",
                                hardware_.info.name, source.name, statusName(status),
                                compilerMessages(api_, program.get(), hardware_.device)),
                    "Update the device's driver, or choose another device.");
    cache.store(program.get());
    return program;
}

Buffer::Buffer(Context& context, std::string name, std::size_t bytes)
    : name_(std::move(name)), bytes_(bytes) {
    cl_int status = CL_SUCCESS;
    memory_ = context.own<MemoryHandle>(
        context.api().clCreateBuffer(context.get(), CL_MEM_READ_WRITE, bytes, nullptr, &status));
    context.check(status, fmt::format("give {:.1f} MB for {}", bytes / 1e6, name_));
}

Kernel::Kernel(Context& context, const ProgramSource& source, const char* name)
    : context_(&context), name_(name), program_(source.name) {
    cl_int status = CL_SUCCESS;
    kernel_ = context.own<KernelHandle>(
        context.api().clCreateKernel(context.program(source), name, &status));
    context.check(status, fmt::format("make kernel {} of {}", name, source.name));
}

void Kernel::setBytes(cl_uint index, std::size_t bytes, const void* value) {
    context_->check(context_->api().clSetKernelArg(kernel_.get(), index, bytes, value),
                    fmt::format("take argument {} of kernel {} of {}", index, name_, program_));
}

Queue::Queue(Context& context, Kind kind) : context_(context), kind_(kind) {
    cl_int status = CL_SUCCESS;
    queue_ = context.own<QueueHandle>(context.api().clCreateCommandQueue(
        context.get(), context.hardware().device,
        kind == Kind::timed ? CL_QUEUE_PROFILING_ENABLE : 0, &status));
    context.check(status, "make a queue of commands");
}

Queue::~Queue() {
    settle();
}

bool Queue::settle() noexcept {
    if (!queue_)
        return true;
    try {
        finish();
    } catch (const Error&) {
        // Commands that failed are over, too.
    } catch (const std::exception&) {
        // No memory for a thread that waits: wait here.
        context_.api().clFinish(queue_.get());
    }
    return !context_.hung();
}

void Queue::launch(Kernel& kernel, const Range& range) {
    const auto doing = [&] {
        return fmt::format("run kernel {} of {}", kernel.name(), kernel.program());
    };
    if (context_.hung())
        context_.requireAnswering(doing());
    const std::size_t items[2] = {range.items, range.rows}, group[2] = {range.group, 1};
    const bool timed = kind_ == Kind::timed;
    cl_event event = nullptr;
    const cl_int status = context_.api().clEnqueueNDRangeKernel(
        queue_.get(), kernel.get(), 2, nullptr, items, group, 0, nullptr, timed ? &event : nullptr);
    if (status != CL_SUCCESS)
        context_.check(status, doing());
    ++launches_;
    if (timed)
        pending_.push_back({&kernel, piece_, context_.own<EventHandle>(event)});
}

double Queue::timeOf(const Pending& launch, cl_profiling_info what) const {
    cl_ulong nanoseconds = 0;
    context_.check(context_.api().clGetEventProfilingInfo(
                       launch.event.get(), what, sizeof nanoseconds, &nanoseconds, nullptr),
                   fmt::format("say how long kernel {} took", launch.kernel->name()));
    return 1e-9 * static_cast<double>(nanoseconds);
}

std::vector<TimedLaunch> Queue::takeTimes() {
    finish();
    std::vector<TimedLaunch> times;
    for (const Pending& launch : pending_)
        times.push_back({launch.kernel, launch.piece, timeOf(launch, CL_PROFILING_COMMAND_START),
                         timeOf(launch, CL_PROFILING_COMMAND_END)});
    pending_.clear();
    return times;
}

void Queue::fill(const Buffer& buffer) {
    const std::string doing =
        fmt::format("fill {:.1f} MB for {}", buffer.bytes() / 1e6, buffer.name());
    context_.requireAnswering(doing);
    const cl_uint zero = 0;
    context_.check(
        context_.api().clEnqueueFillBuffer(queue_.get(), buffer.get(), &zero, sizeof zero, 0,
                                           buffer.bytes(), 0, nullptr, nullptr),
        doing);
}

EventHandle Queue::write(const Buffer& buffer, const void* from, std::size_t bytes,
                         std::size_t offset) {
    const std::string doing = "take " + buffer.name();
    context_.requireAnswering(doing);
    cl_event event = nullptr;
    const cl_int status = context_.api().clEnqueueWriteBuffer(
        queue_.get(), buffer.get(), CL_FALSE, offset, bytes, from, 0, nullptr, &event);
    EventHandle handle = context_.own<EventHandle>(event);
    context_.check(status, doing);
    return handle;
}

void Queue::writeNow(const Buffer& buffer, std::vector<float> numbers, std::size_t offset) {
    EventHandle there = write(buffer, numbers.data(), numbers.size() * sizeof(float), offset);
    try {
        wait(there);
    } catch (const Error&) {
        if (context_.hung())
            keepForGood(std::move(numbers));
        throw;
    }
}

EventHandle Queue::startReading(const Buffer& buffer, void* to, std::size_t bytes,
                                std::size_t offset) {
    const std::string doing = "give back " + buffer.name();
    const auto event = std::make_shared<cl_event>();
    const cl_int status =
        context_.guarded(watchdog_, doing,
                         [&api = context_.api(), queue = queue_.get(), memory = buffer.get(), bytes,
                          offset, to, event] {
                             return api.clEnqueueReadBuffer(queue, memory, CL_FALSE, offset, bytes,
                                                            to, 0, nullptr, event.get());
                         });
    EventHandle handle = context_.own<EventHandle>(*event);
    context_.check(status, doing);
    return handle;
}

void Queue::read(const Buffer& buffer, void* to, std::size_t bytes) {
    const std::string doing = "give back " + buffer.name();
    if (!landing_ || landing_->size() < bytes)
        landing_ = std::make_shared<std::vector<char>>(bytes);
    context_.check(context_.guarded(watchdog_, doing,
                                    [&api = context_.api(), queue = queue_.get(),
                                     memory = buffer.get(), bytes, landing = landing_] {
                                        return api.clEnqueueReadBuffer(queue, memory, CL_TRUE, 0,
                                                                       bytes, landing->data(), 0,
                                                                       nullptr, nullptr);
                                    }),
                   doing);
    std::memcpy(to, landing_->data(), bytes);
}

void Queue::wait(EventHandle& event) {
    if (!event)
        return;
    constexpr char kDoing[] = "finish a transfer";
    context_.requireAnswering(kDoing);
    const Api& api = context_.api();
    const cl_event awaited = event.get();
    cl_int state = CL_QUEUED, status = CL_SUCCESS;
    if (api.clGetEventInfo(awaited, CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof state, &state,
                           nullptr) != CL_SUCCESS ||
        state != CL_COMPLETE)
        status = context_.guarded(watchdog_, kDoing,
                                  [&api, awaited] { return api.clWaitForEvents(1, &awaited); });
    event.reset();
    context_.check(status, kDoing);
}

void Queue::flush() {
    constexpr char kDoing[] = "begin its work";
    context_.requireAnswering(kDoing);
    context_.check(context_.api().clFlush(queue_.get()), kDoing);
}

void Queue::finish() {
    constexpr char kDoing[] = "finish its work";
    context_.check(context_.guarded(watchdog_, kDoing,
                                    [&api = context_.api(), queue = queue_.get()] {
                                        return api.clFinish(queue);
                                    }),
                   kDoing);
}

}  // namespace shearbench::device::opencl
