// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/galaxy_statistics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/analysis/distances.h"

namespace shearbench::analysis {
namespace {

/// An elliptical Gaussian of that flux and those second moments, `x` pixels off the centre.
std::vector<float> gaussian(int size, double flux, double mxx, double mxy, double myy, double x0) {
    std::vector<float> plane(static_cast<std::size_t>(size) * size);
    const double determinant = mxx * myy - mxy * mxy, middle = (size - 1) / 2.0;
    for (int row = 0; row < size; ++row)
        for (int column = 0; column < size; ++column) {
            const double x = column - middle - x0, y = row - middle;
            const double r2 = (myy * x * x - 2 * mxy * x * y + mxx * y * y) / determinant;
            plane[static_cast<std::size_t>(row * size + column)] = static_cast<float>(
                flux * std::exp(-0.5 * r2) / (2 * M_PI * std::sqrt(determinant)));
        }
    return plane;
}

TEST(AdaptiveMoments, FindAGaussianAsItIs) {
    const AdaptiveMoments found = adaptiveMoments(gaussian(64, 1000, 12, 3, 7, 2.5), 64);
    ASSERT_TRUE(found.found);
    EXPECT_NEAR(found.x, 2.5, 1e-3);
    EXPECT_NEAR(found.y, 0, 1e-3);
    EXPECT_NEAR(found.e1, 5.0 / 19, 1e-3);
    EXPECT_NEAR(found.e2, 6.0 / 19, 1e-3);
    EXPECT_NEAR(found.sigma, std::pow(12 * 7 - 9, 0.25), 1e-2);
    EXPECT_FALSE(adaptiveMoments(std::vector<float>(64 * 64), 64).found);
    EXPECT_FALSE(adaptiveMoments(std::vector<float>(64 * 64, -1.0f), 64).found);
}

TEST(GalaxyStatistics, OfRoundGaussians) {
    constexpr int kSize = 64;
    constexpr double kSigma = 3;
    std::vector<float> images;
    for (int band = 0; band < 6; ++band) {
        const std::vector<float> plane =
            gaussian(kSize, 100.0 * (band + 1), kSigma * kSigma, 0, kSigma * kSigma, 0);
        images.insert(images.end(), plane.begin(), plane.end());
    }
    const std::vector<double> zeroPoints = {30, 30, 31, 32, 32, 32};
    const GalaxyStatistics found = galaxyStatistics({images, 6, kSize, 1, 2, 3, zeroPoints});
    ASSERT_EQ(found.flux.size(), 6u);
    EXPECT_NEAR(found.flux[3][0], 400, 1);
    EXPECT_NEAR(found.greenRed[0], -2.5 * std::log10(2.0 / 3) - 1, 1e-6);
    EXPECT_NEAR(found.redInfrared[0], -2.5 * std::log10(3.0 / 4) - 1, 1e-6);
    EXPECT_NEAR(found.halfLightRadius[0], kSigma * std::sqrt(2 * std::log(2.0)), 0.1);
    EXPECT_NEAR(found.ellipticity[0], 0, 1e-3);
    const double ratio = std::sqrt(std::log(0.2) / std::log(0.8));
    EXPECT_NEAR(found.concentration[0], 5 * std::log10(ratio), 0.1);
    // |exp(-2 pi^2 sigma^2 k^2 / N^2)|^2 of neighbouring wavenumbers.
    const double step = 4 * M_PI * M_PI * kSigma * kSigma / (kSize * kSize);
    EXPECT_NEAR(found.powerSpectrum[1] / found.powerSpectrum[0], std::exp(-step), 0.05);
    const std::vector<std::string> bands = {"u", "g", "r", "i", "z", "y"};
    for (const StatisticDistance& distance : statisticDistances(found, found, bands))
        EXPECT_NEAR(distance.distance, 0, 1e-12) << distance.quantity;
}

TEST(GalaxyStatistics, OfTwoSetsMakeThoseOfBoth) {
    constexpr int kSize = 32;
    std::vector<float> images;
    for (int galaxy = 0; galaxy < 6; ++galaxy) {
        const std::vector<float> plane = gaussian(kSize, 100.0 + galaxy, 6 + galaxy, 1, 5, 0.3);
        images.insert(images.end(), plane.begin(), plane.end());
    }
    const std::size_t part = 2 * kSize * kSize;
    const std::span<const float> all(images);
    const GalaxyStatistics whole = galaxyStatistics({all, 1, kSize});
    GalaxyStatistics joined = galaxyStatistics({all.first(part), 1, kSize});
    joined.append(galaxyStatistics({all.subspan(part), 1, kSize}));
    EXPECT_EQ(joined.flux, whole.flux);
    EXPECT_EQ(joined.ellipticity, whole.ellipticity);
    EXPECT_EQ(joined.halfLightRadius, whole.halfLightRadius);
    ASSERT_EQ(joined.powerSpectrum.size(), whole.powerSpectrum.size());
    for (std::size_t k = 0; k < whole.powerSpectrum.size(); ++k)
        EXPECT_NEAR(joined.powerSpectrum[k], whole.powerSpectrum[k],
                    1e-12 * whole.powerSpectrum[0]);
    double sum = 0;
    for (const double share : joined.powerShares())
        sum += share;
    EXPECT_NEAR(sum, 1, 1e-12);
}

TEST(Wasserstein, IsTheAreaBetweenTheDistributions) {
    const std::vector<double> a = {0, 1, 2}, b = {5, 3, 4}, c = {1}, d = {0, 0, 3, 3};
    EXPECT_DOUBLE_EQ(wasserstein(a, b), 3);
    EXPECT_DOUBLE_EQ(wasserstein(b, a), 3);
    EXPECT_DOUBLE_EQ(wasserstein(a, a), 0);
    EXPECT_DOUBLE_EQ(wasserstein(a, c), 2.0 / 3);
    EXPECT_DOUBLE_EQ(wasserstein(c, d), 1.5);
    EXPECT_TRUE(std::isnan(wasserstein(a, {})));
    const std::vector<double> first = {1, 0, 0}, last = {0, 0, 1};
    EXPECT_DOUBLE_EQ(wassersteinOfShares(first, last), 2);
}

TEST(NearestNeighbours, ComeNearestFirst) {
    const std::vector<float> query = {0, 0}, references = {3, 4, 1, 0, 0, -2, 10, 0};
    const std::vector<Neighbour> found = nearestNeighbours(query, references, 3);
    ASSERT_EQ(found.size(), 3u);
    EXPECT_EQ(found[0].index, 1u);
    EXPECT_EQ(found[1].index, 2u);
    EXPECT_EQ(found[2].index, 0u);
    EXPECT_DOUBLE_EQ(found[2].distance, 5);
    EXPECT_EQ(nearestNeighbours(query, references, 9).size(), 4u);
}

}  // namespace
}  // namespace shearbench::analysis
