// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/losses.h"

#include <cmath>
#include <numbers>

namespace shearbench::device {

namespace {

constexpr std::size_t kDimensions = 3;
constexpr std::size_t kFeatures = 9;

double softplus(double x) {
    return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
}

double sigmoid(double x) {
    const double e = std::exp(-std::fabs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
}

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
                                          (1 / a - w0 * z0) * sigmoid(features[3]),
                                          -w1 * z0,
                                          (1 / c - w1 * z1) * sigmoid(features[5]),
                                          -w2 * z0,
                                          -w2 * z1,
                                          (1 / f - w2 * z2) * sigmoid(features[8])};
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

double lossAndGradient(network::LossKind kind, std::span<const float> features,
                       std::span<const float> targets, double scale, std::span<float> gradients) {
    return kind == network::LossKind::gaussianNll
               ? gaussianNll(features, targets, scale, gradients)
               : halfSquaredError(features, targets, scale, gradients);
}

}  // namespace shearbench::device
