// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/device/session.h"

// A latent layer behind its two dense ones, as every device that runs on the host's processor
// computes it. `raw` (n, 2 D): the D means of an image, then the D numbers whose softplus is the
// scale. Thread-safe; allocates nothing.

namespace shearbench::device {

/// softplus(x) = log(1 + exp(x)), its derivative is the logistic function.
double softplus(double x);
double logistic(double x);

/// The (n, D) standard normal numbers of a step, as StepNoise says.
void latentNoise(const StepNoise& noise, std::span<float> numbers);

/// `samples` (n, D): mean + scale noise; the means where `noise` is empty.
void latentSamples(std::span<const float> raw, std::span<const float> noise, std::size_t features,
                   std::span<float> samples);

/// The sum over images and features of KL(N(mean, scale^2) || N(0, 1)).
double latentDivergence(std::span<const float> raw, std::size_t features);

/// The derivative by `raw` of what comes behind the samples, plus `weight` times the divergence's.
void latentGradients(std::span<const float> raw, std::span<const float> noise, double weight,
                     std::size_t features, std::span<const float> sampleGradients,
                     std::span<float> rawGradients);

}  // namespace shearbench::device
