// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/device/device.h"

// What devices made of other devices share.

namespace shearbench::device {

using DeviceList = std::vector<std::shared_ptr<const Device>>;

/// What several devices say of themselves together: compute units and memory add up, power too
/// where all know theirs.
DeviceInfo infoOfAll(const DeviceList& devices, std::string id, std::string backend);

/// `part` as it stands, each name with the device's in front: "opencl:0: conv1 output".
void addPlan(MemoryPlan& plan, const Device& device, const MemoryPlan& part);

}  // namespace shearbench::device
