// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/optimiser.h"

#include <cmath>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kPart = 16384;  // floats

std::int64_t partsOf(std::int64_t floats) {
    return (floats + kPart - 1) / kPart;
}

}  // namespace

Optimiser::Optimiser(const Parameters& parameters, BayesianWeights& bayesian)
    : parameters_(&parameters),
      bayesian_(&bayesian),
      partial_(static_cast<std::size_t>(partsOf(parameters.trainableFloats()))) {}

double Optimiser::sumOfParts(std::int64_t floats) const {
    double sum = 0;
    for (std::int64_t part = 0; part < partsOf(floats); ++part)
        sum += partial_[static_cast<std::size_t>(part)];
    return sum;
}

double Optimiser::norm(double weightKl) {
    const std::int64_t fixed = parameters_->fixedFloats();
    parallelParts(fixed, kPart, [&](std::int64_t part, std::int64_t begin, std::int64_t end) {
        partial_[static_cast<std::size_t>(part)] =
            kernels().squares(parameters_->gradients() + begin, end - begin);
    });
    return std::sqrt(sumOfParts(fixed) + bayesian_->spreadGradients(weightKl));
}

AdamStep Optimiser::nextStep(const StepSettings& settings, double gradientScale) {
    const auto steps = static_cast<double>(++updates_);
    const double first = 1 - std::pow(settings.beta1, steps);
    const double second = std::sqrt(1 - std::pow(settings.beta2, steps));
    return {static_cast<float>(settings.beta1), static_cast<float>(settings.beta2),
            static_cast<float>(settings.learningRate * second / first),
            static_cast<float>(settings.epsilon * second), static_cast<float>(gradientScale)};
}

/// On the first `floats` trainable ones; returns the sum of their gradients' squares.
double Optimiser::adam(std::int64_t floats, const AdamStep& step) {
    parallelParts(floats, kPart, [&](std::int64_t part, std::int64_t begin, std::int64_t end) {
        partial_[static_cast<std::size_t>(part)] =
            kernels().adam(parameters_->values() + begin, parameters_->gradients() + begin,
                           parameters_->firstMoments() + begin,
                           parameters_->secondMoments() + begin, end - begin, step);
    });
    return sumOfParts(floats);
}

double Optimiser::update(const StepSettings& settings) {
    if (settings.clipNorm > 0) {
        const double gradientNorm = norm(settings.weightKl);
        const double scale =
            gradientNorm > settings.clipNorm ? settings.clipNorm / gradientNorm : 1;
        adam(parameters_->trainableFloats(), nextStep(settings, scale));
        return gradientNorm;
    }
    const AdamStep step = nextStep(settings, 1);
    return std::sqrt(adam(parameters_->fixedFloats(), step) +
                     bayesian_->update(settings.weightKl, step));
}

}  // namespace shearbench::device::cpu
