// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/reference/generative_layers.h"

#include <algorithm>
#include <cmath>

namespace shearbench::reference {

namespace {

/// Calls `body(in channel, in row, in column, out channel, out row, out column, kernel index)` for
/// every product of one image's transposed convolution: input pixel (y, x) reaches output
/// (y s + i - before, x s + j - before).
template <class Body>
void forProducts(const network::Layer& layer, Body body) {
    const int k = layer.kernel, s = layer.stride;
    const auto before = [&](int in) { return std::max((in - 1) * s + k - in * s, 0) / 2; };
    const int top = before(layer.input.height), left = before(layer.input.width);
    for (int c = 0; c < layer.input.channels; ++c)
        for (int f = 0; f < layer.output.channels; ++f)
            for (int y = 0; y < layer.input.height; ++y)
                for (int x = 0; x < layer.input.width; ++x)
                    for (int i = 0; i < k; ++i)
                        for (int j = 0; j < k; ++j) {
                            const int row = y * s + i - top, column = x * s + j - left;
                            if (row >= 0 && row < layer.output.height && column >= 0 &&
                                column < layer.output.width)
                                body(c, y, x, f, row, column,
                                     ((c * layer.output.channels + f) * k + i) * k + j);
                        }
}

double softplus(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::fabs(x)));
}

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

/// The matrix of one of a made layer's three dense layers, zero where the mask is.
struct MaskedDense {
    int inputs, outputs;
    std::vector<double> kernel;
    std::vector<bool> mask;
    std::span<const double> bias;
};

std::vector<MaskedDense> maskedLayers(const network::Layer& layer, const Tensors& tensors) {
    const int d = layer.dimensions(), h = layer.hidden;
    const auto hiddenDegree = [&](int unit) { return unit % (d - 1) + 1; };
    std::vector<MaskedDense> layers;
    const auto add = [&](int inputs, int outputs, auto sees) {
        MaskedDense dense{inputs, outputs, {}, {}, tensors[2 * layers.size() + 1]};
        for (int o = 0; o < outputs; ++o)
            for (int i = 0; i < inputs; ++i) {
                dense.mask.push_back(sees(o, i));
                dense.kernel.push_back(
                    dense.mask.back() ? tensors[2 * layers.size()][o * inputs + i] : 0);
            }
        layers.push_back(std::move(dense));
    };
    add(d, h, [&](int o, int i) { return hiddenDegree(o) >= i + 1; });
    add(h, h, [&](int o, int i) { return hiddenDegree(o) >= hiddenDegree(i); });
    add(h, 2 * d, [&](int o, int i) { return o / 2 + 1 > hiddenDegree(i); });
    return layers;
}

/// Inputs of each dense layer and, at the end, shifts and log scales, of one image. `before` are
/// the hidden units before the leaky ReLU.
struct MadePass {
    std::vector<double> values[4];
    std::vector<double> before[2];
};

MadePass runMade(const std::vector<MaskedDense>& layers, std::vector<double> features) {
    MadePass pass;
    pass.values[0] = std::move(features);
    for (std::size_t l = 0; l < 3; ++l)
        for (int o = 0; o < layers[l].outputs; ++o) {
            double sum = layers[l].bias[o];
            for (int i = 0; i < layers[l].inputs; ++i)
                sum += layers[l].kernel[o * layers[l].inputs + i] * pass.values[l][i];
            if (l < 2) {
                pass.before[l].push_back(sum);
                sum *= sum > 0 ? 1 : network::kLeakySlope;
            }
            pass.values[l + 1].push_back(sum);
        }
    return pass;
}

/// The D features of an image in the order in which the layer sees them.
std::vector<double> orderedFeatures(const network::Layer& layer, const Maps& in, int image) {
    const auto first = in.values.begin() + image * in.shape.channels;
    std::vector<double> features(first, first + layer.dimensions());
    if (layer.reversed)
        std::reverse(features.begin(), features.end());
    return features;
}

}  // namespace

Maps transposedConvolution(const network::Layer& layer, const Tensors& tensors, const Maps& in) {
    Maps out(in.images, layer.output);
    for (int n = 0; n < in.images; ++n) {
        for (int f = 0; f < layer.output.channels; ++f)
            for (int y = 0; y < layer.output.height; ++y)
                for (int x = 0; x < layer.output.width; ++x)
                    out.at(n, f, y, x) = tensors[1][f];
        forProducts(layer, [&](int c, int y, int x, int f, int row, int column, int index) {
            out.at(n, f, row, column) += tensors[0][index] * in.at(n, c, y, x);
        });
    }
    return out;
}

Maps transposedConvolutionBackward(const network::Layer& layer, const Tensors& tensors,
                                   const Maps& in, const Maps& outGradient,
                                   const TensorGradients& gradients) {
    Maps inGradient(in.images, layer.input);
    for (int n = 0; n < in.images; ++n) {
        for (int f = 0; f < layer.output.channels; ++f)
            for (int y = 0; y < layer.output.height; ++y)
                for (int x = 0; x < layer.output.width; ++x)
                    gradients[1][f] += outGradient.at(n, f, y, x);
        forProducts(layer, [&](int c, int y, int x, int f, int row, int column, int index) {
            const double g = outGradient.at(n, f, row, column);
            gradients[0][index] += g * in.at(n, c, y, x);
            inGradient.at(n, c, y, x) += g * tensors[0][index];
        });
    }
    return inGradient;
}

Maps sigmoid(const network::Layer&, const Maps& in) {
    Maps out = in;
    for (double& value : out.values)
        value = logistic(value);
    return out;
}

Maps sigmoidBackward(const network::Layer&, const Maps& in, const Maps& outGradient) {
    Maps inGradient = outGradient;
    for (std::size_t i = 0; i < in.values.size(); ++i)
        inGradient.values[i] *= logistic(in.values[i]) * logistic(-in.values[i]);
    return inGradient;
}

Maps reshape(const network::Shape& shape, const Maps& in) {
    Maps out(in.images, shape);
    out.values = in.values;
    return out;
}

LatentStatistics latentStatistics(const network::Layer& layer, const Tensors& tensors,
                                  const Maps& in) {
    const std::size_t inputs = layer.input.count(), features = layer.output.count();
    LatentStatistics found;
    for (int n = 0; n < in.images; ++n)
        for (std::size_t f = 0; f < features; ++f) {
            double mean = tensors[2][f], raw = tensors[3][f];
            for (std::size_t i = 0; i < inputs; ++i) {
                mean += tensors[0][f * inputs + i] * in.values[n * inputs + i];
                raw += tensors[1][f * inputs + i] * in.values[n * inputs + i];
            }
            const double scale = softplus(raw);
            found.mean.push_back(mean);
            found.raw.push_back(raw);
            found.scale.push_back(scale);
            found.kl += ((mean * mean + scale * scale - 1) / 2 - std::log(scale)) / in.images;
        }
    return found;
}

Maps latent(const network::Layer& layer, const Tensors& tensors, const Maps& in,
            std::span<const double> noise) {
    const LatentStatistics statistics = latentStatistics(layer, tensors, in);
    Maps out(in.images, layer.output);
    for (std::size_t i = 0; i < out.values.size(); ++i)
        out.values[i] = statistics.mean[i] + (noise.empty() ? 0 : statistics.scale[i] * noise[i]);
    return out;
}

Maps latentBackward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
                    const Maps& outGradient, const TensorGradients& gradients,
                    std::span<const double> noise, double klWeight) {
    const std::size_t inputs = layer.input.count(), features = layer.output.count();
    const LatentStatistics statistics = latentStatistics(layer, tensors, in);
    Maps inGradient(in.images, layer.input);
    const double weight = klWeight / in.images;
    for (int n = 0; n < in.images; ++n)
        for (std::size_t f = 0; f < features; ++f) {
            const std::size_t at = n * features + f;
            const double byMean = outGradient.values[at] + weight * statistics.mean[at];
            const double scale = statistics.scale[at];
            const double byScale =
                outGradient.values[at] * noise[at] + weight * (scale - 1 / scale);
            const double byRaw = byScale * logistic(statistics.raw[at]);
            gradients[2][f] += byMean;
            gradients[3][f] += byRaw;
            for (std::size_t i = 0; i < inputs; ++i) {
                const double x = in.values[n * inputs + i];
                gradients[0][f * inputs + i] += byMean * x;
                gradients[1][f * inputs + i] += byRaw * x;
                inGradient.values[n * inputs + i] +=
                    byMean * tensors[0][f * inputs + i] + byRaw * tensors[1][f * inputs + i];
            }
        }
    return inGradient;
}

Maps made(const network::Layer& layer, const Tensors& tensors, const Maps& in) {
    const int d = layer.dimensions();
    const std::vector<MaskedDense> layers = maskedLayers(layer, tensors);
    Maps out(in.images, layer.output);
    for (int n = 0; n < in.images; ++n) {
        const MadePass pass = runMade(layers, orderedFeatures(layer, in, n));
        double* u = &out.values[static_cast<std::size_t>(n) * (d + 1)];
        u[d] = in.shape.channels > d ? in.values[n * in.shape.channels + d] : 0;
        for (int i = 0; i < d; ++i) {
            u[i] =
                (pass.values[0][i] - pass.values[3][2 * i]) * std::exp(-pass.values[3][2 * i + 1]);
            u[d] -= pass.values[3][2 * i + 1];
        }
    }
    return out;
}

Maps madeBackward(const network::Layer& layer, const Tensors& tensors, const Maps& in,
                  const Maps& outGradient, const TensorGradients& gradients) {
    const int d = layer.dimensions();
    const std::vector<MaskedDense> layers = maskedLayers(layer, tensors);
    Maps inGradient(in.images, layer.input);
    for (int n = 0; n < in.images; ++n) {
        const MadePass pass = runMade(layers, orderedFeatures(layer, in, n));
        const double* g = &outGradient.values[static_cast<std::size_t>(n) * (d + 1)];
        std::vector<double> direct(d), back(2 * d);
        for (int i = 0; i < d; ++i) {
            const double shrink = std::exp(-pass.values[3][2 * i + 1]);
            direct[i] = g[i] * shrink;
            back[2 * i] = -direct[i];
            back[2 * i + 1] = -g[i] * (pass.values[0][i] - pass.values[3][2 * i]) * shrink - g[d];
        }
        for (std::size_t l = 3; l-- > 0;) {
            std::vector<double> before(layers[l].inputs);
            for (int o = 0; o < layers[l].outputs; ++o) {
                gradients[2 * l + 1][o] += back[o];
                for (int i = 0; i < layers[l].inputs; ++i) {
                    const std::size_t at = static_cast<std::size_t>(o) * layers[l].inputs + i;
                    if (!layers[l].mask[at])
                        continue;
                    gradients[2 * l][at] += back[o] * pass.values[l][i];
                    before[i] += back[o] * layers[l].kernel[at];
                }
            }
            if (l > 0)
                for (int i = 0; i < layers[l].inputs; ++i)
                    before[i] *= pass.before[l - 1][i] > 0 ? 1 : network::kLeakySlope;
            back = before;
        }
        for (int i = 0; i < d; ++i) {
            const int feature = layer.reversed ? d - 1 - i : i;
            inGradient.values[n * in.shape.channels + feature] = direct[i] + back[i];
        }
        if (in.shape.channels > d)
            inGradient.values[n * in.shape.channels + d] = g[d];
    }
    return inGradient;
}

double madeDistanceToKink(const network::Layer& layer, const Tensors& tensors, const Maps& in) {
    const std::vector<MaskedDense> layers = maskedLayers(layer, tensors);
    double distance = 1e300;
    for (int n = 0; n < in.images; ++n) {
        const MadePass pass = runMade(layers, orderedFeatures(layer, in, n));
        for (const std::vector<double>& before : pass.before)
            for (double value : before)
                distance = std::min(distance, std::fabs(value));
    }
    return distance;
}

std::vector<double> madeInverse(const network::Layer& layer, const Tensors& tensors,
                                std::span<const double> base) {
    const int d = layer.dimensions();
    const std::vector<MaskedDense> layers = maskedLayers(layer, tensors);
    std::vector<double> y(d);
    for (int i = 0; i < d; ++i) {
        const MadePass pass = runMade(layers, y);
        y[i] = base[i] * std::exp(pass.values[3][2 * i + 1]) + pass.values[3][2 * i];
    }
    if (layer.reversed)
        std::reverse(y.begin(), y.end());
    return y;
}

}  // namespace shearbench::reference
