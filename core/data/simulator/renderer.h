// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/data/simulator/fourier_grid.h"
#include "core/data/simulator/octave_table.h"
#include "core/data/simulator/profile.h"
#include "core/data/simulator/psf.h"

namespace shearbench::data::simulator {

/// The Fourier grids of one PSF and stamp geometry, made when first needed and kept. Thread-safe;
/// one for all renderers.
class FourierGrids {
  public:
    /// For PSFs of widths psf.fwhm / spread to psf.fwhm * spread. Throws Error(usage) for a PSF or
    /// geometry that cannot be drawn.
    FourierGrids(const Psf& psf, const StampGeometry& geometry, double spread = 1);
    ~FourierGrids();

    const Psf& psf() const { return psf_; }
    const StampGeometry& geometry() const { return geometry_; }
    double spread() const { return spread_; }

    /// Periods are 1.25 (rounded up to an even number), 2, 4, 8, 16 times the stamp's size.
    static constexpr int kSizes = 5;
    const FourierGrid& grid(int index) const;
    int period(int index) const;

    /// The PSF's transform as a function of (k fwhm)^2; for a spread above 1.
    const OctaveTable& transform() const { return transform_; }

  private:
    Psf psf_;
    StampGeometry geometry_;
    double spread_;
    OctaveTable transform_;
    struct Slots;
    std::unique_ptr<Slots> slots_;
};

/// Draws noiseless stamps: profiles, convolved with the PSF and integrated over each pixel, as sums
/// of waves (Rowe et al. 2015, A&C 10, 121, section 6). The image so made repeats itself; its
/// period is chosen for every stamp so that the profiles' repetitions put less than 3e-5 of the
/// flux into it (up to 16 times the stamp's size), and the PSF's own wings are taken off. Pixels
/// are within 1e-4 of the peak, and the stamp's sum within 1e-4 of the flux, of GalSim's.
///
/// Holds its working memory: one a thread.
class Renderer {
  public:
    explicit Renderer(std::shared_ptr<const FourierGrids> grids);
    Renderer(Renderer&&) noexcept;
    ~Renderer();

    /// The sum of `profiles`, a galaxy or several, in units of their fluxes per pixel, seen through
    /// a PSF of width `fwhm` (0: the grids'). `image` (size, size), row 0 at the bottom. Throws
    /// Error(usage) for a profile or width out of range; without a PSF, Sersic indices go up to 2
    /// and radii down to two pixels.
    void draw(std::span<const Sersic> profiles, std::span<float> image, double fwhm = 0);

  private:
    void addWaves(const FourierGrid& grid, const Sersic& profile, double fwhm);

    std::shared_ptr<const FourierGrids> grids_;
    SersicTransform transform_;
    struct Workspace;
    std::unique_ptr<Workspace> workspace_;
};

}  // namespace shearbench::data::simulator
