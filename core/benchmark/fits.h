// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/device/device.h"

namespace shearbench::benchmark {

/// What a batch size needs, and whether a device of `capBytes` would hold it.
struct BatchMemory {
    int batch = 0;
    std::uint64_t bytes = 0;
    bool fits = false;
};

/// Which of `batches` would still fit a device with so much memory; 0: what the device has. From
/// the plan alone: nothing is allocated. Throws Error(device) for a layer the device cannot
/// compute.
std::vector<BatchMemory> batchesThatFit(const device::Device& device,
                                        const network::Network& network,
                                        const std::vector<int>& batches, int threads,
                                        std::uint64_t capBytes);

}  // namespace shearbench::benchmark
