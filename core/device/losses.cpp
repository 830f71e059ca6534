// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/losses.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/device/latent.h"

namespace shearbench::device {

namespace {

constexpr std::size_t kDimensions = 3;
constexpr std::size_t kFeatures = 9;

/// One image: with r = target - mean, z = L^-1 r and w = L^-T z, the loss is
/// |z|^2 / 2 + sum log L_ii + 3/2 log 2 pi; its derivative by the mean is -w, by L_ij it is
/// -w_i z_j, and 1 / L_ii more on the diagonal.
double gaussianNllOfOne(const float* features, const float* target, double scale, float* gradient) {
    const double a = softplus(features[3]) + network::kScaleFloor;
    const double b = features[4];
    const double c = softplus(features[5]) + network::kScaleFloor;
    const double d = features[6], e = features[7];
    const double f = softplus(features[8]) + network::kScaleFloor;

    double r[kDimensions];
    for (std::size_t i = 0; i < kDimensions; ++i)
        r[i] = static_cast<double>(target[i]) - features[i];
    const double z0 = r[0] / a;
    const double z1 = (r[1] - b * z0) / c;
    const double z2 = (r[2] - d * z0 - e * z1) / f;
    const double w2 = z2 / f;
    const double w1 = (z1 - e * w2) / c;
    const double w0 = (z0 - b * w1 - d * w2) / a;

    const double derivative[kFeatures] = {-w0,
                                          -w1,
                                          -w2,
                                          (1 / a - w0 * z0) * logistic(features[3]),
                                          -w1 * z0,
                                          (1 / c - w1 * z1) * logistic(features[5]),
                                          -w2 * z0,
                                          -w2 * z1,
                                          (1 / f - w2 * z2) * logistic(features[8])};
    for (std::size_t i = 0; i < kFeatures; ++i)
        gradient[i] = static_cast<float>(scale * derivative[i]);
    return (z0 * z0 + z1 * z1 + z2 * z2) / 2 + std::log(a) + std::log(c) + std::log(f) +
           1.5 * std::log(2 * std::numbers::pi);
}

}  // namespace

double gaussianNll(std::span<const float> features, std::span<const float> targets, double scale,
                   std::span<float> gradients) {
    double sum = 0;
    const std::size_t images = features.size() / kFeatures;
    for (std::size_t i = 0; i < images; ++i)
        sum += gaussianNllOfOne(&features[i * kFeatures], &targets[i * kDimensions], scale,
                                &gradients[i * kFeatures]);
    return sum;
}

double halfSquaredError(std::span<const float> features, std::span<const float> targets,
                        double scale, std::span<float> gradients) {
    double sum = 0;
    for (std::size_t i = 0; i < features.size(); ++i) {
        const double difference = static_cast<double>(features[i]) - targets[i];
        sum += difference * difference / 2;
        gradients[i] = static_cast<float>(scale * difference);
    }
    return sum;
}

double squaredError(std::span<const float> features, std::span<const float> targets, double scale,
                    std::span<float> gradients) {
    return 2 * halfSquaredError(features, targets, 2 * scale, gradients);
}

double binaryCrossEntropy(std::span<const float> features, std::span<const float> targets,
                          double scale, std::span<float> gradients) {
    constexpr double kMargin = network::kProbabilityMargin;
    double sum = 0;
    for (std::size_t i = 0; i < features.size(); ++i) {
        const double p = std::clamp<double>(features[i], kMargin, 1 - kMargin), t = targets[i];
        sum -= t * std::log(p) + (1 - t) * std::log1p(-p);
        gradients[i] = static_cast<float>(scale * (p - t) / (p * (1 - p)));
    }
    return sum;
}

double flowNll(std::span<const float> features, std::size_t dimensions, double scale,
               std::span<float> gradients) {
    const double constant = 0.5 * std::log(2 * std::numbers::pi) * static_cast<double>(dimensions);
    double sum = 0;
    for (std::size_t first = 0; first < features.size(); first += dimensions + 1) {
        for (std::size_t i = first; i < first + dimensions; ++i) {
            sum += 0.5 * static_cast<double>(features[i]) * features[i];
            gradients[i] = static_cast<float>(scale * features[i]);
        }
        sum += constant - features[first + dimensions];
        gradients[first + dimensions] = static_cast<float>(-scale);
    }
    return sum;
}

double lossAndGradient(network::LossKind kind, std::size_t perImage,
                       std::span<const float> features, std::span<const float> targets,
                       double scale, std::span<float> gradients) {
    switch (kind) {
        case network::LossKind::gaussianNll:
            return gaussianNll(features, targets, scale, gradients);
        case network::LossKind::halfSquaredError:
            return halfSquaredError(features, targets, scale, gradients);
        case network::LossKind::squaredError:
            return squaredError(features, targets, scale, gradients);
        case network::LossKind::binaryCrossEntropy:
            return binaryCrossEntropy(features, targets, scale, gradients);
        case network::LossKind::flowNll:
            return flowNll(features, perImage - 1, scale, gradients);
    }
    return 0;
}

}  // namespace shearbench::device
