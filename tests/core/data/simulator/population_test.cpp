// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "core/data/simulator/renderer.h"

namespace shearbench::data::simulator {
namespace {

constexpr int kDraws = 2000;

const std::vector<Galaxy>& galaxies() {
    static const std::vector<Galaxy> all = [] {
        std::vector<Galaxy> drawn;
        for (std::int64_t id = 0; id < kDraws; ++id)
            drawn.push_back(drawGalaxy(1, id));
        return drawn;
    }();
    return all;
}

template <typename Value>
std::vector<double> sorted(Value value) {
    std::vector<double> values;
    for (const Galaxy& galaxy : galaxies())
        values.push_back(value(galaxy));
    std::sort(values.begin(), values.end());
    return values;
}

double percentile(const std::vector<double>& values, double percent) {
    return values[static_cast<std::size_t>(percent / 100 * (kDraws - 1))];
}

// Percentiles 5, 25, 50, 75, 95 of 2000 draws of the same population by GalSim.
TEST(Population, HasTheMagnitudesAndRedshiftsOfGalSimsDraws) {
    const auto magnitude = sorted([](const Galaxy& galaxy) { return galaxy.f814w; });
    const auto redshift = sorted([](const Galaxy& galaxy) { return galaxy.redshift; });
    const double percents[] = {5, 25, 50, 75, 95};
    const double magnitudes[] = {20.95, 22.72, 23.63, 24.19, 24.72};
    const double redshifts[] = {0.22, 0.44, 0.70, 1.07, 1.79};
    for (int i = 0; i < 5; ++i) {
        EXPECT_NEAR(percentile(magnitude, percents[i]), magnitudes[i], i == 0 ? 0.3 : 0.12);
        EXPECT_NEAR(percentile(redshift, percents[i]), redshifts[i], 0.1 * redshifts[i]);
    }
}

TEST(Population, HasTheFluxesOfGalSimsDraws) {
    const double percents[] = {5, 25, 50, 75, 95};
    const double r[] = {4.66, 4.78, 5.00, 5.36, 6.12}, i[] = {4.69, 4.88, 5.11, 5.48, 6.21};
    const auto logR = sorted([](const Galaxy& galaxy) { return std::log10(galaxy.flux[2]); });
    const auto logI = sorted([](const Galaxy& galaxy) { return std::log10(galaxy.flux[3]); });
    for (int p = 0; p < 5; ++p) {  // 12 %, more at the bright end, where few galaxies are
        const double tolerance = p == 4 ? 0.15 : 0.05;
        EXPECT_NEAR(percentile(logR, percents[p]), r[p], tolerance);
        EXPECT_NEAR(percentile(logI, percents[p]), i[p], tolerance);
    }
}

TEST(Population, HasTheSignalToNoiseOfGalSimsDraws) {
    Renderer renderer(std::make_shared<FourierGrids>(Psf{}, StampGeometry{}));
    std::vector<float> image(64 * 64);
    const auto snr = sorted([&](const Galaxy& galaxy) {
        renderer.draw(std::span(&galaxy.profile, 1), image);
        double sum = 0;
        for (double pixel : image) {
            const double signal = pixel * galaxy.flux[kBandR];
            sum += signal * signal / (signal + kSky[kBandR]);
        }
        return std::sqrt(sum);
    });
    const double percents[] = {5, 25, 50, 75, 95}, expected[] = {22, 31, 49, 107, 430};
    for (int p = 0; p < 5; ++p)
        EXPECT_NEAR(percentile(snr, percents[p]), expected[p], (p == 4 ? 0.3 : 0.12) * expected[p]);
    EXPECT_GT(snr.front(), 10);
}

// The distributions the draws are made from.
TEST(Population, HasTheShapesItSays) {
    const auto g = sorted(
        [](const Galaxy& galaxy) { return std::hypot(galaxy.profile.g1, galaxy.profile.g2); });
    double mean = 0, square = 0, g1 = 0, g2 = 0;
    for (double value : g) {
        mean += value / kDraws;
        square += value * value / kDraws;
    }
    EXPECT_NEAR(mean, 0.317, 0.02);
    EXPECT_NEAR(std::sqrt(square), 0.374, 0.02);
    EXPECT_LE(g.back(), 0.9);
    int bright = 0, high = 0, middle = 0;  // bright ones are not touched by the cut in r
    for (const Galaxy& galaxy : galaxies()) {
        const Sersic& profile = galaxy.profile;
        g1 += profile.g1 / kDraws;
        g2 += profile.g2 / kDraws;
        if (galaxy.f814w < 22.5) {
            ++bright;
            high += profile.n >= 3;
            middle += profile.n >= 1.5 && profile.n < 3;
        }
        EXPECT_LT(galaxy.rMagnitude, kFaintestR);
        EXPECT_GE(profile.n, 0.3);
        EXPECT_LE(profile.n, 6);
        EXPECT_GE(profile.halfLightRadius, 0.04);
        EXPECT_LE(profile.halfLightRadius, 3);
        EXPECT_LE(std::max(std::fabs(profile.dx), std::fabs(profile.dy)), 0.1);
        EXPECT_EQ(galaxy.sed == Sed::elliptical, profile.n >= 3);
        EXPECT_EQ(galaxy.sed == Sed::scd, profile.n < 1.5);
    }
    EXPECT_NEAR(g1, 0, 0.03);
    EXPECT_NEAR(g2, 0, 0.03);
    ASSERT_GT(bright, 300);
    EXPECT_NEAR(high, 0.12 * bright, 3.5 * std::sqrt(0.12 * 0.88 * bright));
    const double lognormalTail = std::erfc(std::log10(1.5 / 0.84) / 0.18 / std::sqrt(2.0)) / 2;
    const double share = 0.08 + 0.8 * lognormalTail;
    EXPECT_NEAR(middle, share * bright, 3.5 * std::sqrt(share * (1 - share) * bright));
}

TEST(Population, DependsOnSeedAndNumberAlone) {
    const Galaxy again = drawGalaxy(1, 77), other = drawGalaxy(2, 77);
    EXPECT_EQ(again.redshift, galaxies()[77].redshift);
    EXPECT_EQ(again.flux, galaxies()[77].flux);
    EXPECT_NE(again.redshift, other.redshift);
    std::set<double> redshifts;
    for (const Galaxy& galaxy : galaxies())
        redshifts.insert(galaxy.redshift);
    EXPECT_GT(redshifts.size(), 1900u);  // a few stand at the limits
}

// Lines of the table, and the logarithmic middle between two of them.
TEST(BandFluxes, InterpolateInLogFlux) {
    const PerBand<double> line = bandFluxes(Sed::scd, 0.05);
    EXPECT_NEAR(line[0], 0.0466975, 1e-12);
    EXPECT_NEAR(line[5], 0.284213, 1e-12);
    EXPECT_NEAR(bandFluxes(Sed::scd, 0.025)[0], std::sqrt(0.0545335 * 0.0466975), 1e-12);
    EXPECT_NEAR(bandFluxes(Sed::sbc, 0)[1], 0.499013, 1e-12);
    EXPECT_NEAR(bandFluxes(Sed::elliptical, 4)[0], 0.0618168, 1e-12);
    EXPECT_EQ(bandFluxes(Sed::elliptical, 9), bandFluxes(Sed::elliptical, 4));
}

TEST(Survey, HasTheExposuresOfTheRecipe) {
    const double expected[] = {7302.6970,  10432.4243, 23994.5760,
                               23994.5760, 20864.8487, 20864.8487};
    for (std::size_t band = 0; band < kBands; ++band)
        EXPECT_NEAR(stackExposure(band), expected[band], 1e-3);
}

}  // namespace
}  // namespace shearbench::data::simulator
