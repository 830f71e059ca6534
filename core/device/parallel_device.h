// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/composite.h"

namespace shearbench::device {

/// Several devices as one, id "opencl:0+cpu". A training step splits its batch among them, as
/// equally as it goes, the first taking what is left over; each finds the gradients of its part,
/// which are averaged in the devices' order on the host, where Adam updates the parameters that all
/// of them get before the next step. Statistics of batch norm are those of the whole batch, so that
/// a step is what one device would have made of it, to within rounding. Predictions and samples are
/// split likewise. A batch of fewer images than devices leaves the last ones idle.
///
/// A memory cap holds for all devices together. plan() and compile() throw Error(device) for batch
/// norm behind another layer, whose statistics would have to be exchanged within a step.
///
/// Throws Error(usage) unless there is a device.
std::shared_ptr<const Device> makeParallelDevice(DeviceList devices);

}  // namespace shearbench::device
