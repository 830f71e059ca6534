// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/device/device.h"

namespace shearbench::device {

/// Every OpenCL device of this machine, graphics cards before processors, ids opencl:0, opencl:1,
/// ...; none where systemApi() is none or there is no driver. Computes in single precision with
/// float32 accumulation. A driver that answers nonsense, or not at all, does not keep the program
/// from starting.
std::vector<std::shared_ptr<const Device>> makeOpenClDevices();

}  // namespace shearbench::device
