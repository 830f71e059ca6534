// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "tests/reference/feature_maps.h"

// Each layer as its definition reads, one loop a sum, in double precision. A layer's tensors come
// in the order of network::Network::parameters(): kernel, bias; slope; gamma, beta, moving mean,
// moving variance.

namespace shearbench::reference {

enum class Mode { training, prediction };

using Tensors = std::vector<std::span<const double>>;
using TensorGradients = std::vector<std::span<double>>;

/// What a latent layer needs beside its tensors: (images, features) standard normal numbers, none
/// for its means, and the factor of its divergence in the loss.
struct Latent {
    std::span<const double> noise{};
    double kl = 0;
};

Maps forward(const network::Layer& layer, const Tensors& tensors, const Maps& in, Mode mode,
             const Latent& latent = {});

/// Training mode. Adds to `gradients`, which start at zero, and returns the gradient by the input.
Maps backward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
              const Maps& outGradient, const TensorGradients& gradients, const Latent& latent = {});

/// Mean and biased variance over images, rows and columns.
struct ChannelStatistics {
    double mean = 0, variance = 0;
};
ChannelStatistics channelStatistics(const Maps& maps, int channel);

}  // namespace shearbench::reference
