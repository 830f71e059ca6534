// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

// Cutouts as pictures: colour by Lupton et al. 2004 (PASP 116, 133) and single bands. Pixels come
// back as 0xAARRGGBB with row 0 at the top, that is the image's last row: y points up as displayed.

namespace shearbench::analysis {

/// Bands of a cutout that make red, green and blue, with a weight each that brings their fluxes to
/// a common scale.
struct ColourChannels {
    std::array<int, 3> band{};
    std::array<double, 3> weight{1, 1, 1};
};

struct ColourStretch {
    double softening = 7;    ///< flux at which the asinh turns over, in weighted units
    double q = 7;
    double saturation = 1.3;
    double skyLevel = 0.05;  ///< how bright the empty sky is, 0..1
};

enum class Curve { linear, squareRoot, logarithm, asinh };

struct BandStretch {
    Curve curve = Curve::asinh;
    double low = 0, high = 1;  ///< pixel values shown black and white
};

/// The part of a cutout that is shown, in pixels around its centre, and how large the picture is.
struct View {
    int outputSize = 64;   ///< rows and columns of the picture
    double crop = 64;      ///< width of the square around the centre, cutout pixels
    bool smooth = true;    ///< Catmull-Rom before the stretch; else nearest neighbour
};

/// `image` (C, H, W). Sky is the median of the six outer rows per band. NaN shows as the sky.
std::vector<std::uint32_t> colourImage(std::span<const float> image, int channels, int height,
                                       int width, const ColourChannels& rgb,
                                       const ColourStretch& stretch, const View& view);

std::vector<std::uint32_t> bandImage(std::span<const float> plane, int height, int width,
                                     const BandStretch& stretch, const View& view);

/// Limits for bandImage: the given percentiles (0..100) of the finite pixels.
std::array<double, 2> percentileLimits(std::span<const float> plane, double low, double high);
/// IRAF's zscale, contrast 0.25.
std::array<double, 2> zscaleLimits(std::span<const float> plane);

}  // namespace shearbench::analysis
