// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/reference/reference.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"
#include "tests/reference/generative_layers.h"
#include "tests/reference/layers.h"
#include "tests/reference/losses.h"

namespace shearbench::reference {

namespace {

/// The pieces of a flat array that belong to a layer.
template <class Span>
std::vector<Span> tensorsOf(const network::Network& network, std::size_t layer, Span flat) {
    std::vector<Span> tensors;
    for (const network::Parameter& parameter : network.parameters())
        if (static_cast<std::size_t>(parameter.layer) == layer)
            tensors.push_back(flat.subspan(parameter.offset, parameter.count));
    return tensors;
}

/// The noise of the latent layer: the last numbers given.
std::vector<double> latentNoise(const network::Network& network, std::size_t images,
                                const device::StepSettings& settings) {
    for (const network::Layer& layer : network.layers())
        if (layer.kind == network::LayerKind::latent) {
            const auto last = settings.noise.given.last(images * layer.output.count());
            return {last.begin(), last.end()};
        }
    return {};
}

double deviationOf(double rho) {
    return rho > 30 ? rho : std::log1p(std::exp(rho));
}

/// Bayesian kernels as drawn for one step, one behind the other.
struct Drawn {
    std::vector<double> kernels;
    double kl = 0;
};

/// mean + deviation x noise; the mean where there is no noise.
Drawn draw(const network::Network& network, std::span<const double> parameters,
           std::span<const double> noise) {
    Drawn drawn;
    for (const network::BayesianKernel& kernel : network::bayesianKernels(network))
        for (std::size_t i = 0; i < kernel.count; ++i) {
            const double mean = parameters[kernel.mean + i];
            const double deviation = deviationOf(parameters[kernel.rho + i]);
            drawn.kl += (mean * mean + deviation * deviation - 1) / 2 - std::log(deviation);
            const double number = noise.empty() ? 0 : noise[drawn.kernels.size()];
            drawn.kernels.push_back(mean + deviation * number);
        }
    return drawn;
}

/// tensorsOf() with a Bayesian layer's two tensors replaced by its part of `kernels`.
template <class Span>
std::vector<Span> layerTensors(const network::Network& network, std::size_t layer, Span flat,
                               Span kernels) {
    std::vector<Span> tensors = tensorsOf(network, layer, flat);
    std::size_t first = 0;
    for (const network::BayesianKernel& kernel : network::bayesianKernels(network)) {
        if (static_cast<std::size_t>(kernel.layer) == layer) {
            tensors.erase(tensors.begin());
            tensors[0] = kernels.subspan(first, kernel.count);
        }
        first += kernel.count;
    }
    return tensors;
}

/// From the gradient by the drawn kernels to that by their means and rhos.
void spread(const network::Network& network, std::span<const double> parameters,
            std::span<const double> noise, std::span<const double> byKernels, double weightKl,
            std::span<double> gradients) {
    std::size_t next = 0;
    for (const network::BayesianKernel& kernel : network::bayesianKernels(network))
        for (std::size_t i = 0; i < kernel.count; ++i, ++next) {
            const double mean = parameters[kernel.mean + i], rho = parameters[kernel.rho + i];
            const double deviation = deviationOf(rho);
            const double byDeviation =
                byKernels[next] * noise[next] + weightKl * (deviation - 1 / deviation);
            gradients[kernel.mean + i] = byKernels[next] + weightKl * mean;
            gradients[kernel.rho + i] = byDeviation / (1 + std::exp(-rho));
        }
}

/// The input, then every layer's output.
std::vector<Maps> forwardAll(const network::Network& network, std::span<const double> parameters,
                             std::span<const double> kernels, std::span<const double> images,
                             Mode mode, const Latent& latent = {}) {
    const auto count = static_cast<int>(images.size() / network.input().count());
    std::vector<Maps> maps = {Maps(count, network.input())};
    std::copy(images.begin(), images.end(), maps[0].values.begin());
    for (std::size_t i = 0; i < network.layers().size(); ++i)
        maps.push_back(forward(network.layers()[i], layerTensors(network, i, parameters, kernels),
                               maps[i], mode, latent));
    return maps;
}

std::vector<double> statisticsOf(const network::Network& network, const std::vector<Maps>& maps) {
    std::vector<double> statistics(network.parameterCount());
    for (std::size_t i = 0; i < network.layers().size(); ++i) {
        const network::Layer& layer = network.layers()[i];
        if (layer.kind != network::LayerKind::batchNorm)
            continue;
        const auto tensors = tensorsOf(network, i, std::span(statistics));
        for (int c = 0; c < layer.input.channels; ++c) {
            const ChannelStatistics found = channelStatistics(maps[i], c);
            tensors[2][c] = found.mean;
            tensors[3][c] = found.variance;
        }
    }
    return statistics;
}

double distanceToKink(const network::Network& network, std::span<const double> parameters,
                      const std::vector<Maps>& maps) {
    double distance = Evaluation().distanceToKink;
    for (std::size_t i = 0; i < network.layers().size(); ++i) {
        const network::Layer& layer = network.layers()[i];
        if (layer.kind == network::LayerKind::prelu)
            for (double x : maps[i].values)
                distance = std::min(distance, std::fabs(x));
        if (layer.kind == network::LayerKind::made)
            distance = std::min(
                distance, madeDistanceToKink(layer, tensorsOf(network, i, parameters), maps[i]));
    }
    return distance;
}

/// Of the latent layer, if there is one.
double latentDivergence(const network::Network& network, std::span<const double> parameters,
                        const std::vector<Maps>& maps) {
    double kl = 0;
    for (std::size_t i = 0; i < network.layers().size(); ++i)
        if (network.layers()[i].kind == network::LayerKind::latent)
            kl += latentStatistics(network.layers()[i], tensorsOf(network, i, parameters), maps[i])
                      .kl;
    return kl;
}

std::vector<double> numbersOf(const network::Network& network, std::uint64_t seed,
                              StreamPurpose purpose, std::int64_t step) {
    std::vector<double> numbers;
    std::uint32_t tensor = 0;
    for (const network::BayesianKernel& kernel : network::bayesianKernels(network)) {
        const NormalStream stream{seed, purpose, tensor++, static_cast<std::uint64_t>(step)};
        for (std::size_t i = 0; i < kernel.count; ++i)
            numbers.push_back(normalBlock(stream, static_cast<std::uint32_t>(i / 4))[i % 4]);
    }
    return numbers;
}

}  // namespace

std::vector<double> noiseOf(const network::Network& network, const device::StepNoise& noise) {
    if (!noise.given.empty())
        return {noise.given.begin(), noise.given.end()};
    return numbersOf(network, noise.seed, StreamPurpose::weightDraw, noise.step);
}

std::vector<double> predictiveNoise(const network::Network& network, std::uint64_t seed,
                                    std::int64_t draw) {
    return numbersOf(network, seed, StreamPurpose::predictiveDraw, draw);
}

std::vector<double> predict(const network::Network& network, std::span<const double> parameters,
                            std::span<const double> images, std::span<const double> noise) {
    const Drawn drawn = draw(network, parameters, noise);
    return forwardAll(network, parameters, drawn.kernels, images, Mode::prediction).back().values;
}

double trainingLoss(const network::Network& network, std::span<const double> parameters,
                    std::span<const double> images, std::span<const double> targets,
                    const device::StepSettings& settings) {
    const std::vector<double> noise =
        latentNoise(network, images.size() / network.input().count(), settings);
    const Drawn drawn = draw(network, parameters, noiseOf(network, settings.noise));
    const std::vector<Maps> maps = forwardAll(network, parameters, drawn.kernels, images,
                                              Mode::training, {noise, settings.latentKl});
    return loss(network.loss(), maps.back(), targets, nullptr) + settings.weightKl * drawn.kl +
           settings.latentKl * latentDivergence(network, parameters, maps);
}

Evaluation evaluate(const network::Network& network, std::span<const double> parameters,
                    std::span<const double> images, std::span<const double> targets,
                    const device::StepSettings& settings) {
    const std::vector<double> ofLatent =
        latentNoise(network, images.size() / network.input().count(), settings);
    const Latent latent{ofLatent, settings.latentKl};
    const std::vector<double> noise = noiseOf(network, settings.noise);
    const Drawn drawn = draw(network, parameters, noise);
    const std::span<const double> kernels = drawn.kernels;
    const std::vector<Maps> maps =
        forwardAll(network, parameters, kernels, images, Mode::training, latent);
    Evaluation result;
    result.outputs = maps.back().values;
    result.gradients.resize(network.parameterCount());
    result.batchStatistics = statisticsOf(network, maps);
    result.distanceToKink = distanceToKink(network, parameters, maps);

    Maps gradient(maps.back().images, maps.back().shape);
    const double latentKl = latentDivergence(network, parameters, maps);
    result.kl = drawn.kl + latentKl;
    result.dataLoss = loss(network.loss(), maps.back(), targets, &gradient);
    result.loss = result.dataLoss + settings.weightKl * drawn.kl + settings.latentKl * latentKl;
    std::vector<double> byKernels(kernels.size());
    for (std::size_t i = network.layers().size(); i-- > 0;)
        gradient = backward(
            network.layers()[i], layerTensors(network, i, parameters, kernels), maps[i], gradient,
            layerTensors(network, i, std::span(result.gradients), std::span(byKernels)), latent);
    spread(network, parameters, noise, byKernels, settings.weightKl, result.gradients);

    double squares = 0;
    for (double g : result.gradients)
        squares += g * g;
    result.gradientNorm = std::sqrt(squares);
    return result;
}

std::vector<double> invert(const network::Network& network, std::span<const double> parameters,
                           std::span<const double> base) {
    const std::size_t dimensions = network.input().count();
    std::vector<double> samples;
    for (std::size_t n = 0; n < base.size(); n += dimensions) {
        std::vector<double> sample(base.begin() + n, base.begin() + n + dimensions);
        for (std::size_t i = network.layers().size(); i-- > 0;)
            sample = madeInverse(network.layers()[i], tensorsOf(network, i, parameters), sample);
        samples.insert(samples.end(), sample.begin(), sample.end());
    }
    return samples;
}

Evaluation step(const network::Network& network, State& state, std::span<const double> images,
                std::span<const double> targets, const device::StepSettings& settings) {
    const Evaluation result = evaluate(network, state.parameters, images, targets, settings);
    const bool clip = settings.clipNorm > 0 && result.gradientNorm > settings.clipNorm;
    const double scale = clip ? settings.clipNorm / result.gradientNorm : 1;
    const double b1 = settings.beta1, b2 = settings.beta2;
    const auto t = static_cast<double>(++state.updates);
    for (const network::Parameter& tensor : network.parameters())
        for (std::size_t i = tensor.offset; i < tensor.offset + tensor.count; ++i) {
            double& p = state.parameters[i];
            double& m = state.firstMoment[i];
            double& v = state.secondMoment[i];
            if (tensor.trainable) {
                const double g = scale * result.gradients[i];
                m = b1 * m + (1 - b1) * g;
                v = b2 * v + (1 - b2) * g * g;
                const double mHat = m / (1 - std::pow(b1, t)), vHat = v / (1 - std::pow(b2, t));
                p -= settings.learningRate * mHat / (std::sqrt(vHat) + settings.epsilon);
            } else {
                p = network::kBatchNormMomentum * p +
                    (1 - network::kBatchNormMomentum) * result.batchStatistics[i];
            }
        }
    return result;
}

}  // namespace shearbench::reference
