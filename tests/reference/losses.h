// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "tests/reference/feature_maps.h"

namespace shearbench::reference {

/// The network's loss as network::LossKind defines it. `targets` (images, targetCount);
/// `gradient`, if given, receives its derivative by the outputs.
double loss(network::LossKind kind, const Maps& outputs, std::span<const double> targets,
            Maps* gradient);

}  // namespace shearbench::reference
