// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>

#include "core/data/simulator/cutout_simulator.h"

// The labels of a simulated cutout as columns of numbers; data/FORMAT.md describes them.

namespace shearbench::data::simulator {

/// One number a galaxy.
struct GalaxyColumn {
    const char* name;
    double (*value)(const DrawnGalaxy&);
};
std::span<const GalaxyColumn> galaxyColumns();

/// One number a cutout.
struct CutoutColumn {
    const char* name;
    double (*value)(const CutoutLabels&);
};
/// With those that only cutouts of several galaxies have, or without.
std::span<const CutoutColumn> cutoutColumns(bool several);

/// 0 Scd, 1 Sbc, 2 elliptical, 3 elliptical bulge and Scd disk.
std::int64_t sedCode(const Galaxy& galaxy);

inline constexpr const char* kSedCodes =
    "sed: 0 Scd (n<1.5), 1 Sbc (1.5<=n<3), 2 E (n>=3), 3 E bulge + Scd disk";
inline constexpr const char* kEllipticityNote =
    "e1,e2 = reduced-shear convention (1-q)/(1+q)*(cos,sin)(2 phi), phi from +x (column) to +y "
    "(row); of the Sersic profile that was drawn, or of the disk where there is a bulge; before "
    "the PSF, with the applied shear";
inline constexpr const char* kImageUnits = "electrons, sky-subtracted (stack of all exposures)";

}  // namespace shearbench::data::simulator
