// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/optimiser.h"

#include <cmath>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kPart = 16384;  // floats

}  // namespace

Optimiser::Optimiser(const Parameters& parameters)
    : parameters_(&parameters),
      partial_(static_cast<std::size_t>((parameters.trainableFloats() + kPart - 1) / kPart)) {}

double Optimiser::addUp() const {
    double sum = 0;
    for (double part : partial_)
        sum += part;
    return std::sqrt(sum);
}

double Optimiser::norm() {
    parallelParts(parameters_->trainableFloats(), kPart,
                  [&](std::int64_t part, std::int64_t begin, std::int64_t end) {
                      partial_[static_cast<std::size_t>(part)] =
                          kernels().squares(parameters_->gradients() + begin, end - begin);
                  });
    return addUp();
}

double Optimiser::update(const StepSettings& settings) {
    double scale = 1;
    if (settings.clipNorm > 0) {
        const double gradientNorm = norm();
        if (gradientNorm > settings.clipNorm)
            scale = settings.clipNorm / gradientNorm;
    }
    ++updates_;
    const auto steps = static_cast<double>(updates_);
    const double first = 1 - std::pow(settings.beta1, steps);
    const double second = std::sqrt(1 - std::pow(settings.beta2, steps));
    const AdamStep step{static_cast<float>(settings.beta1), static_cast<float>(settings.beta2),
                        static_cast<float>(settings.learningRate * second / first),
                        static_cast<float>(settings.epsilon * second), static_cast<float>(scale)};
    parallelParts(parameters_->trainableFloats(), kPart,
                  [&](std::int64_t part, std::int64_t begin, std::int64_t end) {
                      partial_[static_cast<std::size_t>(part)] = kernels().adam(
                          parameters_->values() + begin, parameters_->gradients() + begin,
                          parameters_->firstMoments() + begin, parameters_->secondMoments() + begin,
                          end - begin, step);
                  });
    return addUp();
}

}  // namespace shearbench::device::cpu
