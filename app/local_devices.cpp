// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/local_devices.h"

#include <algorithm>

#include "core/device/registry.h"

namespace shearbench::app {

std::vector<LocalDevice> localDevices(widgets::DeviceColours& colours) {
    using Kind = widgets::DeviceColours::Kind;
    std::vector<LocalDevice> list;
    for (const auto& device : device::allDevices()) {
        const device::DeviceInfo& info = device->info();
        const bool sameChip = std::any_of(list.begin(), list.end(), [&](const LocalDevice& other) {
            const device::DeviceInfo& before = other.device->info();
            return before.vendor == info.vendor && before.computeUnits == info.computeUnits &&
                   before.clockMHz == info.clockMHz && before.memoryBytes == info.memoryBytes;
        });
        const auto colour =
            colours.colourOf(QString::fromStdString(info.id), sameChip ? Kind::other : Kind::cpu);
        list.push_back({device, colour, sameChip});
    }
    return list;
}

}  // namespace shearbench::app
