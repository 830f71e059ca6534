// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/device/memory_plan.h"
#include "core/device/opencl/context.h"

namespace shearbench::device::opencl {

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

    /// Allocates all, filled with zeros, and waits until they are there. Throws Error(device).
    void allocate(Context& context, Queue& queue);

    const Buffer& operator[](Index buffer) const { return buffers_.at(buffer); }

  private:
    struct Request {
        std::string name;
        MemoryUse use;
        std::size_t count;
    };
    std::vector<Request> requests_;
    std::vector<Buffer> buffers_;
};

}  // namespace shearbench::device::opencl
