// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "widgets/cutout_model.h"

// The cutouts of the galleries: those of the reference file where there is one, else drawn from a
// formula.

namespace shearbench::widgets::gallery {

/// A catalogue and where its pixels come from.
struct Sample {
    std::shared_ptr<CutoutCatalogue> catalogue;
    std::function<CutoutPixels(qint64)> pixels;
};

const Sample& sample();

}  // namespace shearbench::widgets::gallery
