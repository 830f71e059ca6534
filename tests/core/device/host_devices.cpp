// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/registry.h"
#include "tests/core/device/device_testing.h"

namespace shearbench::device {

std::vector<std::shared_ptr<const Device>> devicesUnderTest() {
    std::vector<std::shared_ptr<const Device>> devices = allDevices();
    std::erase_if(devices, [](const std::shared_ptr<const Device>& device) {
        return device->info().id.starts_with("opencl");
    });
    return devices;
}

}  // namespace shearbench::device
