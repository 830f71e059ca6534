// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <span>
#include <vector>

// What the pixels of a cutout say about how to show it: sky, noise, black and white points. Planes
// are (H, W), row-major; NaN and infinities are left out everywhere.

namespace shearbench::analysis {

/// The given percentiles (0..100, linear between neighbours) of the finite pixels; {0, 1} when
/// there is none.
std::array<double, 2> percentileLimits(std::span<const float> plane, double low, double high);

/// IRAF's zscale: contrast 0.25, up to 1000 samples, a line through the sorted samples with
/// rejection at 2.5 standard deviations in at most five rounds (Valdes, IRAF display; as in
/// astropy's ZScaleInterval). {0, 1} when no pixel is finite.
std::array<double, 2> zscaleLimits(std::span<const float> plane);

/// Median of the finite pixels of the three lowest and three highest rows; of all pixels when there
/// are fewer rows than six; 0 when none is finite.
double skyLevel(std::span<const float> plane, int height, int width);

/// How bright a band is over many cutouts.
struct BandStatistics {
    double noise = 0;   ///< 1.4826 x median absolute deviation of the outer rows about each sky
    double bright = 0;  ///< 99.9 % of the finite pixels lie below the sky plus this
};

/// One entry a band, pooled over `images` (n, C, H, W).
std::vector<BandStatistics> bandStatistics(std::span<const float> images, int channels, int height,
                                           int width);

}  // namespace shearbench::analysis
