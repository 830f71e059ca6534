// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/composite.h"

#include <utility>

namespace shearbench::device {

DeviceInfo infoOfAll(const DeviceList& devices, std::string id, std::string backend) {
    DeviceInfo all;
    all.id = std::move(id);
    all.backend = std::move(backend);
    all.maxPowerWatts = 0;
    for (const std::shared_ptr<const Device>& device : devices) {
        const DeviceInfo& info = device->info();
        const char* between = &device == &devices.front() ? "" : " and ";
        all.name += between + info.name;
        all.vendor += between + info.vendor;
        all.computeUnits += info.computeUnits;
        all.memoryBytes += info.memoryBytes;
        all.details.emplace_back(info.id, info.backend);
        if (info.maxPowerWatts && all.maxPowerWatts)
            *all.maxPowerWatts += *info.maxPowerWatts;
        else
            all.maxPowerWatts.reset();
    }
    return all;
}

void addPlan(MemoryPlan& plan, const Device& device, const MemoryPlan& part) {
    for (const MemoryItem& item : part.items)
        plan.items.push_back({device.info().id + ": " + item.name, item.use, item.bytes});
}

}  // namespace shearbench::device
