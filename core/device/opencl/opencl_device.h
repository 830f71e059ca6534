// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/device/device.h"

namespace shearbench::device {

/// Every OpenCL device of this machine, graphics cards before processors, ids opencl:0, opencl:1,
/// ...; none where there is no ICD loader, no driver, or the environment says
/// SHEARBENCH_OPENCL=off. Computes in single precision with float32 accumulation and does not hang
/// the program's start on a driver that answers nonsense.
std::vector<std::shared_ptr<const Device>> makeOpenClDevices();

}  // namespace shearbench::device
