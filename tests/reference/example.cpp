// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/reference/example.h"

#include <cmath>

#include "core/random.h"

namespace shearbench::reference {

namespace {

float drawParameter(const network::Parameter& tensor, RandomStream& stream) {
    const auto endsWith = [&](const char* ending) { return tensor.name.ends_with(ending); };
    double value = 0;
    // Small log scales, for a flow multiplies by their exponentials.
    if (endsWith(".output.kernel"))
        value = 0.3 * stream.normal() / std::sqrt(tensor.fanIn);
    else if (endsWith(".kernel_rho"))
        value = stream.uniform(-6, -2.5);
    else if (endsWith(".kernel") || endsWith(".kernel_mean"))
        value = stream.normal() / std::sqrt(tensor.fanIn);
    else if (endsWith(".slope"))
        value = stream.uniform(0.2, 0.8);
    else if (endsWith(".gamma") || endsWith(".moving_variance"))
        value = stream.uniform(0.5, 1.5);
    else
        value = stream.uniform(-0.5, 0.5);
    return static_cast<float>(value);
}

}  // namespace

Example makeExample(const network::Network& network, int images, std::uint64_t seed) {
    RandomStream stream(seed, StreamPurpose::simulation, 0);
    Example example;
    example.parameters.resize(network.parameterCount());
    for (const network::Parameter& tensor : network.parameters())
        for (std::size_t i = 0; i < tensor.count; ++i)
            example.parameters[tensor.offset + i] = drawParameter(tensor, stream);
    example.images.resize(static_cast<std::size_t>(images) * network.input().count());
    for (float& value : example.images)
        value = static_cast<float>(0.3 + stream.normal());
    example.targets.resize(static_cast<std::size_t>(images) * network.targetCount());
    for (float& value : example.targets)
        value = static_cast<float>(stream.normal());
    for (const network::Layer& layer : network.layers())
        if (layer.kind == network::LayerKind::latent)
            example.noise.resize(static_cast<std::size_t>(images) * layer.output.count());
    for (float& value : example.noise)
        value = static_cast<float>(stream.normal());
    return example;
}

}  // namespace shearbench::reference
