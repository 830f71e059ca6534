// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/latent.h"

#include <algorithm>
#include <cmath>

#include "core/random.h"

namespace shearbench::device {

namespace {

/// `body(index of the sample, index of its mean, index of its scale)`.
template <class Body>
void forSamples(std::size_t samples, std::size_t features, const Body& body) {
    for (std::size_t i = 0; i < samples; ++i) {
        const std::size_t mean = i / features * 2 * features + i % features;
        body(i, mean, mean + features);
    }
}

}  // namespace

double softplus(double x) {
    return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
}

double logistic(double x) {
    const double e = std::exp(-std::fabs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
}

void latentNoise(const StepNoise& noise, std::span<float> numbers) {
    if (noise.given.empty())
        fillNormal({noise.seed, StreamPurpose::latent, 0, static_cast<std::uint64_t>(noise.step)},
                   numbers);
    else
        std::copy_n(noise.given.last(numbers.size()).begin(), numbers.size(), numbers.begin());
}

void latentSamples(std::span<const float> raw, std::span<const float> noise, std::size_t features,
                   std::span<float> samples) {
    forSamples(samples.size(), features, [&](std::size_t i, std::size_t mean, std::size_t scale) {
        samples[i] = noise.empty()
                         ? raw[mean]
                         : raw[mean] + static_cast<float>(softplus(raw[scale])) * noise[i];
    });
}

double latentDivergence(std::span<const float> raw, std::size_t features) {
    double sum = 0;
    forSamples(raw.size() / 2, features, [&](std::size_t, std::size_t m, std::size_t s) {
        const double mean = raw[m], scale = softplus(raw[s]);
        sum += (mean * mean + scale * scale - 1) / 2 - std::log(scale);
    });
    return sum;
}

void latentGradients(std::span<const float> raw, std::span<const float> noise, double weight,
                     std::size_t features, std::span<const float> sampleGradients,
                     std::span<float> rawGradients) {
    forSamples(noise.size(), features, [&](std::size_t i, std::size_t mean, std::size_t s) {
        const double scale = softplus(raw[s]), gradient = sampleGradients[i];
        rawGradients[mean] = static_cast<float>(gradient + weight * raw[mean]);
        rawGradients[s] = static_cast<float>((gradient * noise[i] + weight * (scale - 1 / scale)) *
                                             logistic(raw[s]));
    });
}

}  // namespace shearbench::device
