// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

// Ellipses of normal distributions in the (e1, e2) plane, and the shapes that ellipticities stand
// for. Plain values in, plain values out.

namespace shearbench::analysis {

/// Symmetric 2x2: xx, xy, yy.
struct Covariance2 {
    double xx = 0, xy = 0, yy = 0;
};

/// Semi-axes (major first) and angle of the major axis, radians counter-clockwise from +x in
/// (-pi/2, pi/2].
struct Ellipse {
    double major = 0, minor = 0, angle = 0;
};

/// Contour of Mahalanobis radius `radius`. Requires a positive semi-definite covariance; rounding
/// below zero counts as zero.
Ellipse contour(const Covariance2& covariance, double radius);

/// Mass of a two-dimensional normal distribution inside that radius, 1 - exp(-r^2 / 2): 0.393,
/// 0.865, 0.989 for 1, 2, 3.
double enclosedMass(double radius);
/// The radius that encloses `mass` in [0, 1): 1.515, 2.486, 3.439 for 0.683, 0.954, 0.997.
double radiusOfMass(double mass);

/// Squared Mahalanobis distance of (dx, dy); infinite for a singular covariance and dx, dy off it.
double mahalanobisSquared(const Covariance2& covariance, double dx, double dy);

/// Axis ratio b/a and position angle (radians, from +x) of an ellipticity; |g| = (1-q)/(1+q) or
/// |e| = (1-q^2)/(1+q^2). Requires |e| < 1; larger ones give axis ratio 0.
struct Shape {
    double axisRatio = 1, angle = 0;
};
Shape shapeFromReducedShear(double g1, double g2);
Shape shapeFromDistortion(double e1, double e2);

}  // namespace shearbench::analysis
