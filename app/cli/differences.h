// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/comparison.h"

namespace shearbench::cli {

/// A line a tensor: the size of its gradient on the first device and the largest and typical
/// difference from the second's, and those of its numbers after the step.
std::string differencesTable(const device::StepComparison& found);

/// "step 120: losses 1.2345 and 1.2345; most apart: conv3.kernel, gradients by 3.1e-07 of their
/// size, at most 2.0e-06."
std::string differencesLine(const device::StepComparison& found);

}  // namespace shearbench::cli
