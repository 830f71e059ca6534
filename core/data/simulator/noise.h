// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/random.h"

namespace shearbench::data::simulator {

/// Photon noise: noisy = Poisson(signal + sky) - sky, in electrons, for each pixel on its own.
/// A signal + sky below zero counts as zero. Whole electrons for a whole `sky`.
///
/// For expectations of 256 to 2^30 a number comes from one uniform variate of 32 bits (so that it
/// lies within 6.3 standard deviations) by the expansion of the Poisson distribution's inverse
/// around the normal one (Giles 2016, ACM TOMS 42, algorithm 955), in single precision. It is
/// another integer than the exact inverse for fewer than one variate in a hundred, and then one
/// beside it; mean and variance are right to 1e-5. Other expectations are exact
/// (RandomStream::poisson).
/// Depends on its arguments alone. Thread-safe.
void addPhotonNoise(std::span<const float> signal, double sky, RandomStream stream,
                    std::span<float> noisy);

/// The inverse of the standard normal distribution function at 1/2 + q, |q| < 1/2, to 1e-7 relative
/// (Wichura 1988, Applied Statistics 37, 477, algorithm AS 241, PPND7).
double normalQuantile(double q);

/// A real number whose integer part is the smallest k with P(X <= k) >= Phi(z), for X Poisson of
/// `mean` >= 256: the expansion of Giles 2016 to the order 1 / sqrt(mean).
double poissonQuantile(double mean, double z);

}  // namespace shearbench::data::simulator
