// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <string>

// The survey that is simulated: all visits of ten years of LSST stacked, with the numbers of
// image_generation_GalSim (cosmos_params.py), which made the cutouts of Arcelin et al. 2021.

namespace shearbench::data::simulator {

inline constexpr std::size_t kBands = 6;
inline const std::string kBandNames = "ugrizy";
inline constexpr std::size_t kBandR = 2;

/// One number a band, ugrizy.
template <typename T>
using PerBand = std::array<T, kBands>;

inline constexpr int kStampSize = 64;
inline constexpr double kPixelScale = 0.2;  ///< arcsec
inline constexpr double kExposureSeconds = 15;
inline constexpr PerBand<int> kExposures = {56, 80, 184, 184, 160, 160};

/// Sky of the stack, e- per pixel: 2.512^(zeropoint - sky brightness) x 15 s x 0.04 arcsec^2 x
/// exposures = 883.9, 12745.6, 65328.9, 93564.9, 126597.3, 145354.1, rounded so that images are
/// whole electrons (the variance changes by less than 0.02 %).
inline constexpr PerBand<double> kSky = {884, 12746, 65329, 93565, 126597, 145354};

/// AB magnitude of one electron in the stack.
inline constexpr PerBand<double> kZeropointAb = {33.9083, 36.1540, 36.8967,
                                                 36.5704, 36.0329, 35.2053};

/// Electrons of the stack for one electron a second of the Hubble Space Telescope: exposure time
/// times the ratio of the collecting areas, 6.68^2 / (2.4^2 (1 - 0.33^2)).
constexpr double stackExposure(std::size_t band) {
    return kExposureSeconds * kExposures[band] * (6.68 * 6.68) / (2.4 * 2.4 * (1 - 0.33 * 0.33));
}

/// F814W magnitude of one electron a second.
inline constexpr double kZeropointF814w = 25.94;

}  // namespace shearbench::data::simulator
