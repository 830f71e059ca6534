// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/reference/layers.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "tests/reference/generative_layers.h"

namespace shearbench::reference {

namespace {

/// Calls `body(image, channel, row, column)` for every element.
template <class Body>
void forElements(const Maps& maps, Body body) {
    for (int n = 0; n < maps.images; ++n)
        for (int c = 0; c < maps.shape.channels; ++c)
            for (int y = 0; y < maps.shape.height; ++y)
                for (int x = 0; x < maps.shape.width; ++x)
                    body(n, c, y, x);
}

/// TensorFlow's SAME: zeros before the first row or column.
int paddingBefore(int in, int kernel, int stride) {
    const int out = (in + stride - 1) / stride;
    return std::max((out - 1) * stride + kernel - in, 0) / 2;
}

/// Calls `body(row, column, kernelIndex)` for every element of an input channel that an output
/// pixel sees; `kernelIndex` is that of kernel (filter, channel, tap row, tap column).
template <class Body>
void forTaps(const network::Layer& layer, int filter, int channel, int outRow, int outColumn,
             Body body) {
    const int k = layer.kernel, s = layer.stride;
    const int top = paddingBefore(layer.input.height, k, s);
    const int left = paddingBefore(layer.input.width, k, s);
    for (int i = 0; i < k; ++i)
        for (int j = 0; j < k; ++j) {
            const int row = outRow * s + i - top, column = outColumn * s + j - left;
            if (row >= 0 && row < layer.input.height && column >= 0 && column < layer.input.width)
                body(row, column, ((filter * layer.input.channels + channel) * k + i) * k + j);
        }
}

Maps convolution(const network::Layer& layer, const Tensors& tensors, const Maps& in) {
    const std::span<const double> kernel = tensors[0], bias = tensors[1];
    Maps out(in.images, layer.output);
    forElements(out, [&](int n, int f, int y, int x) {
        double sum = bias[f];
        for (int c = 0; c < layer.input.channels; ++c)
            forTaps(layer, f, c, y, x, [&](int row, int column, int index) {
                sum += kernel[index] * in.at(n, c, row, column);
            });
        out.at(n, f, y, x) = sum;
    });
    return out;
}

Maps convolutionBackward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
                         const Maps& outGradient, const TensorGradients& gradients) {
    const std::span<const double> kernel = tensors[0];
    const std::span<double> kernelGradient = gradients[0], biasGradient = gradients[1];
    Maps inGradient(in.images, layer.input);
    forElements(outGradient, [&](int n, int f, int y, int x) {
        const double g = outGradient.at(n, f, y, x);
        biasGradient[f] += g;
        for (int c = 0; c < layer.input.channels; ++c)
            forTaps(layer, f, c, y, x, [&](int row, int column, int index) {
                kernelGradient[index] += g * in.at(n, c, row, column);
                inGradient.at(n, c, row, column) += g * kernel[index];
            });
    });
    return inGradient;
}

Maps dense(const network::Layer& layer, const Tensors& tensors, const Maps& in) {
    const std::span<const double> kernel = tensors[0], bias = tensors[1];
    const std::size_t inputs = layer.input.count(), outputs = layer.output.count();
    Maps out(in.images, layer.output);
    for (int n = 0; n < in.images; ++n)
        for (std::size_t f = 0; f < outputs; ++f) {
            double sum = bias[f];
            for (std::size_t i = 0; i < inputs; ++i)
                sum += kernel[f * inputs + i] * in.values[n * inputs + i];
            out.values[n * outputs + f] = sum;
        }
    return out;
}

Maps denseBackward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
                   const Maps& outGradient, const TensorGradients& gradients) {
    const std::span<const double> kernel = tensors[0];
    const std::size_t inputs = layer.input.count(), outputs = layer.output.count();
    Maps inGradient(in.images, layer.input);
    for (int n = 0; n < in.images; ++n)
        for (std::size_t f = 0; f < outputs; ++f) {
            const double g = outGradient.values[n * outputs + f];
            gradients[1][f] += g;
            for (std::size_t i = 0; i < inputs; ++i) {
                gradients[0][f * inputs + i] += g * in.values[n * inputs + i];
                inGradient.values[n * inputs + i] += g * kernel[f * inputs + i];
            }
        }
    return inGradient;
}

Maps prelu(const Tensors& tensors, const Maps& in) {
    const std::span<const double> slope = tensors[0];
    Maps out = in;
    for (std::size_t i = 0; i < in.values.size(); ++i)
        if (!(in.values[i] > 0))
            out.values[i] *= slope[i % slope.size()];
    return out;
}

Maps preluBackward(const Tensors& tensors, const Maps& in, const Maps& outGradient,
                   const TensorGradients& gradients) {
    const std::span<const double> slope = tensors[0];
    Maps inGradient = outGradient;
    for (std::size_t i = 0; i < in.values.size(); ++i)
        if (!(in.values[i] > 0)) {
            gradients[0][i % slope.size()] += outGradient.values[i] * in.values[i];
            inGradient.values[i] *= slope[i % slope.size()];
        }
    return inGradient;
}

Maps batchNorm(const Tensors& tensors, const Maps& in, Mode mode) {
    const std::span<const double> gamma = tensors[0], beta = tensors[1];
    const std::span<const double> movingMean = tensors[2], movingVariance = tensors[3];
    Maps out(in.images, in.shape);
    for (int c = 0; c < in.shape.channels; ++c) {
        const ChannelStatistics used = mode == Mode::training
                                           ? channelStatistics(in, c)
                                           : ChannelStatistics{movingMean[c], movingVariance[c]};
        const double deviation = std::sqrt(used.variance + network::kBatchNormEpsilon);
        for (int n = 0; n < in.images; ++n)
            for (int y = 0; y < in.shape.height; ++y)
                for (int x = 0; x < in.shape.width; ++x)
                    out.at(n, c, y, x) =
                        gamma[c] * (in.at(n, c, y, x) - used.mean) / deviation + beta[c];
    }
    return out;
}

/// The chain rule through the normalised value, then the variance, then the mean, as in Ioffe &
/// Szegedy 2015, section 3.
Maps batchNormBackward(const Tensors& tensors, const Maps& in, const Maps& outGradient,
                       const TensorGradients& gradients) {
    const std::span<const double> gamma = tensors[0];
    Maps inGradient(in.images, in.shape);
    const double count = static_cast<double>(in.images) * in.shape.height * in.shape.width;
    std::vector<double> byVariance(gamma.size()), byMean(gamma.size());
    std::vector<ChannelStatistics> statistics;
    for (int c = 0; c < in.shape.channels; ++c)
        statistics.push_back(channelStatistics(in, c));
    const auto deviation = [&](int c) {
        return std::sqrt(statistics[c].variance + network::kBatchNormEpsilon);
    };
    forElements(in, [&](int n, int c, int y, int x) {
        const double g = outGradient.at(n, c, y, x);
        const double centred = in.at(n, c, y, x) - statistics[c].mean;
        gradients[0][c] += g * centred / deviation(c);
        gradients[1][c] += g;
        byVariance[c] += g * gamma[c] * centred * -0.5 * std::pow(deviation(c), -3);
        byMean[c] += -g * gamma[c] / deviation(c);
    });
    forElements(in, [&](int n, int c, int y, int x) {
        const double centred = in.at(n, c, y, x) - statistics[c].mean;
        inGradient.at(n, c, y, x) = outGradient.at(n, c, y, x) * gamma[c] / deviation(c) +
                                    byVariance[c] * 2 * centred / count + byMean[c] / count;
    });
    return inGradient;
}

}  // namespace

ChannelStatistics channelStatistics(const Maps& maps, int channel) {
    const double count = static_cast<double>(maps.images) * maps.shape.height * maps.shape.width;
    ChannelStatistics found;
    forElements(maps, [&](int n, int c, int y, int x) {
        if (c == channel)
            found.mean += maps.at(n, c, y, x) / count;
    });
    forElements(maps, [&](int n, int c, int y, int x) {
        if (c == channel)
            found.variance += std::pow(maps.at(n, c, y, x) - found.mean, 2) / count;
    });
    return found;
}

Maps forward(const network::Layer& layer, const Tensors& tensors, const Maps& in, Mode mode,
             const Latent& noise) {
    switch (layer.kind) {
        case network::LayerKind::batchNorm:
            return batchNorm(tensors, in, mode);
        case network::LayerKind::convolution:
            return convolution(layer, tensors, in);
        case network::LayerKind::prelu:
            return prelu(tensors, in);
        case network::LayerKind::dense:
            return dense(layer, tensors, in);
        case network::LayerKind::transposedConvolution:
            return transposedConvolution(layer, tensors, in);
        case network::LayerKind::reshape:
            return reshape(layer.output, in);
        case network::LayerKind::sigmoid:
            return sigmoid(layer, in);
        case network::LayerKind::latent:
            return latent(layer, tensors, in,
                          mode == Mode::training ? noise.noise : std::span<const double>());
        case network::LayerKind::made:
            return made(layer, tensors, in);
    }
    throw std::logic_error("the reference lacks a layer: " + layer.name);
}

Maps backward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
              const Maps& outGradient, const TensorGradients& gradients, const Latent& noise) {
    switch (layer.kind) {
        case network::LayerKind::batchNorm:
            return batchNormBackward(tensors, in, outGradient, gradients);
        case network::LayerKind::convolution:
            return convolutionBackward(layer, tensors, in, outGradient, gradients);
        case network::LayerKind::prelu:
            return preluBackward(tensors, in, outGradient, gradients);
        case network::LayerKind::dense:
            return denseBackward(layer, tensors, in, outGradient, gradients);
        case network::LayerKind::transposedConvolution:
            return transposedConvolutionBackward(layer, tensors, in, outGradient, gradients);
        case network::LayerKind::reshape:
            return reshape(layer.input, outGradient);
        case network::LayerKind::sigmoid:
            return sigmoidBackward(layer, in, outGradient);
        case network::LayerKind::latent:
            return latentBackward(layer, tensors, in, outGradient, gradients, noise.noise,
                                  noise.kl);
        case network::LayerKind::made:
            return madeBackward(layer, tensors, in, outGradient, gradients);
    }
    throw std::logic_error("the reference lacks a layer: " + layer.name);
}

}  // namespace shearbench::reference
