// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/ellipse.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace shearbench::analysis {
namespace {

constexpr double kPi = std::numbers::pi;

TEST(Ellipse, AxesOfDiagonalCovariances) {
    const Ellipse flat = contour({4, 0, 1}, 2);
    EXPECT_DOUBLE_EQ(flat.major, 4);
    EXPECT_DOUBLE_EQ(flat.minor, 2);
    EXPECT_DOUBLE_EQ(flat.angle, 0);
    const Ellipse upright = contour({1, 0, 4}, 1);
    EXPECT_DOUBLE_EQ(upright.major, 2);
    EXPECT_NEAR(upright.angle, kPi / 2, 1e-15);
    const Ellipse circle = contour({9, 0, 9}, 1);
    EXPECT_DOUBLE_EQ(circle.major, 3);
    EXPECT_DOUBLE_EQ(circle.minor, 3);
}

TEST(Ellipse, CorrelationTurnsTheMajorAxis) {
    // Eigenvalues 3 and 1 along the diagonals.
    const Ellipse rising = contour({2, 1, 2}, 1);
    EXPECT_NEAR(rising.major, std::sqrt(3.0), 1e-15);
    EXPECT_NEAR(rising.minor, 1, 1e-15);
    EXPECT_NEAR(rising.angle, kPi / 4, 1e-15);
    EXPECT_NEAR(contour({2, -1, 2}, 1).angle, -kPi / 4, 1e-15);
}

TEST(Ellipse, RoundingBelowZeroCountsAsZero) {
    const Ellipse line = contour({1, 1.0000000001, 1}, 1);
    EXPECT_EQ(line.minor, 0);
    EXPECT_EQ(contour({0, 0, 0}, 3).major, 0);
}

TEST(Ellipse, MassInsideRadii) {
    EXPECT_NEAR(enclosedMass(1), 0.393469, 1e-6);
    EXPECT_NEAR(enclosedMass(2), 0.864665, 1e-6);
    EXPECT_NEAR(enclosedMass(3), 0.988891, 1e-6);
    EXPECT_NEAR(radiusOfMass(0.6827), 1.5152, 1e-4);
    EXPECT_NEAR(radiusOfMass(0.9545), 2.4860, 1e-4);
    EXPECT_NEAR(radiusOfMass(0.9973), 3.4393, 1e-4);
    EXPECT_EQ(radiusOfMass(0), 0);
}

TEST(Ellipse, MahalanobisDistanceIsOneOnTheContour) {
    const Covariance2 c{0.003, 0.001, 0.002};
    const Ellipse e = contour(c, 1);
    EXPECT_NEAR(mahalanobisSquared(c, e.major * std::cos(e.angle), e.major * std::sin(e.angle)), 1,
                1e-12);
    EXPECT_NEAR(mahalanobisSquared(c, -e.minor * std::sin(e.angle), e.minor * std::cos(e.angle)), 1,
                1e-12);
    // (1, 2) [[2, 1], [1, 3]]^-1 (1, 2)^T = (3 - 4 + 8) / 5
    EXPECT_NEAR(mahalanobisSquared({2, 1, 3}, 1, 2), 1.4, 1e-12);
}

TEST(Ellipse, MahalanobisDistanceOfSingularCovariances) {
    EXPECT_NEAR(mahalanobisSquared({1, 1, 1}, 2, 2), 4, 1e-9);
    EXPECT_TRUE(std::isinf(mahalanobisSquared({1, 1, 1}, 1, -1)));
    EXPECT_TRUE(std::isinf(mahalanobisSquared({0, 0, 0}, 1, 0)));
    EXPECT_EQ(mahalanobisSquared({0, 0, 0}, 0, 0), 0);
}

TEST(Shape, AxisRatiosOfBothConventions) {
    EXPECT_NEAR(shapeFromReducedShear(0.5, 0).axisRatio, 1.0 / 3, 1e-15);
    EXPECT_NEAR(shapeFromDistortion(0.8, 0).axisRatio, 1.0 / 3, 1e-15);
    EXPECT_EQ(shapeFromReducedShear(0, 0).axisRatio, 1);
    EXPECT_EQ(shapeFromReducedShear(0.9, 0.9).axisRatio, 0);
    EXPECT_EQ(shapeFromDistortion(1, 0).axisRatio, 0);
}

TEST(Shape, AnglesCountFromPlusX) {
    EXPECT_EQ(shapeFromReducedShear(0.3, 0).angle, 0);
    EXPECT_NEAR(shapeFromReducedShear(0, 0.3).angle, kPi / 4, 1e-15);
    EXPECT_NEAR(shapeFromReducedShear(-0.3, 0).angle, kPi / 2, 1e-15);
    EXPECT_NEAR(shapeFromReducedShear(-0.3, -0.0).angle, kPi / 2, 1e-15);
    EXPECT_NEAR(shapeFromDistortion(0, -0.3).angle, -kPi / 4, 1e-15);
}

}  // namespace
}  // namespace shearbench::analysis
