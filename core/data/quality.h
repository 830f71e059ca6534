// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"

namespace shearbench::data {

/// What is odd about the labels of a source; images are not read.
struct Quality {
    std::vector<std::int64_t> usableRows;     ///< ascending
    std::int64_t rows = 0, usable = 0;        ///< usable as in targets.h
    std::array<std::int64_t, 3> notFinite{};  ///< e1, e2, redshift
    std::array<std::int64_t, 3>
        sentinels{};  ///< values that mark a missing measurement: -10, 10, -99 ...
    std::int64_t impossibleEllipticity = 0;  ///< finite, |e| >= 1
    std::int64_t negativeRedshift = 0;
    std::array<double, 3> least{}, most{};  ///< of usable rows
    std::vector<std::string> sentences;     ///< one for each thing a user should know; may be empty
};

/// Of targets without a name nothing is told. Throws Error(data) when one cannot be read.
Quality checkTargets(const CutoutSource& source, const std::array<std::string, 3>& targets);

/// Of up to `images` evenly spaced cutouts.
struct PixelQuality {
    std::int64_t images = 0;  ///< that were looked at
    std::int64_t imagesWithNonFinite = 0, nonFinitePixels = 0;
    std::vector<std::int64_t> nonFiniteRows;  ///< of those images, ascending
    std::int64_t blankImages = 0;             ///< that hold the same finite value everywhere
};
PixelQuality checkPixels(const CutoutSource& source, std::int64_t images = 200);

/// Rows whose labels can be trained on and whose image was not found to have other than finite
/// pixels.
std::int64_t trainableRows(const Quality& labels, const PixelQuality& pixels);

}  // namespace shearbench::data
