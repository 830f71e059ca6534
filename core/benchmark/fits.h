// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/device/device.h"
#include "core/experiment.h"

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

/// The same of one network on one device.
struct Fits {
    std::string network, device;
    std::vector<BatchMemory> batches;

    /// 0 where none fits.
    int largest() const;
};

/// For every network and device that the benchmark of `experiment` asks for, at its batch sizes,
/// with the experiment's memory cap, for images of `image`.
std::vector<Fits> fitsOf(const Experiment& experiment, network::Shape image);

}  // namespace shearbench::benchmark
