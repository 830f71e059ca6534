// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/simulator/octave_table.h"

// The surface brightness of a galaxy and its Fourier transform.

namespace shearbench::data::simulator {

/// The range of Sersic indices that can be drawn.
inline constexpr double kSmallestSersicIndex = 0.3, kLargestSersicIndex = 6.2;

/// A Sersic profile I(r) = I0 exp(-b (r / hlr)^(1/n)), not truncated, sheared and shifted.
/// Lengths in arcsec, x along columns, y along rows, upwards.
struct Sersic {
    double n = 1;                  ///< kSmallestSersicIndex..kLargestSersicIndex
    double halfLightRadius = 0.5;  ///< circularised, sqrt(a b); 0: a point source
    /// Reduced shear g = (1-q)/(1+q) (cos 2 phi, sin 2 phi), phi from +x to +y; |g| < 1. The shear
    /// keeps area and flux.
    double g1 = 0, g2 = 0;
    double dx = 0, dy = 0;  ///< of the centre, from the stamp's
    double flux = 1;        ///< to infinity
};

/// b with half of the flux inside hlr: P(2n, b) = 1/2, P the regularised incomplete gamma function
/// (Ciotti & Bertin 1999, A&A 352, 447). n within 0.3..6.2.
double sersicB(double n);

/// Squared length of the point (x, y) drawn back to the round profile: |A^-1 x|^2 with
/// A = [[1+g1, g2], [g2, 1-g1]] / sqrt(1 - |g|^2), as coefficients of x^2, 2 x y and y^2.
struct QuadraticForm {
    double xx, xy, yy;
    double operator()(double x, double y) const { return xx * x * x + 2 * xy * x * y + yy * y * y; }
};
/// r^2 = form(x, y) for a sheared profile I(A^-1 x).
QuadraticForm radiusForm(double g1, double g2);
/// k^2 = form(kx, ky) for its transform F(A^T k).
QuadraticForm waveNumberForm(double g1, double g2);

/// Surface brightness (flux per arcsec^2) of a Sersic profile without PSF. Needs a
/// halfLightRadius > 0.
class SersicBrightness {
  public:
    explicit SersicBrightness(const Sersic& profile);
    /// x, y from the profile's centre.
    double operator()(double x, double y) const;

  private:
    double b_, inverseN_, inverseRadiusSquared_, central_;
    QuadraticForm form_;
};

/// Fourier transform of the round Sersic profile of unit flux,
///
///   F(kappa) = 1/Gamma(2n) int_0^inf J0(kappa (x/b)^n) e^-x x^(2n-1) dx,   kappa = k hlr,
///
/// for one n over a range of kappa^2, to 2e-6 of F(0), interpolated in a table over n and kappa^2
/// that all share. Not shared between threads while tabulate() runs.
class SersicTransform {
  public:
    /// Prepares for kappa^2 in lowest..highest, 0 < lowest <= highest.
    void tabulate(double n, double lowest, double highest);

    /// F for a kappa^2 within the range tabulated (not checked).
    float operator()(float kappaSquared) const { return table_(kappaSquared); }

  private:
    OctaveTable table_;
};

}  // namespace shearbench::data::simulator
