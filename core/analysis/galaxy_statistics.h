// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

// What sets of galaxy images are compared by. Plain arrays in, plain arrays out; thread-safe.

namespace shearbench::analysis {

/// A set of images (n, C, H, W), square, in linear units, and what the bands are.
struct GalaxyImages {
    std::span<const float> values;
    int channels = 0, size = 0;
    int green = 1, red = 2, infrared = 3;  ///< the bands g, r, i among the channels
    std::span<const double> zeroPoints{};  ///< AB, per band; empty: colours without them

    std::size_t imageCount() const { return static_cast<std::size_t>(channels) * size * size; }
    std::size_t count() const { return imageCount() ? values.size() / imageCount() : 0; }
};

/// Second moments under an elliptical Gaussian weight that is matched to them (Bernstein & Jarvis
/// 2002, AJ 123, 583; Hirata & Seljak 2003, MNRAS 343, 459).
struct AdaptiveMoments {
    bool found = false;     ///< false where the iteration did not settle on an object
    double x = 0, y = 0;    ///< centre, pixels from the image's centre
    double e1 = 0, e2 = 0;  ///< (Mxx - Myy, 2 Mxy) / (Mxx + Myy)
    double sigma = 0;       ///< fourth root of the determinant, pixels
};
AdaptiveMoments adaptiveMoments(std::span<const float> plane, int size);

/// Light of one band within a circle of radius size / 5 around the image's centre.
double apertureFlux(std::span<const float> plane, int size);

/// One number a galaxy for each quantity; galaxies where it cannot be measured (a colour of a
/// negative flux, moments that do not settle) are left out of that list, so lengths differ.
struct GalaxyStatistics {
    /// apertureFlux(), per band.
    std::vector<std::vector<double>> flux;
    std::vector<double> greenRed, redInfrared;  ///< magnitudes, g - r and r - i
    /// Of the red band, from sums in circles around the adaptive centre out to size / 3.
    std::vector<double> halfLightRadius;  ///< pixels
    std::vector<double> concentration;    ///< 5 log10(r80 / r20) (Conselice 2003)
    std::vector<double> ellipticity;      ///< |e| of the red band's adaptive moments
    /// Of the red band, summed over the galaxies: |Fourier transform|^2 by whole wavenumber from 0
    /// to size / 2, azimuthal means.
    std::vector<double> powerSpectrum;
    /// Pixels of the red band, a few of every image.
    std::vector<double> pixels;

    /// Those of two sets make those of both together.
    void append(const GalaxyStatistics& more);
    /// The power spectrum as shares of its sum.
    std::vector<double> powerShares() const;
};
GalaxyStatistics galaxyStatistics(const GalaxyImages& images);

/// How far two sets are from each other in one quantity.
struct StatisticDistance {
    std::string quantity;  ///< "flux u" ... "pixel values"
    double distance = 0;   ///< Wasserstein, in the quantity's unit; NaN where a set has none
};
/// All quantities of galaxyStatistics(); `bands` name the fluxes.
std::vector<StatisticDistance> statisticDistances(const GalaxyStatistics& a,
                                                  const GalaxyStatistics& b,
                                                  std::span<const std::string> bands);

}  // namespace shearbench::analysis
