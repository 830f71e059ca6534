// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"

namespace shearbench::data {

/// What happens to pixel values before the network sees them.
struct Normalisation {
    enum class Kind {
        none,
        asinh,      ///< asinh(x / scale)
        tanhAsinh,  ///< tanh(asinh(2.5 x / scale)), within -1 and 1 (Arcelin et al. 2021)
        /// (1 + asinh(x / (10 scale)) / 6) / 2: within 0 and 1, as a sigmoid is, for |x| up to 2017
        /// scales, the sky in the middle. With the sky's standard deviation as scale every band is
        /// as noisy as the others, noise stays where this is nearly straight, and bright pixels
        /// keep their relative precision.
        unitAsinh,
    } kind = Kind::none;
    std::vector<double> scale;  ///< one per band, in the units of the pixels

    /// In place on one image (C, H, W); `scale.size() == C` unless none.
    void apply(std::span<float> image) const;
    /// The exact inverse, likewise; values beyond those that float can tell from the ends of a
    /// range are taken for the last ones that it can.
    void invert(std::span<float> image) const;

  private:
    template <class Body>
    void forBands(std::span<float> image, const Body& body) const;
};

std::string toString(Normalisation::Kind kind);  ///< "none", "asinh", "tanh_asinh", ...
/// Throws Error(usage) for an unknown name.
Normalisation::Kind normalisationKind(const std::string& name);

/// The sky's standard deviation per band: as the file states it, else the median absolute deviation
/// (times 1.4826) of the outermost pixels of up to 200 evenly spaced cutouts. Never zero.
std::vector<double> skySigma(const CutoutSource& source);

/// The mean over `rows` of each image's maximum, per band: the scale of tanhAsinh. Rows with
/// pixels that are not finite do not count. Throws Error(data) naming a band where it is not above
/// 0.
std::vector<double> meanMaxima(const CutoutSource& source, std::span<const std::int64_t> rows);

}  // namespace shearbench::data
