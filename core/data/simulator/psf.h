// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace shearbench::data::simulator {

/// A round point-spread function of unit flux, the same in every band. Lengths in arcsec.
/// `none` is a point: what is drawn is integrated over the pixels alone.
struct Psf {
    enum class Kind { kolmogorov, moffat, gaussian, none } kind = Kind::kolmogorov;
    double fwhm = 0.65;
    double beta = 3.5;  ///< Moffat's exponent, > 1; else unused

    /// Fourier transform at wave number k >= 0 (rad/arcsec); 1 at 0.
    ///   Kolmogorov: exp(-(k/k0)^(5/3)), k0 = 2.992939911888651 * 0.9758634299 / fwhm (Fried 1966)
    ///   Moffat (1969): 2^(2-beta) / Gamma(beta-1) (k r)^(beta-1) K_(beta-1)(k r)
    ///   Gaussian: exp(-k^2 sigma^2 / 2)
    double transform(double k) const;

    /// Surface brightness per arcsec^2 at distances r of many fwhm. Moffat and Gaussian: exact;
    /// Kolmogorov: the leading term of the wing, 0.1423 k0^(-5/3) r^(-11/3).
    double wing(double r) const;
    /// The exponent p with which that grows with the width, fwhm^p.
    double wingGrowth() const;

    /// "Kolmogorov fwhm=0.65 arcsec (all bands)".
    std::string description() const;

    friend bool operator==(const Psf&, const Psf&) = default;
};

}  // namespace shearbench::data::simulator
