// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/device/memory_plan.h"
#include "core/device/opencl/context.h"
#include "core/error.h"

namespace shearbench::device::opencl {

/// A device has no memory for one of the buffers that are to be allocated.
class OutOfMemory : public Error {
  public:
    OutOfMemory(const std::string& sentence, std::string remedy, std::uint64_t given)
        : Error(ErrorKind::device, sentence, std::move(remedy)), given_(given) {}

    std::uint64_t given() const noexcept { return given_; }  ///< bytes, before that buffer

  private:
    std::uint64_t given_;
};

/// The buffers of a session: asked for first, so that the plan is known, then allocated together.
class Arena {
  public:
    using Index = std::size_t;

    /// `count` numbers of 4 bytes.
    Index request(std::string name, MemoryUse use, std::size_t count);
    /// As many more of a buffer asked for before; where they begin in it.
    std::size_t extend(Index buffer, std::size_t count);

    MemoryPlan plan(int batch) const;

    /// Throws Error(device), naming the buffer, for one larger than the device gives in one piece
    /// or than the kernels can count to (2^31 numbers).
    void checkSizes(const Hardware& hardware) const;

    /// Allocates one after the other, filled with zeros, and waits until it is there: some drivers
    /// give memory only when it is used. Throws Error(device), where memory ends OutOfMemory, which
    /// names the buffer and its bytes.
    void allocate(Context& context, Queue& queue);

    const Buffer& operator[](Index buffer) const { return buffers_.at(buffer); }

  private:
    static std::size_t bytesOf(std::size_t count);
    struct Request {
        std::string name;
        MemoryUse use;
        std::size_t count;
    };
    std::vector<Request> requests_;
    std::vector<Buffer> buffers_;
};

}  // namespace shearbench::device::opencl
