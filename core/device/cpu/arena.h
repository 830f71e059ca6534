// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/device/memory_plan.h"

namespace shearbench::device::cpu {

/// All memory of a session: first every buffer is asked for, which makes the memory plan, then all
/// are allocated at once, zeroed.
class Arena {
  public:
    using Buffer = std::size_t;

    /// `count` images or rows of `floats` each. Throws Error(device) when that overflows.
    Buffer request(std::string name, MemoryUse use, std::int64_t floats, std::int64_t count = 1);

    /// One buffer for all who name it, as large as the largest request.
    Buffer requestShared(const std::string& name, MemoryUse use, std::int64_t floats,
                         std::int64_t count = 1);

    MemoryPlan plan(int batch) const;

    /// Throws Error(device) when the system has not that much memory.
    void allocate();

    /// 64-byte aligned. Null before allocate().
    float* at(Buffer buffer) const;

  private:
    struct Free {
        void operator()(void* memory) const;
    };
    std::vector<MemoryItem> items_;
    std::vector<std::size_t> offsets_;  ///< bytes, set by allocate()
    std::unique_ptr<std::byte, Free> memory_;
};

}  // namespace shearbench::device::cpu
