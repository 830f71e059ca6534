// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/analysis/display_limits.h"
#include "core/analysis/resample.h"

// Cutouts as pictures: colour by Lupton et al. 2004 (PASP 116, 133) and single bands. Pixels come
// back as 0xAARRGGBB with row 0 at the top, that is the image's last row: y points up as displayed.
// All functions are pure and may be called from any thread. A span that is smaller than the sizes
// beside it, or a view out of range, throws std::invalid_argument.

namespace shearbench::analysis {

/// Bands of a cutout that make red, green and blue, with a weight each that brings their fluxes to
/// a common scale.
struct ColourChannels {
    std::array<int, 3> band{};
    std::array<double, 3> weight{1, 1, 1};
};

struct ColourStretch {
    double softening = 7;  ///< flux at which the asinh turns over, in weighted units
    double q = 7;
    double white = 40;  ///< flux shown at 0.9, in units of `softening`
    double saturation = 1.3;
    double skyLevel = 0.05;  ///< how bright the empty sky is, 0..1
};

/// As DS9 draws them: log10(1 + 1000 t) / log10(1001), asinh(10 t) / asinh(10).
enum class Curve { linear, squareRoot, logarithm, asinh };

struct BandStretch {
    Curve curve = Curve::asinh;
    double low = 0, high = 1;  ///< pixel values shown black and white; equal: all mid grey
};

/// Which bands make a colour picture: i, r, g where there are such names; red, green, blue for
/// display pictures ("r", "g", "b"); otherwise the last, middle and first by wavelength where all
/// names are known filters, by position where not. Nothing for fewer than three bands.
std::optional<std::array<int, 3>> colourBands(std::span<const std::string> names, int channels);

/// colourBands with weights. With AB zero points (one a band, e-): fluxes at zero point 30 times
/// 0.74, 1.06, 1.95 for red, green, blue, which makes a typical galaxy neither red nor blue.
/// Without: from `statistics` (one a band), noise to 0.6 of a unit, as it is on average in LSST's
/// ten-year images with those weights; where there is hardly any noise, the bright pixels to 20
/// units.
std::optional<ColourChannels> colourChannels(std::span<const std::string> names, int channels,
                                             std::span<const double> zeroPoints,
                                             std::span<const BandStatistics> statistics);

/// `image` (C, H, W). Sky is the median of the six outer rows per band. NaN shows as the sky. The
/// hue is kept where a channel overflows.
std::vector<std::uint32_t> colourImage(std::span<const float> image, int channels, int height,
                                       int width, const ColourChannels& rgb,
                                       const ColourStretch& stretch, const View& view);

/// One band (H, W) in grey. NaN shows as the sky.
std::vector<std::uint32_t> bandImage(std::span<const float> plane, int height, int width,
                                     const BandStretch& stretch, const View& view);

}  // namespace shearbench::analysis
