// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/population.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <set>
#include <vector>

#include "core/data/simulator/cutout_simulator.h"
#include "core/error.h"

namespace shearbench::data::simulator {
namespace {

constexpr int kDraws = 20'000;

GalaxyRecipe singleProfiles() {
    GalaxyRecipe recipe;
    recipe.bulges = false;
    return recipe;
}

Galaxy galaxyOf(const GalaxyRecipe& recipe, std::uint64_t seed, std::uint64_t id,
                bool turned = false) {
    RandomStream stream(seed, StreamPurpose::simulation, id);
    return drawGalaxy(recipe, stream, turned);
}

std::vector<Galaxy> galaxiesOf(const GalaxyRecipe& recipe, int count) {
    std::vector<Galaxy> drawn;
    for (int id = 0; id < count; ++id)
        drawn.push_back(galaxyOf(recipe, 1, static_cast<std::uint64_t>(id)));
    return drawn;
}

const std::vector<Galaxy>& singles() {
    static const std::vector<Galaxy> all = galaxiesOf(singleProfiles(), kDraws);
    return all;
}

const std::vector<Galaxy>& galaxies() {
    static const std::vector<Galaxy> all = galaxiesOf({}, kDraws);
    return all;
}

double percentile(const std::vector<double>& sorted, double percent) {
    return sorted[static_cast<std::size_t>(percent / 100 * static_cast<double>(sorted.size() - 1))];
}

template <typename Value>
std::vector<double> sorted(const std::vector<Galaxy>& drawn, Value value) {
    std::vector<double> values;
    for (const Galaxy& galaxy : drawn)
        values.push_back(value(galaxy));
    std::sort(values.begin(), values.end());
    return values;
}

constexpr double kPercents[] = {5, 25, 50, 75, 95};
using Percentiles = std::array<double, 5>;

void expectWithinTenPercent(const std::vector<double>& values, const Percentiles& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(percentile(values, kPercents[i]), expected[i], 0.1 * expected[i])
            << kPercents[i];
}

// Percentiles of 20,000 draws by GalSim 2.8.4 of the population of single profiles
// (tests/benchmarks/simulator_galsim.py population). Of fewer, the 95th cannot be told to 10 %.
TEST(Population, HasTheMagnitudesAndRedshiftsOfGalSimsDraws) {
    const auto magnitude = sorted(singles(), [](const Galaxy& galaxy) { return galaxy.f814w; });
    const Percentiles expected = {20.757, 22.730, 23.626, 24.205, 24.709};
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_NEAR(percentile(magnitude, kPercents[i]), expected[i], 0.1) << kPercents[i];
    expectWithinTenPercent(sorted(singles(), [](const Galaxy& galaxy) { return galaxy.redshift; }),
                           {0.226, 0.448, 0.691, 1.055, 1.771});
}

TEST(Population, HasTheFluxesOfGalSimsDraws) {
    const auto flux = [](std::size_t band) {
        return sorted(singles(), [band](const Galaxy& galaxy) { return galaxy.flux[band]; });
    };
    const auto linear = [](Percentiles logs) {
        for (double& value : logs)
            value = std::pow(10, value);
        return logs;
    };
    expectWithinTenPercent(flux(kBandR), linear({4.658, 4.782, 4.992, 5.361, 6.222}));
    expectWithinTenPercent(flux(kBandR + 1), linear({4.695, 4.876, 5.103, 5.465, 6.281}));
}

TEST(Population, HasTheSizesAndShapesOfGalSimsDraws) {
    expectWithinTenPercent(
        sorted(singles(), [](const Galaxy& galaxy) { return galaxy.main.profile.halfLightRadius; }),
        {0.100, 0.173, 0.253, 0.386, 0.721});
    expectWithinTenPercent(sorted(singles(),
                                  [](const Galaxy& galaxy) {
                                      const double g = std::hypot(galaxy.main.profile.g1,
                                                                  galaxy.main.profile.g2);
                                      return 2 * g / (1 + g * g);
                                  }),
                           {0.099, 0.318, 0.544, 0.753, 0.931});
}

TEST(Population, HasTheSignalToNoiseOfGalSimsDraws) {
    CutoutSimulator simulator(1, singleProfiles());
    std::vector<double> snr;
    for (std::int64_t id = 0; id < kDraws; ++id)
        snr.push_back(simulator.labels(id).central().snr);
    std::sort(snr.begin(), snr.end());
    expectWithinTenPercent(snr, {22.2, 31.1, 48.0, 101.3, 518});
    EXPECT_GT(snr.front(), 10);
}

// The distributions the draws are made from.
TEST(Population, HasTheShapesItSays) {
    const auto g = sorted(singles(), [](const Galaxy& galaxy) {
        return std::hypot(galaxy.main.profile.g1, galaxy.main.profile.g2);
    });
    double mean = 0, square = 0, g1 = 0, g2 = 0;
    for (double value : g) {
        mean += value / kDraws;
        square += value * value / kDraws;
    }
    EXPECT_NEAR(mean, 0.317, 0.01);
    EXPECT_NEAR(std::sqrt(square), 0.374, 0.01);
    EXPECT_LE(g.back(), 0.9 + 1e-12);
    int bright = 0, high = 0, middle = 0;  // bright ones are not touched by the cut in r
    for (const Galaxy& galaxy : singles()) {
        const Sersic& profile = galaxy.main.profile;
        g1 += profile.g1 / kDraws;
        g2 += profile.g2 / kDraws;
        if (galaxy.f814w < 22.5) {
            ++bright;
            high += profile.n >= 3;
            middle += profile.n >= 1.5 && profile.n < 3;
        }
        EXPECT_FALSE(galaxy.bulge);
        EXPECT_LT(galaxy.rMagnitude, 25.32);
        EXPECT_GE(profile.n, 0.3);
        EXPECT_LE(profile.n, 6);
        EXPECT_GE(profile.halfLightRadius, 0.04);
        EXPECT_LE(profile.halfLightRadius, 3);
        EXPECT_LE(std::max(std::fabs(profile.dx), std::fabs(profile.dy)), 0.1);
        EXPECT_EQ(galaxy.main.sed == Sed::elliptical, profile.n >= 3);
        EXPECT_EQ(galaxy.main.sed == Sed::scd, profile.n < 1.5);
    }
    EXPECT_NEAR(g1, 0, 0.01);
    EXPECT_NEAR(g2, 0, 0.01);
    ASSERT_GT(bright, 3000);
    EXPECT_NEAR(high, 0.12 * bright, 3.5 * std::sqrt(0.12 * 0.88 * bright));
    const double lognormalTail = std::erfc(std::log10(1.5 / 0.84) / 0.18 / std::sqrt(2.0)) / 2;
    const double share = 0.08 + 0.8 * lognormalTail;
    EXPECT_NEAR(middle, share * bright, 3.5 * std::sqrt(share * (1 - share) * bright));
}

// Percentiles of the 32 % of COSMOS galaxies that are better fitted by bulge and disk.
TEST(Population, HasTheBulgesOfCosmos) {
    std::vector<double> fraction, ratio, turn, g;
    double worst = 0;
    for (const Galaxy& galaxy : galaxies()) {
        if (!galaxy.bulge)
            continue;
        const Sersic &disk = galaxy.main.profile, &bulge = galaxy.bulge->profile;
        EXPECT_EQ(disk.n, 1);
        EXPECT_EQ(bulge.n, 4);
        EXPECT_EQ(bulge.dx, disk.dx);
        EXPECT_EQ(galaxy.bulge->sed, Sed::elliptical);
        fraction.push_back(galaxy.bulgeFraction);
        ratio.push_back(bulge.halfLightRadius / disk.halfLightRadius);
        g.push_back(std::hypot(bulge.g1, bulge.g2));
        const double angle =
            std::arg(std::complex(bulge.g1, bulge.g2) / std::complex(disk.g1, disk.g2)) / 2;
        turn.push_back(std::fabs(angle) * 180 / std::numbers::pi);
        worst = std::max(worst,
                         std::fabs(galaxy.main.flux[0] + galaxy.bulge->flux[0] - galaxy.flux[0]) /
                             galaxy.flux[0]);
    }
    // A few more of them than of others are cut in r: bulges are red.
    EXPECT_NEAR(static_cast<double>(fraction.size()), 0.29 * kDraws, 400);
    for (auto* values : {&fraction, &ratio, &turn, &g})
        std::sort(values->begin(), values->end());
    expectWithinTenPercent(fraction, {0.12, 0.20, 0.36, 0.57, 0.81});
    expectWithinTenPercent(ratio, {0.13, 0.23, 0.34, 0.55, 0.97});
    const double quartiles[] = {12, 34, 57};
    for (int i = 0; i < 3; ++i)
        EXPECT_NEAR(percentile(turn, kPercents[i + 1]), quartiles[i], 3);
    EXPECT_NEAR(percentile(g, 50), 0.42, 0.042);
    EXPECT_LT(worst, 1e-12);
}

TEST(Population, KeepsTheMagnitudesAskedFor) {
    GalaxyRecipe recipe;
    recipe.brightestR = 21;
    recipe.faintestR = 23;
    for (const Galaxy& galaxy : galaxiesOf(recipe, 300)) {
        EXPECT_GE(galaxy.rMagnitude, 21);
        EXPECT_LT(galaxy.rMagnitude, 23);
    }
    recipe.brightestR = 39;
    recipe.faintestR = 40;
    EXPECT_THROW(galaxyOf(recipe, 1, 1), Error);
}

TEST(Population, ScattersColours) {
    GalaxyRecipe recipe;
    recipe.colourScatter = 0.1;
    double mean = 0, square = 0;
    constexpr int kCount = 4000;
    for (const Galaxy& galaxy : galaxiesOf(recipe, kCount)) {
        // Every band's flux beside what the galaxy's spectra give in it.
        const double light = std::pow(10, -0.4 * (galaxy.f814w - kZeropointF814w));
        const auto rate = [&](const Component& component) {
            return bandFluxes(component.sed, galaxy.redshift)[0];
        };
        double expected = (1 - galaxy.bulgeFraction) * rate(galaxy.main);
        if (galaxy.bulge)
            expected += galaxy.bulgeFraction * rate(*galaxy.bulge);
        const double away =
            -2.5 * std::log10(galaxy.flux[0] / (stackExposure(0) * light * expected));
        mean += away / kCount;
        square += away * away / kCount;
    }
    EXPECT_NEAR(mean, 0, 0.01);
    EXPECT_NEAR(std::sqrt(square), 0.1, 0.01);
}

TEST(Population, ShearsAndTurnsTheSameGalaxies) {
    GalaxyRecipe recipe;
    recipe.shear1 = 0.02;
    recipe.shear2 = -0.05;
    const std::complex<double> s(0.02, -0.05);
    for (std::uint64_t id = 0; id < 50; ++id) {
        const Galaxy plain = galaxyOf({}, 1, id), lensed = galaxyOf(recipe, 1, id),
                     turned = galaxyOf(recipe, 1, id, true);
        const std::complex<double> g(plain.main.profile.g1, plain.main.profile.g2);
        const auto expected = (g + s) / (1.0 + std::conj(s) * g),
                   other = (s - g) / (1.0 - std::conj(s) * g);
        EXPECT_NEAR(lensed.main.profile.g1, expected.real(), 1e-14);
        EXPECT_NEAR(lensed.main.profile.g2, expected.imag(), 1e-14);
        EXPECT_NEAR(turned.main.profile.g1, other.real(), 1e-14);
        EXPECT_NEAR(turned.main.profile.g2, other.imag(), 1e-14);
        EXPECT_EQ(lensed.flux, plain.flux);
        ASSERT_EQ(lensed.bulge.has_value(), plain.bulge.has_value());
        if (plain.bulge) {
            EXPECT_NE(lensed.bulge->profile.g2, plain.bulge->profile.g2);
        }
    }
}

// Shear adds up as A(g) A(s) does, beside a rotation: A = [[1+g1, g2], [g2, 1-g1]].
TEST(Sheared, IsTheShearOfTheProductOfMatrices) {
    const std::complex<double> g(0.3, -0.2), s(0.1, 0.15), sum = sheared(g, s);
    // M = A(s) A(g); M M^T is A(sum)^2 up to a factor.
    const double m00 = (1 + s.real()) * (1 + g.real()) + s.imag() * g.imag(),
                 m01 = (1 + s.real()) * g.imag() + s.imag() * (1 - g.real()),
                 m10 = s.imag() * (1 + g.real()) + (1 - s.real()) * g.imag(),
                 m11 = s.imag() * g.imag() + (1 - s.real()) * (1 - g.real());
    const double xx = m00 * m00 + m01 * m01, xy = m00 * m10 + m01 * m11, yy = m10 * m10 + m11 * m11;
    const double scale = (1 + std::norm(sum)) / (xx + yy) * 2;
    EXPECT_NEAR((xx - yy) * scale / 4, sum.real(), 1e-14);
    EXPECT_NEAR(xy * scale / 2, sum.imag(), 1e-14);
}

TEST(Population, DependsOnSeedAndNumberAlone) {
    const Galaxy again = galaxyOf({}, 1, 77), other = galaxyOf({}, 2, 77);
    EXPECT_EQ(again.redshift, galaxies()[77].redshift);
    EXPECT_EQ(again.flux, galaxies()[77].flux);
    EXPECT_NE(again.redshift, other.redshift);
    std::set<double> redshifts;
    for (const Galaxy& galaxy : galaxies())
        redshifts.insert(galaxy.redshift);
    EXPECT_GT(redshifts.size(), 0.95 * kDraws);  // a few stand at the limits
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
