// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/opencl/context.h"

// Multiplying on tensor cores, kernels/fragments.cl.

namespace shearbench::device::opencl {

/// The macros that it is compiled with.
std::string fragmentOptions(Arithmetic arithmetic);

/// What probeFragments() compiles.
ProgramSource fragmentProbe(const Hardware& hardware);

/// A factor as it enters a product: rounded to what `arithmetic` multiplies, to nearest, ties away
/// from zero. What is not finite stays what it is.
float factor(float value, Arithmetic arithmetic);

/// Multiplies matrices of whole numbers whose products and sums single precision holds exactly, and
/// others that have to be rounded first. Throws Error(device) saying what is wrong unless the
/// device compiles that, in its arithmetic, and answers with the exact numbers.
void probeFragments(Context& context);

}  // namespace shearbench::device::opencl
