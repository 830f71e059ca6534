// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "tests/reference/layers.h"

// The layers of the autoencoder and the flow, for layers.h to choose from. Tensors: kernel, bias;
// mean kernel, scale kernel, mean bias, scale bias; kernel and bias of hidden1, hidden2, output.

namespace shearbench::reference {

Maps transposedConvolution(const network::Layer& layer, const Tensors& tensors, const Maps& in);
Maps transposedConvolutionBackward(const network::Layer& layer, const Tensors& tensors,
                                   const Maps& in, const Maps& outGradient,
                                   const TensorGradients& gradients);

Maps sigmoid(const network::Layer& layer, const Maps& in);
Maps sigmoidBackward(const network::Layer& layer, const Maps& in, const Maps& outGradient);

/// The same numbers in another shape.
Maps reshape(const network::Shape& shape, const Maps& in);

/// What a latent layer makes of its input: means and scales (images, D), and the mean over images
/// of the KL divergence from N(0, 1).
struct LatentStatistics {
    std::vector<double> mean, raw, scale;
    double kl = 0;
};
LatentStatistics latentStatistics(const network::Layer& layer, const Tensors& tensors,
                                  const Maps& in);
/// `noise` (images, D) standard normal numbers; empty: the means.
Maps latent(const network::Layer& layer, const Tensors& tensors, const Maps& in,
            std::span<const double> noise);
/// With `klWeight` times the mean KL divergence added to the loss.
Maps latentBackward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
                    const Maps& outGradient, const TensorGradients& gradients,
                    std::span<const double> noise, double klWeight);

Maps made(const network::Layer& layer, const Tensors& tensors, const Maps& in);
Maps madeBackward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
                  const Maps& outGradient, const TensorGradients& gradients);
/// The smallest |x| that a leaky ReLU of the layer was given.
double madeDistanceToKink(const network::Layer& layer, const Tensors& tensors, const Maps& in);
/// From u (D numbers) to y, one dimension after the other, each from a whole pass.
std::vector<double> madeInverse(const network::Layer& layer, const Tensors& tensors,
                                std::span<const double> base);

}  // namespace shearbench::reference
