// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/posterior.h"

#include <cmath>
#include <numbers>

#include "core/network/network.h"

namespace shearbench::model {
namespace {

using Triangle = std::array<std::array<double, 3>, 3>;

double softplus(double x) {
    return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
}

Triangle triangleFromFeatures(std::span<const float, 9> features) {
    Triangle lower{};
    std::size_t next = 3;
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j <= i; ++j, ++next)
            lower[i][j] = i == j ? softplus(features[next]) + network::kScaleFloor : features[next];
    return lower;
}

/// -log N for a residual and the Cholesky triangle of the covariance.
double normalNll(const Triangle& lower, const std::array<double, 3>& residual) {
    std::array<double, 3> whitened{};
    double sum = 1.5 * std::log(2 * std::numbers::pi);
    for (std::size_t i = 0; i < 3; ++i) {
        double rest = residual[i];
        for (std::size_t j = 0; j < i; ++j)
            rest -= lower[i][j] * whitened[j];
        whitened[i] = rest / lower[i][i];
        sum += 0.5 * whitened[i] * whitened[i] + std::log(lower[i][i]);
    }
    return sum;
}

}  // namespace

Posterior posteriorFromFeatures(std::span<const float, 9> features) {
    const Triangle lower = triangleFromFeatures(features);
    Posterior posterior;
    for (std::size_t i = 0; i < 3; ++i) {
        posterior.mean[i] = features[i];
        for (std::size_t j = 0; j < 3; ++j)
            for (std::size_t k = 0; k < 3; ++k)
                posterior.covariance[i][j] += lower[i][k] * lower[j][k];
    }
    return posterior;
}

std::vector<Posterior> posteriorsFromFeatures(std::span<const float> features) {
    std::vector<Posterior> posteriors;
    posteriors.reserve(features.size() / 9);
    for (std::size_t start = 0; start + 9 <= features.size(); start += 9)
        posteriors.push_back(posteriorFromFeatures(features.subspan(start).first<9>()));
    return posteriors;
}

double negativeLogLikelihood(std::span<const float, 9> features, std::span<const float, 3> target) {
    std::array<double, 3> residual{};
    for (std::size_t i = 0; i < 3; ++i)
        residual[i] = static_cast<double>(target[i]) - features[i];
    return normalNll(triangleFromFeatures(features), residual);
}

double fittedGaussianNll(std::span<const float> fitted, std::span<const float> evaluated) {
    const double count = static_cast<double>(fitted.size() / 3);
    std::array<double, 3> mean{};
    for (std::size_t n = 0; n + 3 <= fitted.size(); n += 3)
        for (std::size_t i = 0; i < 3; ++i)
            mean[i] += fitted[n + i] / count;
    Triangle covariance{};
    for (std::size_t n = 0; n + 3 <= fitted.size(); n += 3)
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j <= i; ++j)
                covariance[i][j] += (fitted[n + i] - mean[i]) * (fitted[n + j] - mean[j]) / count;
    Triangle lower{};
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            double sum = covariance[i][j];
            for (std::size_t k = 0; k < j; ++k)
                sum -= lower[i][k] * lower[j][k];
            lower[i][j] = sum / lower[j][j];
        }
        double variance = covariance[i][i];
        for (std::size_t k = 0; k < i; ++k)
            variance -= lower[i][k] * lower[i][k];
        lower[i][i] =
            std::sqrt(std::fmax(variance, 0) + network::kScaleFloor * network::kScaleFloor);
    }
    double sum = 0;
    for (std::size_t n = 0; n + 3 <= evaluated.size(); n += 3)
        sum += normalNll(lower, {evaluated[n] - mean[0], evaluated[n + 1] - mean[1],
                                 evaluated[n + 2] - mean[2]});
    return sum / static_cast<double>(evaluated.size() / 3);
}

}  // namespace shearbench::model
