// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/population.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/random.h"

namespace shearbench::data::simulator {

namespace {

constexpr std::size_t kRedshifts = 81;
constexpr double kRedshiftStep = 0.05;

constexpr double kFluxTable[3 * kRedshifts][kBands] = {
#include "core/data/simulator/sed_fluxes.inc"
};

double drawMagnitude(RandomStream& stream) {
    constexpr double kSlope = 0.33, kBrightest = 18.5, kFaintest = 25.2;
    const double low = std::pow(10, kSlope * kBrightest), high = std::pow(10, kSlope * kFaintest);
    return std::log10(stream.uniform(low, high)) / kSlope;
}

// (z / z0)^1.5 follows a Gamma distribution of shape 2, the sum of two exponential variates.
double drawRedshift(double magnitude, RandomStream& stream) {
    const double z0 = 0.464 + 0.084 * (magnitude - 22.5);
    const double first = stream.uniform(), second = stream.uniform();
    return std::clamp(z0 * std::pow(-std::log(first * second), 2.0 / 3), 0.02, 4.0);
}

double drawHalfLightRadius(double magnitude, RandomStream& stream) {
    const double logRadius = -0.494 - 0.112 * (magnitude - 22.5) + 0.22 * stream.normal();
    return std::clamp(std::pow(10, logRadius), 0.04, 3.0);
}

double drawSersicIndex(RandomStream& stream) {
    const double kind = stream.uniform();
    if (kind < 0.80)
        return std::clamp(0.84 * std::pow(10, 0.18 * stream.normal()), 0.3, 6.0);
    return kind < 0.88 ? stream.uniform(1.5, 3) : stream.uniform(3, 6);
}

// Beta(1.5, 3.2) by rejection under its maximum, at (alpha - 1) / (alpha + beta - 2).
double drawShearModulus(RandomStream& stream) {
    constexpr double kAlpha = 1.5, kBeta = 3.2;
    const auto density = [](double g) {
        return std::pow(g, kAlpha - 1) * std::pow(1 - g, kBeta - 1);
    };
    const double highest = density((kAlpha - 1) / (kAlpha + kBeta - 2));
    while (true) {
        const double g = stream.uniform(), height = stream.uniform();
        if (height * highest < density(g))
            return std::min(g, 0.9);
    }
}

Sed sedOf(double n) {
    return n < 1.5 ? Sed::scd : n < 3 ? Sed::sbc : Sed::elliptical;
}

Galaxy drawUncut(RandomStream& stream) {
    constexpr double kLargestShift = 0.1;
    Galaxy galaxy;
    galaxy.f814w = drawMagnitude(stream);
    galaxy.redshift = drawRedshift(galaxy.f814w, stream);
    galaxy.profile.halfLightRadius = drawHalfLightRadius(galaxy.f814w, stream);
    galaxy.profile.n = drawSersicIndex(stream);
    const double g = drawShearModulus(stream), angle = stream.uniform(0, 2 * std::numbers::pi);
    galaxy.profile.g1 = g * std::cos(angle);
    galaxy.profile.g2 = g * std::sin(angle);
    galaxy.profile.dx = stream.uniform(-kLargestShift, kLargestShift);
    galaxy.profile.dy = stream.uniform(-kLargestShift, kLargestShift);

    galaxy.sed = sedOf(galaxy.profile.n);
    const PerBand<double> fluxes = bandFluxes(galaxy.sed, galaxy.redshift);
    const double hubble = std::pow(10, -0.4 * (galaxy.f814w - kZeropointF814w));
    for (std::size_t band = 0; band < kBands; ++band)
        galaxy.flux[band] = stackExposure(band) * hubble * fluxes[band];
    galaxy.rMagnitude = kZeropointAb[kBandR] - 2.5 * std::log10(galaxy.flux[kBandR]);
    return galaxy;
}

}  // namespace

PerBand<double> bandFluxes(Sed sed, double z) {
    const double position = std::clamp(z / kRedshiftStep, 0.0, kRedshifts - 1.0);
    const std::size_t below = std::min(static_cast<std::size_t>(position), kRedshifts - 2);
    const double share = position - static_cast<double>(below);
    const auto* table = &kFluxTable[static_cast<std::size_t>(sed) * kRedshifts + below];
    PerBand<double> fluxes{};
    for (std::size_t band = 0; band < kBands; ++band)
        fluxes[band] = table[0][band] * std::pow(table[1][band] / table[0][band], share);
    return fluxes;
}

Galaxy drawGalaxy(std::uint64_t seed, std::int64_t id) {
    RandomStream stream(seed, StreamPurpose::simulation, static_cast<std::uint64_t>(id));
    while (true) {
        Galaxy galaxy = drawUncut(stream);
        if (galaxy.rMagnitude < kFaintestR) {
            galaxy.id = id;
            return galaxy;
        }
    }
}

}  // namespace shearbench::data::simulator
