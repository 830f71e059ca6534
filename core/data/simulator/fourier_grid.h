// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <complex>
#include <memory>
#include <span>
#include <vector>

#include "core/data/simulator/psf.h"

namespace shearbench::data::simulator {

/// A square stamp. Even sizes have their centre between the pixels: (size - 1) / 2 counted from 0.
struct StampGeometry {
    int size = 64;
    double pixelScale = 0.2;  ///< arcsec
};

/// The wave numbers at which a stamp is built and the way from them to pixels, for one PSF and one
/// period: the image is `period` x `period` pixels, repeats itself, and the stamp is cut from it.
///
/// Sampling at the pixels' centres folds wave numbers beyond the Nyquist frequency back; the grid
/// therefore reaches as far as the PSF's transform exceeds 2e-6 (without a PSF: eight times that
/// frequency, but at most 1024 steps) and adds each wave number to the one it looks like, so that
/// the pixels are exact samples.
///
/// Single precision: pixels are right to about 1e-6 of the brightest.
///
/// Immutable, shared by threads; planning waits for other planning in the process.
class FourierGrid {
  public:
    /// For one width of `psf`; with `anyWidth`, for that and all greater ones: weights are then the
    /// pixel's alone.
    FourierGrid(int period, const Psf& psf, const StampGeometry& geometry, bool anyWidth = false);
    ~FourierGrid();

    int period() const { return period_; }
    double step() const { return step_; }  ///< between wave numbers, rad/arcsec
    /// Largest |kx| or |ky|, in steps.
    int reach() const { return reach_; }

    /// Neighbouring wave numbers kx = first..last of one ky, in steps. `target` is where the first
    /// is added to the spectrum, `weights` where their PSF x pixel begin. The runs hold the wave
    /// numbers whose kx, folded, is within 0..period/2; the others are their conjugates.
    struct Run {
        int ky = 0, first = 0, last = 0;
        std::size_t target = 0, weights = 0;
    };
    std::span<const Run> runs() const { return runs_; }
    const float* weights(const Run& run) const { return &weights_[run.weights]; }

    /// Values of a spectrum: (period, period / 2 + 1), and of the strip an image is cut from:
    /// (stamp size, period).
    std::size_t spectrumSize() const;
    std::size_t stripSize() const;

    /// Sums the waves. `spectrum` is used up. Both from fftwf_malloc (SIMD alignment), of the sizes
    /// above. The stamp is the first `size` columns of `strip`, times 1 / period^2.
    void sumWaves(std::complex<float>* spectrum, float* strip) const;

    /// What the PSF's wings of the image's repetitions put into the stamp's pixels, for unit flux
    /// at the centre: (size, size).
    std::span<const float> foldedWings() const { return foldedWings_; }

  private:
    void fillRuns(const Psf& psf, double pixelScale, bool anyWidth);
    void fillFoldedWings(const Psf& psf, const StampGeometry& geometry);

    int period_, size_, reach_ = 0;
    double step_;
    std::vector<Run> runs_;
    std::vector<float> weights_;
    std::vector<float> foldedWings_;
    struct Plans;
    std::unique_ptr<Plans> plans_;
};

}  // namespace shearbench::data::simulator
