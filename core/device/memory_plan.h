// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shearbench::device {

enum class MemoryUse { parameters, optimiser, activations, workspace, staging };

/// What a session will allocate, known before it does.
struct MemoryItem {
    std::string name;  ///< "conv3 output", "Adam moments"
    MemoryUse use;
    std::uint64_t bytes;
};

struct MemoryPlan {
    std::vector<MemoryItem> items;
    int batch = 0;

    std::uint64_t total() const {
        std::uint64_t sum = 0;
        for (const MemoryItem& item : items)
            sum += item.bytes;
        return sum;
    }
    std::uint64_t of(MemoryUse use) const {
        std::uint64_t sum = 0;
        for (const MemoryItem& item : items)
            sum += item.use == use ? item.bytes : 0;
        return sum;
    }
};

}  // namespace shearbench::device
