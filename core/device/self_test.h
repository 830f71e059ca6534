// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/device.h"

namespace shearbench::device {

/// What a device's self-test found.
struct SelfTest {
    bool passed = false;
    bool compared = false;  ///< false: the device failed before there was anything to compare
    double largestDifference = 0;  ///< relative, in the norm of the tensor that differs most
    std::string sentence;          ///< what was compared, and where it differs most
};

/// Two training steps and a prediction of a small network with every kind of layer, on `device` and
/// on the plain Eigen device, from the same numbers: losses, gradients, updated parameters and
/// outputs must agree to 1e-4 in the norm of each tensor; in TF32C_FP32A to 5e-2, and all gradients
/// together to 1e-2. Takes a fraction of a second. An error of the device is a failed test, not an
/// exception.
SelfTest selfTest(const Device& device, int threads = 0);

}  // namespace shearbench::device
