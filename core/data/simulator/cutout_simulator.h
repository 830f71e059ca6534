// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/data/simulator/population.h"
#include "core/data/simulator/renderer.h"

namespace shearbench::data::simulator {

/// Values of one cutout, six bands of 64 x 64 pixels.
inline constexpr std::size_t kCutoutValues = kBands * kStampSize * kStampSize;

/// The PSF of every band: Kolmogorov, 0.65 arcsec.
inline constexpr Psf kSurveyPsf{Psf::Kind::kolmogorov, 0.65, 0};

/// What is known of a cutout beside its pixels.
struct CutoutLabels {
    Galaxy galaxy;
    /// sqrt(sum of s^2 / (s + sky)) over the r image's pixels s.
    double snr = 0;
};

/// Simulates cutouts one by one, each named by seed and number: equal numbers give equal cutouts,
/// in any order and on any number of threads. Holds its working memory: one a thread; the grids can
/// be shared.
class CutoutSimulator {
  public:
    explicit CutoutSimulator(std::uint64_t seed,
                             std::shared_ptr<const FourierGrids> grids = makeGrids());

    static std::shared_ptr<const FourierGrids> makeGrids();

    /// Cutout `id` >= 0. `images` (6, 64, 64), sky-subtracted electrons of the stack, row 0 at the
    /// bottom; `noiseless` the same before noise, or empty.
    CutoutLabels draw(std::int64_t id, std::span<float> images, std::span<float> noiseless = {});

  private:
    std::uint64_t seed_;
    Renderer renderer_;
    std::vector<float> unit_, signal_;  // (64, 64), of unit flux; in one band
};

}  // namespace shearbench::data::simulator
