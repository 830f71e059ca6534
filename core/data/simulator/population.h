// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/data/simulator/profile.h"
#include "core/data/simulator/survey.h"

// Which galaxies there are: magnitudes, redshifts, shapes and colours, fitted to GalSim's COSMOS
// catalogue (F814W < 23.5, scaled to 25.2 as GREAT3 does).

namespace shearbench::data::simulator {

/// Spectral energy distributions of Coleman, Wu and Weedman (1980, ApJS 43, 393).
enum class Sed { scd = 0, sbc = 1, elliptical = 2 };

/// Electrons a second in each band for one in F814W, of a galaxy at redshift z, within 0..4: linear
/// in log flux between the table's redshifts.
PerBand<double> bandFluxes(Sed sed, double z);

/// One galaxy as it is, before PSF and noise.
struct Galaxy {
    std::int64_t id = 0;
    Sersic profile;  ///< flux 1; the bands' are below
    Sed sed = Sed::scd;
    double redshift = 0;
    double f814w = 0;        ///< magnitude
    PerBand<double> flux{};  ///< total electrons of the stack
    double rMagnitude = 0;   ///< AB
};

/// The faintest r magnitude (AB) that is kept; the survey's recipe cuts at 27.5 of its own scale.
inline constexpr double kFaintestR = 25.32;

/// Galaxy `id` of the population named by `seed`:
///
///   m = F814W  18.5..25.2, dN/dm ~ 10^(0.33 m), cut at r < 25.32
///   z          p ~ z^2 exp(-(z/z0)^1.5), z0 = 0.464 + 0.084 (m - 22.5), held within 0.02..4
///   hlr        log10 hlr = -0.494 - 0.112 (m - 22.5) + N(0, 0.22), held within 0.04..3 arcsec
///   n          80 % lognormal, median 0.84, 0.18 dex; 8 % uniform 1.5..3; 12 % uniform 3..6;
///              held within 0.3..6
///   |g|        Beta(1.5, 3.2), at most 0.9; position angle uniform
///   SED        Scd for n < 1.5, Sbc for n < 3, elliptical above
///   shift      uniform within +-0.1 arcsec in x and y
///
/// Depends on its arguments alone. Thread-safe.
Galaxy drawGalaxy(std::uint64_t seed, std::int64_t id);

}  // namespace shearbench::data::simulator
