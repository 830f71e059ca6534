// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/schema.h"
#include "widgets/galaxy_close_up.h"

namespace shearbench::app {

/// What can be measured on pictures of galaxies, a line each with a value a galaxy: light band by
/// band, colours, half-light radius, |e|, concentration (analysis::galaxyStatistics). A value that
/// cannot be measured is a dash.
std::vector<widgets::CloseUp::Line> measuredLines(
    const data::Schema& schema, const std::vector<widgets::CutoutPixels>& galaxies);

}  // namespace shearbench::app
