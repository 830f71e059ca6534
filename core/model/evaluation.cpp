// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/evaluation.h"

#include <cmath>
#include <numbers>

namespace shearbench::model {

namespace {

/// Squared Mahalanobis distance and log determinant of the leading k x k block, by Cholesky.
struct Distance {
    double squared = 0, logDeterminant = 0;
};

Distance distance(const Posterior& posterior, const std::array<double, 3>& residual, int k) {
    std::array<std::array<double, 3>, 3> lower{};
    std::array<double, 3> whitened{};
    Distance result;
    for (int i = 0; i < k; ++i) {
        for (int j = 0; j <= i; ++j) {
            double sum = posterior.covariance[i][j];
            for (int m = 0; m < j; ++m)
                sum -= lower[i][m] * lower[j][m];
            lower[i][j] = i == j ? std::sqrt(sum) : sum / lower[j][j];
        }
        double rest = residual[i];
        for (int j = 0; j < i; ++j)
            rest -= lower[i][j] * whitened[j];
        whitened[i] = rest / lower[i][i];
        result.squared += whitened[i] * whitened[i];
        result.logDeterminant += 2 * std::log(lower[i][i]);
    }
    return result;
}

}  // namespace

Evaluation evaluate(std::span<const Posterior> posteriors, std::span<const float> targets) {
    Evaluation result;
    result.count = static_cast<std::int64_t>(posteriors.size());
    if (posteriors.empty())
        return result;
    for (std::size_t n = 0; n < posteriors.size(); ++n) {
        std::array<double, 3> residual;
        for (std::size_t i = 0; i < 3; ++i) {
            residual[i] = posteriors[n].mean[i] - targets[3 * n + i];
            result.rms[i] += residual[i] * residual[i];
        }
        const Distance all = distance(posteriors[n], residual, 3);
        result.nll += 0.5 * (all.squared + all.logDeterminant + 3 * std::log(2 * std::numbers::pi));
        result.insideOneSigma += distance(posteriors[n], residual, 2).squared <= 1 ? 1 : 0;
    }
    const double count = static_cast<double>(posteriors.size());
    result.nll /= count;
    result.insideOneSigma /= count;
    for (double& rms : result.rms)
        rms = std::sqrt(rms / count);
    return result;
}

}  // namespace shearbench::model
