// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <optional>

#include "app/dataset.h"
#include "core/model/posterior.h"
#include "widgets/cutout_view.h"

// What the file says of one galaxy, in the terms of the widgets that show it.

namespace shearbench::app {

/// "Galaxy 1015".
QString galaxyTitle(const Dataset& dataset, std::int64_t row);

/// e1, e2, redshift as labelled; nothing where the column is missing or the value not finite.
std::array<std::optional<double>, 3> labels(const Dataset& dataset, std::int64_t row);

std::optional<double> signalToNoise(const Dataset& dataset, std::int64_t row);

widgets::EllipticityDefinition ellipticityDefinition(const Dataset& dataset);

/// Geometric mean of the semi-axes of the outline drawn on the galaxy, in pixels: twice its
/// half-light radius blurred by the seeing where the file has a column hlr in arcseconds; else 0.
double outlineRadius(const Dataset& dataset, std::int64_t row);

widgets::CutoutDetails cutoutDetails(const Dataset& dataset, std::int64_t row,
                                     const std::optional<model::Posterior>& posterior);

}  // namespace shearbench::app
