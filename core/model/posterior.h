// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <vector>

namespace shearbench::model {

/// A normal posterior over (e1, e2, redshift).
struct Posterior {
    std::array<double, 3> mean{};
    std::array<std::array<double, 3>, 3> covariance{};
};

/// From the 9 features of a gaussianNll network (network::LossKind): covariance L L^T.
Posterior posteriorFromFeatures(std::span<const float, 9> features);
/// `features` (n, 9).
std::vector<Posterior> posteriorsFromFeatures(std::span<const float> features);

/// -log N(target; mean, covariance).
double negativeLogLikelihood(std::span<const float, 9> features, std::span<const float, 3> target);

/// The mean over `evaluated` of -log N for the normal distribution of greatest likelihood for
/// `fitted`; both (n, 3), n >= 1. What a network that has learnt nothing but the labels' spread
/// would reach. The variances get the square of network::kScaleFloor on top, as a network's have,
/// so that labels that are all the same give a finite number.
double fittedGaussianNll(std::span<const float> fitted, std::span<const float> evaluated);

}  // namespace shearbench::model
