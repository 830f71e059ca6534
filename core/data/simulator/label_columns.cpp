// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/label_columns.h"

namespace shearbench::data::simulator {

namespace {

const Sersic& profileOf(const DrawnGalaxy& drawn) {
    return drawn.galaxy.main.profile;
}

// Of a galaxy without a bulge: of nothing, all zero.
Sersic bulgeOf(const DrawnGalaxy& drawn) {
    constexpr Sersic kNothing{0, 0, 0, 0, 0, 0, 0};
    return drawn.galaxy.bulge ? drawn.galaxy.bulge->profile : kNothing;
}

constexpr GalaxyColumn kGalaxyColumns[] = {
    {"e1", [](const DrawnGalaxy& drawn) { return profileOf(drawn).g1; }},
    {"e2", [](const DrawnGalaxy& drawn) { return profileOf(drawn).g2; }},
    {"redshift", [](const DrawnGalaxy& drawn) { return drawn.galaxy.redshift; }},
    {"mag", [](const DrawnGalaxy& drawn) { return drawn.galaxy.rMagnitude; }},
    {"f814w", [](const DrawnGalaxy& drawn) { return drawn.galaxy.f814w; }},
    {"hlr", [](const DrawnGalaxy& drawn) { return profileOf(drawn).halfLightRadius; }},
    {"n", [](const DrawnGalaxy& drawn) { return profileOf(drawn).n; }},
    {"dx", [](const DrawnGalaxy& drawn) { return profileOf(drawn).dx; }},
    {"dy", [](const DrawnGalaxy& drawn) { return profileOf(drawn).dy; }},
    {"snr", [](const DrawnGalaxy& drawn) { return drawn.snr; }},
    {"bulge_fraction", [](const DrawnGalaxy& drawn) { return drawn.galaxy.bulgeFraction; }},
    {"bulge_hlr", [](const DrawnGalaxy& drawn) { return bulgeOf(drawn).halfLightRadius; }},
    {"bulge_e1", [](const DrawnGalaxy& drawn) { return bulgeOf(drawn).g1; }},
    {"bulge_e2", [](const DrawnGalaxy& drawn) { return bulgeOf(drawn).g2; }},
};

constexpr CutoutColumn kCutoutColumns[] = {
    {"psf_fwhm", [](const CutoutLabels& labels) { return labels.psfFwhm; }},
    {"shear1", [](const CutoutLabels& labels) { return labels.shear1; }},
    {"shear2", [](const CutoutLabels& labels) { return labels.shear2; }},
    {"n_galaxies",
     [](const CutoutLabels& labels) { return static_cast<double>(labels.galaxies.size()); }},
    {"blendedness_r", [](const CutoutLabels& labels) { return labels.blendedness; }},
};
constexpr std::size_t kOfSeveral = 2;

}  // namespace

std::span<const GalaxyColumn> galaxyColumns() {
    return kGalaxyColumns;
}

std::span<const CutoutColumn> cutoutColumns(bool several) {
    const std::span<const CutoutColumn> all = kCutoutColumns;
    return several ? all : all.first(all.size() - kOfSeveral);
}

std::int64_t sedCode(const Galaxy& galaxy) {
    return galaxy.bulge ? 3 : static_cast<std::int64_t>(galaxy.main.sed);
}

}  // namespace shearbench::data::simulator
