// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/profile.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shearbench::data::simulator {

namespace {

constexpr double kPi = std::numbers::pi;

// P(a, x) = x^a e^-x / Gamma(a+1) (1 + x/(a+1) + x^2/((a+1)(a+2)) + ...)
double lowerIncompleteGamma(double a, double x) {
    double term = 1, sum = 1;
    for (int i = 1; term > 1e-17 * sum; ++i) {
        term *= x / (a + i);
        sum += term;
    }
    return std::pow(x, a) * std::exp(-x) / std::tgamma(a + 1) * sum;
}

}  // namespace

double sersicB(double n) {
    const double a = 2 * n;
    double b = a - 1. / 3 + 4 / (405 * n);  // Ciotti and Bertin's series begins like this
    for (int i = 0; i < 20; ++i) {
        const double slope = std::pow(b, a - 1) * std::exp(-b) / std::tgamma(a);
        const double step = (lowerIncompleteGamma(a, b) - 0.5) / slope;
        b = std::max(b - step, b / 2);
        if (std::fabs(step) < 1e-14 * b)
            break;
    }
    return b;
}

QuadraticForm radiusForm(double g1, double g2) {
    return waveNumberForm(-g1, -g2);
}

QuadraticForm waveNumberForm(double g1, double g2) {
    const double scale = 1 / (1 - g1 * g1 - g2 * g2);
    return {((1 + g1) * (1 + g1) + g2 * g2) * scale, 2 * g2 * scale,
            ((1 - g1) * (1 - g1) + g2 * g2) * scale};
}

SersicBrightness::SersicBrightness(const Sersic& profile)
    : b_(sersicB(profile.n)),
      inverseN_(1 / profile.n),
      inverseRadiusSquared_(1 / (profile.halfLightRadius * profile.halfLightRadius)),
      central_(profile.flux * std::pow(b_, 2 * profile.n) * inverseRadiusSquared_ /
               (2 * kPi * profile.n * std::tgamma(2 * profile.n))),
      form_(radiusForm(profile.g1, profile.g2)) {}

double SersicBrightness::operator()(double x, double y) const {
    return central_ * std::exp(-b_ * std::pow(form_(x, y) * inverseRadiusSquared_, inverseN_ / 2));
}

}  // namespace shearbench::data::simulator
