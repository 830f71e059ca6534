// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <cstdint>
#include <optional>

#include "core/data/simulator/profile.h"
#include "core/data/simulator/survey.h"
#include "core/galaxy_recipe.h"
#include "core/random.h"

// Which galaxies there are: magnitudes, redshifts, shapes and colours, fitted to GalSim's COSMOS
// catalogue (F814W < 23.5, scaled to 25.2 as GREAT3 does).

namespace shearbench::data::simulator {

/// Spectral energy distributions of Coleman, Wu and Weedman (1980, ApJS 43, 393).
enum class Sed { scd = 0, sbc = 1, elliptical = 2 };

/// Electrons a second in each band for one in F814W, of a galaxy at redshift z, within 0..4: linear
/// in log flux between the table's redshifts.
PerBand<double> bandFluxes(Sed sed, double z);

/// A profile of unit flux and its total electrons of the stack in each band.
struct Component {
    Sersic profile;
    Sed sed = Sed::scd;
    PerBand<double> flux{};
};

/// One galaxy as it is, before PSF and noise: one profile, or a disk (n = 1) and a bulge (n = 4).
struct Galaxy {
    std::int64_t id = 0;
    Component main;  ///< the profile, or the disk
    std::optional<Component> bulge;
    double bulgeFraction = 0;  ///< of the light in F814W
    double redshift = 0;
    double f814w = 0;        ///< magnitude
    PerBand<double> flux{};  ///< of main and bulge
    double rMagnitude = 0;   ///< AB
};

/// The reduced shear of a galaxy g seen through a lens of reduced shear s: (g + s) / (1 + s* g)
/// (Seitz and Schneider 1997, A&A 318, 687).
std::complex<double> sheared(std::complex<double> g, std::complex<double> s);

/// The next galaxy of the population, out of `stream`:
///
///   m = F814W  18.5..25.2, dN/dm ~ 10^(0.33 m), cut in r as the recipe says
///   z          p ~ z^2 exp(-(z/z0)^1.5), z0 = 0.464 + 0.084 (m - 22.5), held within 0.02..4
///   hlr        log10 hlr = -0.494 - 0.112 (m - 22.5) + N(0, 0.22), held within 0.04..3 arcsec
///   n          80 % lognormal, median 0.84, 0.18 dex; 8 % uniform 1.5..3; 12 % uniform 3..6;
///              held within 0.3..6
///   |g|        Beta(1.5, 3.2), at most 0.9; position angle uniform
///   SED        Scd for n < 1.5, Sbc for n < 3, elliptical above
///   shift      uniform within +-0.1 arcsec in x and y
///
/// and where the recipe has bulges, for 32 % of the galaxies
///
///   disk       n = 1, hlr and |g| as above, hlr 0.06 dex larger; Scd
///   bulge      n = 4, elliptical SED, fraction of the light 0.1 + 0.85 Beta(0.8, 1.4); hlr that of
///              the disk times a lognormal, median 0.345, 0.28 dex, held within 0.02..3; |g|
///              Beta(1.4, 2), at most 0.9; turned from the disk by +-90 degrees u^1.5, u uniform
///
/// turned by 90 degrees if `turned`, and then sheared. Depends on its arguments alone. Throws
/// Error(usage) when 200,000 galaxies are outside the recipe's magnitudes.
Galaxy drawGalaxy(const GalaxyRecipe& recipe, RandomStream& stream, bool turned = false);

}  // namespace shearbench::data::simulator
