// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/registry.h"
#include "tests/core/device/device_testing.h"
#include "tests/core/device/host_only.h"

namespace shearbench::device {

std::vector<std::shared_ptr<const Device>> devicesUnderTest() {
    leaveOpenClOut();
    return allDevices();
}

}  // namespace shearbench::device
