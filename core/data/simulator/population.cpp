// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/population.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"

namespace shearbench::data::simulator {

namespace {

constexpr double kPi = std::numbers::pi;
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

// Joehnk's method (1964, Metrika 8, 5).
double drawBeta(double alpha, double beta, RandomStream& stream) {
    while (true) {
        const double x = std::pow(stream.uniform(), 1 / alpha),
                     y = std::pow(stream.uniform(), 1 / beta);
        if (x + y <= 1 && x + y > 0)
            return x / (x + y);
    }
}

Sed sedOf(double n) {
    return n < 1.5 ? Sed::scd : n < 3 ? Sed::sbc : Sed::elliptical;
}

// What of the light in F814W goes into each band, in a second of the Hubble telescope.
void fillFlux(Component& component, double light, double redshift) {
    const PerBand<double> fluxes = bandFluxes(component.sed, redshift);
    for (std::size_t band = 0; band < kBands; ++band)
        component.flux[band] = stackExposure(band) * light * fluxes[band];
}

void setShear(Sersic& profile, std::complex<double> g) {
    profile.g1 = g.real();
    profile.g2 = g.imag();
}

Component drawBulge(const Sersic& disk, double angle, RandomStream& stream) {
    Component bulge{disk, Sed::elliptical, {}};
    bulge.profile.n = 4;
    const double ratio = 0.345 * std::pow(10, 0.28 * stream.normal());
    bulge.profile.halfLightRadius = std::clamp(ratio * disk.halfLightRadius, 0.02, 3.0);
    const double g = std::min(drawBeta(1.4, 2, stream), 0.9);
    const double away = stream.uniform(-1, 1);
    const double turn = std::copysign(kPi / 2 * std::pow(std::fabs(away), 1.5), away);
    setShear(bulge.profile, std::polar(g, angle + 2 * turn));
    return bulge;
}

Galaxy drawUncut(const GalaxyRecipe& recipe, RandomStream& stream) {
    constexpr double kLargestShift = 0.1, kBulgeShare = 0.32, kDiskRadii = 1.148;  // 0.06 dex
    Galaxy galaxy;
    Sersic& profile = galaxy.main.profile;
    galaxy.f814w = drawMagnitude(stream);
    galaxy.redshift = drawRedshift(galaxy.f814w, stream);
    profile.halfLightRadius = drawHalfLightRadius(galaxy.f814w, stream);
    profile.n = drawSersicIndex(stream);
    const double g = std::min(drawBeta(1.5, 3.2, stream), 0.9), angle = stream.uniform(0, 2 * kPi);
    setShear(profile, std::polar(g, angle));
    profile.dx = stream.uniform(-kLargestShift, kLargestShift);
    profile.dy = stream.uniform(-kLargestShift, kLargestShift);

    const double light = std::pow(10, -0.4 * (galaxy.f814w - kZeropointF814w));
    if (recipe.bulges && stream.uniform() < kBulgeShare) {
        profile.n = 1;
        profile.halfLightRadius = std::min(profile.halfLightRadius * kDiskRadii, 3.0);
        galaxy.bulgeFraction = 0.1 + 0.85 * drawBeta(0.8, 1.4, stream);
        galaxy.bulge = drawBulge(profile, angle, stream);
        fillFlux(*galaxy.bulge, light * galaxy.bulgeFraction, galaxy.redshift);
    }
    galaxy.main.sed = sedOf(profile.n);
    fillFlux(galaxy.main, light * (1 - galaxy.bulgeFraction), galaxy.redshift);
    return galaxy;
}

// The same factor for disk and bulge, band by band.
void scatterColours(double magnitudes, RandomStream& stream, Galaxy& galaxy) {
    for (std::size_t band = 0; band < kBands; ++band) {
        const double factor = std::pow(10, -0.4 * magnitudes * stream.normal());
        galaxy.main.flux[band] *= factor;
        if (galaxy.bulge)
            galaxy.bulge->flux[band] *= factor;
    }
}

void addUp(Galaxy& galaxy) {
    galaxy.flux = galaxy.main.flux;
    for (std::size_t band = 0; galaxy.bulge && band < kBands; ++band)
        galaxy.flux[band] += galaxy.bulge->flux[band];
    galaxy.rMagnitude = kZeropointAb[kBandR] - 2.5 * std::log10(galaxy.flux[kBandR]);
}

void lens(Sersic& profile, bool turned, const GalaxyRecipe& recipe) {
    const std::complex<double> g(profile.g1, profile.g2);
    setShear(profile, sheared(turned ? -g : g, {recipe.shear1, recipe.shear2}));
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

std::complex<double> sheared(std::complex<double> g, std::complex<double> s) {
    return (g + s) / (1.0 + std::conj(s) * g);
}

Galaxy drawGalaxy(const GalaxyRecipe& recipe, RandomStream& stream, bool turned) {
    constexpr int kMostTries = 200'000;
    for (int i = 0; i < kMostTries; ++i) {
        Galaxy galaxy = drawUncut(recipe, stream);
        if (recipe.colourScatter > 0)
            scatterColours(recipe.colourScatter, stream, galaxy);
        addUp(galaxy);
        if (galaxy.rMagnitude < recipe.brightestR || galaxy.rMagnitude >= recipe.faintestR)
            continue;
        lens(galaxy.main.profile, turned, recipe);
        if (galaxy.bulge)
            lens(galaxy.bulge->profile, turned, recipe);
        return galaxy;
    }
    throw Error(ErrorKind::usage,
                fmt::format("Simulating galaxies: of {} galaxies none has an r magnitude of {} to "
                            "{}.",
                            kMostTries, recipe.brightestR, recipe.faintestR),
                "Allow a wider range of magnitudes; most galaxies have 22 to 25.3.");
}

}  // namespace shearbench::data::simulator
