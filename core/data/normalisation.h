// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"

namespace shearbench::data {

/// What happens to pixel values before the network sees them.
struct Normalisation {
    enum class Kind { none, asinh } kind = Kind::none;
    std::vector<double>
        scale;  ///< asinh: asinh(x / scale), one per band, in the units of the pixels

    /// In place on one image (C, H, W); `scale.size() == C` unless none.
    void apply(std::span<float> image) const;
};

std::string toString(Normalisation::Kind kind);  ///< "none", "asinh"
/// Throws Error(usage) for an unknown name.
Normalisation::Kind normalisationKind(const std::string& name);

/// The sky's standard deviation per band: as the file states it, else the median absolute deviation
/// (times 1.4826) of the outermost pixels of up to 200 evenly spaced cutouts. Never zero.
std::vector<double> skySigma(const CutoutSource& source);

}  // namespace shearbench::data
