// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/ellipse.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace shearbench::analysis {

namespace {

struct Eigen2 {
    double large = 0, small = 0, angle = 0;
};

/// Eigenvalues and the direction of the larger one's eigenvector.
Eigen2 eigenvalues(const Covariance2& c) {
    const double mean = 0.5 * (c.xx + c.yy);
    const double half = 0.5 * (c.xx - c.yy);
    const double spread = std::hypot(half, c.xy);
    Eigen2 result;
    result.large = std::max(0.0, mean + spread);
    result.small = std::max(0.0, mean - spread);
    result.angle = spread > 0 ? 0.5 * std::atan2(c.xy, half) : 0;
    if (result.angle <= -0.5 * std::numbers::pi) {
        result.angle += std::numbers::pi;
    }
    return result;
}

Shape shape(double e1, double e2, double axisRatio) {
    Shape result;
    result.axisRatio = axisRatio;
    result.angle = e1 == 0 && e2 == 0 ? 0 : 0.5 * std::atan2(e2, e1);
    if (result.angle <= -0.5 * std::numbers::pi) {
        result.angle += std::numbers::pi;
    }
    return result;
}

}  // namespace

Ellipse contour(const Covariance2& covariance, double radius) {
    const Eigen2 e = eigenvalues(covariance);
    return {radius * std::sqrt(e.large), radius * std::sqrt(e.small), e.angle};
}

double enclosedMass(double radius) {
    return -std::expm1(-0.5 * radius * radius);
}

double radiusOfMass(double mass) {
    return std::sqrt(-2 * std::log1p(-mass));
}

double mahalanobisSquared(const Covariance2& covariance, double dx, double dy) {
    const Eigen2 e = eigenvalues(covariance);
    const double c = std::cos(e.angle), s = std::sin(e.angle);
    const double along = c * dx + s * dy, across = -s * dx + c * dy;
    const auto term = [&](double distance, double variance) {
        // Rounding in the rotation may leave a distance of this size where there is none.
        const double none = 1e-12 * std::hypot(dx, dy);
        if (variance <= 1e-24 * e.large || variance == 0) {
            return std::abs(distance) <= none ? 0 : std::numeric_limits<double>::infinity();
        }
        return distance * distance / variance;
    };
    return term(along, e.large) + term(across, e.small);
}

Shape shapeFromReducedShear(double g1, double g2) {
    const double g = std::hypot(g1, g2);
    return shape(g1, g2, g < 1 ? (1 - g) / (1 + g) : 0);
}

Shape shapeFromDistortion(double e1, double e2) {
    const double e = std::hypot(e1, e2);
    return shape(e1, e2, e < 1 ? std::sqrt((1 - e) / (1 + e)) : 0);
}

}  // namespace shearbench::analysis
