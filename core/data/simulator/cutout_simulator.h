// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/data/simulator/population.h"
#include "core/data/simulator/renderer.h"

namespace shearbench::data::simulator {

inline constexpr std::size_t kStampPixels = kStampSize * kStampSize;
/// Values of one cutout, six bands of 64 x 64 pixels.
inline constexpr std::size_t kCutoutValues = kBands * kStampPixels;

/// A galaxy in a cutout.
struct DrawnGalaxy {
    Galaxy galaxy;
    /// sqrt(sum of s^2 / (s + sky)) over the r image's pixels s of this galaxy alone.
    double snr = 0;
};

/// What is known of a cutout beside its pixels.
struct CutoutLabels {
    std::vector<DrawnGalaxy> galaxies;  ///< the central one first, the brightest in r
    /// 1 - sum(c c) / sum(t c) over the r image's pixels, c the central galaxy's, t all light.
    double blendedness = 0;
    double psfFwhm = 0;             ///< arcsec
    double shear1 = 0, shear2 = 0;  ///< applied

    const DrawnGalaxy& central() const { return galaxies.front(); }
};

/// The recipe's PSF, of median width.
Psf psfOf(const GalaxyRecipe& recipe);

/// Simulates cutouts one by one, each named by seed and number: equal numbers give equal cutouts,
/// in any order and on any number of threads. Recipes that differ in their shear alone give the
/// same galaxies with the same noise, unless signal-to-noise is cut.
///
/// In a cutout of several galaxies, the central one is within 0.1 arcsec of the centre in x and y;
/// others lie uniformly within 3.2 arcsec, but not closer than 0.325 to it (Arcelin et al. 2021).
///
/// Holds its working memory: one a thread; the grids can be shared.
class CutoutSimulator {
  public:
    /// Throws Error(usage) for a recipe that cannot be.
    explicit CutoutSimulator(std::uint64_t seed, const GalaxyRecipe& recipe = {});
    CutoutSimulator(std::uint64_t seed, const GalaxyRecipe& recipe,
                    std::shared_ptr<const FourierGrids> grids);

    static std::shared_ptr<const FourierGrids> makeGrids(const GalaxyRecipe& recipe = {});

    /// Cutout `id` >= 0. `images` (6, 64, 64), sky-subtracted electrons of the stack, row 0 at the
    /// bottom; `noiseless` the same before noise and `central` that of the central galaxy alone,
    /// either may be empty. Throws Error(usage) when 2000 tries do not reach the recipe's
    /// signal-to-noise.
    CutoutLabels draw(std::int64_t id, std::span<float> images, std::span<float> noiseless = {},
                      std::span<float> central = {});
    /// The labels of draw() alone, quicker; without what is measured on the image (snr,
    /// blendedness) much quicker unless signal-to-noise is cut.
    CutoutLabels labels(std::int64_t id, bool measured = true);

  private:
    CutoutLabels scene(std::int64_t id, bool measured);
    CutoutLabels drawScene(RandomStream& stream, bool turned) const;
    void render(CutoutLabels& labels);
    void sumLayers(std::size_t band, std::span<float> out, int galaxy = -1) const;
    double measure(CutoutLabels& labels);

    std::uint64_t seed_;
    GalaxyRecipe recipe_;
    Renderer renderer_;
    /// Stamps of unit flux, one a profile, and their fluxes.
    struct Layer {
        std::vector<float> unit;
        PerBand<double> flux{};
        int galaxy = 0;
    };
    std::vector<Layer> layers_;
    std::size_t used_ = 0;
    std::vector<float> signal_, alone_;  // (64, 64), in one band
};

}  // namespace shearbench::data::simulator
