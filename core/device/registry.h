// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/device/device.h"

namespace shearbench::device {

/// Every device of this machine; found once, on first use. The processor with its own instructions
/// comes first, then what OpenCL offers, then the plain devices. A backend that cannot start is
/// left out, never an error. Thread-safe.
const std::vector<std::shared_ptr<const Device>>& allDevices();

/// Of several ids with + between them, what makeParallelDevice() makes of those devices;
/// "check:A,B" and "check:A,B,10" are CheckDevices; "opencl:0:TF32C_FP32A" is opencl:0 in that mode
/// of computing (compute_mode.h). Throws Error(device) when there is none of that
/// id: why it cannot start here, or which there are.
std::shared_ptr<const Device> findDevice(std::string_view id);

}  // namespace shearbench::device
