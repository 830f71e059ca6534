// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/device/absent_device.h"
#include "core/device/device.h"

namespace shearbench::device {

/// Every OpenCL device of this machine, graphics cards before processors, ids opencl:0, opencl:1,
/// ...; none where systemApi() is none or there is no driver. Computes in single precision with
/// float32 accumulation.
/// A driver that answers nonsense does not keep the program from starting.
/// One that ends the process or never comes back is left out, and the others are there; see
/// opencl/driver_choice.h. To be called once.
struct OpenClDevices {
    std::vector<std::shared_ptr<const Device>> devices;
    std::vector<AbsentDevice> absent;  ///< drivers that were left out
};
OpenClDevices makeOpenClDevices();

/// Looks anew, where makeOpenClDevices() was not called yet, for drivers to leave out.
void retestOpenClDrivers();

}  // namespace shearbench::device
