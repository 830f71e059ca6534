// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/fits.h"

#include <algorithm>
#include <cmath>

#include "core/benchmark/published.h"
#include "core/benchmark/sweep.h"
#include "core/device/registry.h"
#include "core/network/presets.h"

namespace shearbench::benchmark {

std::vector<BatchMemory> batchesThatFit(const device::Device& device,
                                        const network::Network& network,
                                        const std::vector<int>& batches, int threads,
                                        std::uint64_t capBytes) {
    const std::uint64_t limit = capBytes > 0 ? capBytes : device.info().memoryBytes;
    std::vector<BatchMemory> list;
    for (const int batch : batches) {
        const std::uint64_t bytes =
            device.plan(network, {.batch = batch, .threads = threads}).total();
        list.push_back({batch, bytes, bytes <= limit});
    }
    return list;
}

int Fits::largest() const {
    int size = 0;
    for (const BatchMemory& memory : batches)
        size = memory.fits ? std::max(size, memory.batch) : size;
    return size;
}

std::vector<Fits> fitsOf(const Experiment& experiment, network::Shape image) {
    const std::vector<int>& asked = experiment.benchmark.batches;
    const auto cap = static_cast<std::uint64_t>(std::llround(experiment.device.memoryCapMB * 1e6));
    std::vector<Fits> list;
    for (const std::string& name : networksAskedFor(experiment)) {
        const network::Network network = network::makePreset(name, image);
        const std::vector<int> batches = asked.empty() ? paperSizes(Kind::training, name) : asked;
        for (const std::string& id : devicesAskedFor(experiment))
            list.push_back({name, id,
                            batchesThatFit(*device::findDevice(id), network, batches,
                                           experiment.device.threads, cap)});
    }
    return list;
}

}  // namespace shearbench::benchmark
