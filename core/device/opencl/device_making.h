// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/device/device.h"
#include "core/device/opencl/hardware.h"

namespace shearbench::device::opencl {

/// A device that computes on `hardware` through `api`, both of which may be what a test puts in
/// between.
std::shared_ptr<const Device> makeDevice(const Api& api, const Hardware& hardware);

/// Measured with kernels/rates.cl in well under a second. Throws Error(device).
DeviceRates measureRates(const Api& api, const Hardware& hardware);

}  // namespace shearbench::device::opencl
