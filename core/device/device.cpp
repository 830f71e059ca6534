// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/device.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace shearbench::device {

int largestBatchThatFits(const Device& device, const network::Network& network,
                         SessionOptions options, std::uint64_t capBytes, int limit) {
    int fits = 0, tooLarge = limit + 1;
    while (tooLarge - fits > 1) {
        options.batch = fits + (tooLarge - fits) / 2;
        (device.plan(network, options).total() <= capBytes ? fits : tooLarge) = options.batch;
    }
    return fits;
}

void checkRequest(const network::Network& network, const SessionOptions& options) {
    if (network.layers().empty())
        throw Error(ErrorKind::usage, fmt::format("Network {} has no layers.", network.name()));
    const network::Shape in = network.input();
    if (in.channels < 1 || in.height < 1 || in.width < 1)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: images of {} x {} x {} hold nothing.", network.name(),
                                in.channels, in.height, in.width));
    for (const network::Layer& layer : network.layers())
        if (layer.output.count() == 0)
            throw Error(ErrorKind::usage, fmt::format("Network {}: layer {} has no output.",
                                                      network.name(), layer.name));
    if (network.loss() == network::LossKind::gaussianNll && network.output().count() != 9)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: a normal posterior in 3 dimensions needs 9 output "
                                "features, the last layer gives {}.",
                                network.name(), network.output().count()),
                    "End the network with a dense layer of 9 features, or choose another loss.");
    if (options.batch < 1 || options.batch > kLargestBatch)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: a batch of {} images was asked for, 1 to {} are "
                                "possible.",
                                network.name(), options.batch, kLargestBatch));
}

void refuseLayer(const network::Layer& layer, std::string_view device) {
    throw Error(ErrorKind::device,
                fmt::format("Layer {} is {} that {} cannot compute.", layer.name,
                            layer.bayesian ? "Bayesian, a kind" : "of a kind", device),
                "Choose another device.");
}

void checkFits(const Device& device, const network::Network& network, const MemoryPlan& plan,
               const SessionOptions& options) {
    const std::uint64_t cap =
        options.memoryCapBytes ? options.memoryCapBytes : device.info().memoryBytes;
    if (plan.total() <= cap || plan.items.empty())
        return;
    const auto largest = std::max_element(
        plan.items.begin(), plan.items.end(),
        [](const MemoryItem& a, const MemoryItem& b) { return a.bytes < b.bytes; });
    const int batch = largestBatchThatFits(device, network, options, cap);
    throw Error(ErrorKind::device,
                fmt::format("Network {} with batch {} needs {:.1f} MB on {}, of which {} takes "
                            "{:.1f} MB; {:.1f} MB may be used.",
                            network.name(), options.batch, plan.total() / 1e6, device.info().name,
                            largest->name, largest->bytes / 1e6, cap / 1e6),
                batch > 0
                    ? fmt::format("Choose a batch of at most {}, or raise the memory cap.", batch)
                    : "Raise the memory cap: not even a batch of 1 fits.");
}

}  // namespace shearbench::device
