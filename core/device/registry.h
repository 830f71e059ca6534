// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/device/absent_device.h"
#include "core/device/device.h"

namespace shearbench::device {

/// Every device of this machine; found once, on first use. The processor with its own instructions
/// comes first, then what OpenCL offers, then the plain devices. A backend that cannot start is
/// left out, never an error. The first call may take long (a driver that never comes back is waited
/// for up to a minute); others wait for it. Thread-safe.
const std::vector<std::shared_ptr<const Device>>& allDevices();

/// Whether that call is over, so that allDevices() and findDevice() return at once. Thread-safe.
bool devicesFound();

/// What was left out, in that order. Calls allDevices(). Thread-safe.
const std::vector<AbsentDevice>& absentDevices();

/// Has the next start of allDevices() try drivers again that were found to end the program; of no
/// effect once it was called.
void retestDrivers();

/// Of several ids with + between them, what makeParallelDevice() makes of those devices;
/// "check:A,B" and "check:A,B,10" are CheckDevices; "opencl:0:TF32C_FP32A" is opencl:0 in that mode
/// of computing (compute_mode.h). Throws Error(device) when there is none of that
/// id: why it cannot start here, or which there are.
std::shared_ptr<const Device> findDevice(std::string_view id);

}  // namespace shearbench::device
