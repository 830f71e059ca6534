// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/session.h"

#include <fmt/format.h>

#include "core/error.h"

namespace shearbench::device {

void checkNoise(const network::Network& network, std::size_t given) {
    const std::size_t weights = network::bayesianWeightCount(network);
    if (given < weights)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: {} random numbers were given for a step, its Bayesian "
                                "weights need {}.",
                                network.name(), given, weights));
}

void checkSize(const network::Network& network, const char* what, std::size_t found,
               std::size_t expected) {
    if (found != expected)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: {} numbers given as {}, {} expected.", network.name(),
                                found, what, expected));
}

void Session::drawWeights(std::uint64_t, std::int64_t) {
    if (network::bayesianWeightCount(network()) > 0)
        throw Error(
            ErrorKind::device,
            fmt::format("This device cannot draw the weights of network {}.", network().name()),
            "Choose another device.");
}

void Session::invert(std::span<const float> base, std::span<float> samples) {
    requireFlow(network(), base.size(), samples.size());
    throw Error(ErrorKind::device,
                fmt::format("This device cannot sample from network {}.", network().name()),
                "Choose another device.");
}

void requireFlow(const network::Network& network, std::size_t base, std::size_t samples) {
    bool flow = !network.layers().empty();
    for (const network::Layer& layer : network.layers())
        flow = flow && layer.kind == network::LayerKind::made;
    if (!flow)
        throw Error(
            ErrorKind::usage,
            fmt::format("Network {} is no flow and cannot be sampled from.", network.name()));
    if (base != samples || base % network.input().count() != 0)
        throw Error(ErrorKind::usage,
                    fmt::format("Network {}: {} base numbers and room for {} samples' numbers "
                                "were given for {} dimensions.",
                                network.name(), base, samples, network.input().count()));
}

Profile Session::profile(std::span<const float>, std::span<const float>, const StepSettings&, int) {
    throw Error(ErrorKind::device, "This device does not time the single operations of a step.",
                "Choose another device, or time whole steps with shearbench-cli benchmark.");
}

}  // namespace shearbench::device
