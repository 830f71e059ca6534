// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/device/device.h"
#include "widgets/device_colours.h"

namespace shearbench::app {

/// A device of this machine with the colour it has everywhere.
struct LocalDevice {
    std::shared_ptr<const device::Device> device;
    widgets::DeviceColour colour;
    bool sameChip = false;  ///< another one listed before computes on the same chip
};

/// Every device, as the registry lists them; colours are given out in that order.
std::vector<LocalDevice> localDevices(widgets::DeviceColours& colours);

}  // namespace shearbench::app
