// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string>
#include <vector>

namespace shearbench::device {

/// The product of the factors, or the largest number there is where it would overflow.
inline std::uint64_t saturatingProduct(std::initializer_list<std::uint64_t> factors) {
    std::uint64_t product = 1;
    for (std::uint64_t factor : factors)
        if (__builtin_mul_overflow(product, factor, &product))
            return std::numeric_limits<std::uint64_t>::max();
    return product;
}

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
            sum = saturatingSum(sum, item.bytes);
        return sum;
    }
    std::uint64_t of(MemoryUse use) const {
        std::uint64_t sum = 0;
        for (const MemoryItem& item : items)
            sum = saturatingSum(sum, item.use == use ? item.bytes : 0);
        return sum;
    }

  private:
    static std::uint64_t saturatingSum(std::uint64_t a, std::uint64_t b) {
        return a + b < a ? std::numeric_limits<std::uint64_t>::max() : a + b;
    }
};

}  // namespace shearbench::device
