// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/fits.h"

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

}  // namespace shearbench::benchmark
