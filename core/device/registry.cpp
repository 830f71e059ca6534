// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/registry.h"

#include <fmt/format.h>

#include <exception>
#include <string>

#include "core/device/cpu/cpu_device.h"
#include "core/device/eigen/eigen_device.h"
#include "core/error.h"
#ifdef SHEARBENCH_OPENCL
#include "core/device/opencl/opencl_device.h"
#endif

namespace shearbench::device {

namespace {

using Devices = std::vector<std::shared_ptr<const Device>>;

Devices cpuDevices() {
    return {makeCpuDevice()};
}
Devices eigenDevices() {
    return {makeEigenDevice()};
}

constexpr Devices (*kMakers[])() = {
    cpuDevices,
#ifdef SHEARBENCH_OPENCL
    makeOpenClDevices,
#endif
    eigenDevices,
};

}  // namespace

const std::vector<std::shared_ptr<const Device>>& allDevices() {
    static const Devices devices = [] {
        Devices found;
        for (const auto make : kMakers) {
            try {
                const Devices made = make();
                found.insert(found.end(), made.begin(), made.end());
            } catch (const std::exception&) {
                // A backend that cannot start here is no device of this machine.
                continue;
            }
        }
        return found;
    }();
    return devices;
}

std::shared_ptr<const Device> findDevice(std::string_view id) {
    std::string known;
    for (const std::shared_ptr<const Device>& device : allDevices()) {
        if (device->info().id == id)
            return device;
        known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", device->info().id,
                             device->info().name);
    }
    throw Error(ErrorKind::device, fmt::format("There is no device called {}.", id),
                fmt::format("Choose one of: {}.", known));
}

}  // namespace shearbench::device
