// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "core/device/check_device.h"
#include "core/device/compute_mode.h"
#include "core/device/cpu/cpu_device.h"
#include "core/device/eigen/eigen_device.h"
#include "core/device/parallel_device.h"
#include "core/error.h"
#ifdef SHEARBENCH_OPENCL
#include "core/device/opencl/opencl_device.h"
#endif

namespace shearbench::device {

namespace {

/// What a backend has on this machine.
struct Made {
    DeviceList devices;
    std::vector<AbsentDevice> absent;
};

Made cpuDevices() {
    return {{makeCpuDevice()}, {}};
}
Made eigenDevices() {
    return {{makeEigenDevice()}, {}};
}
#ifdef SHEARBENCH_OPENCL
Made openClDevices() {
    OpenClDevices made = makeOpenClDevices();
    return {std::move(made.devices), std::move(made.absent)};
}
#endif

struct Maker {
    const char* name;  // of what is absent where it fails; of the one device it makes, its id
    Made (*make)();
};

constexpr Maker kMakers[] = {
    {"cpu", cpuDevices},
#ifdef SHEARBENCH_OPENCL
    {"OpenCL", openClDevices},
#endif
    {"eigen", eigenDevices},
};

std::atomic<bool> allFound = false;

const Made& found() {
    static const Made all = [] {
        Made result;
        for (const Maker& maker : kMakers) {
            try {
                const Made made = maker.make();
                result.devices.insert(result.devices.end(), made.devices.begin(),
                                      made.devices.end());
                result.absent.insert(result.absent.end(), made.absent.begin(), made.absent.end());
            } catch (const Error& problem) {
                result.absent.push_back({maker.name, problem.what(), problem.remedy()});
            } catch (const std::exception& problem) {
                result.absent.push_back({maker.name, problem.what(), {}});
            }
        }
        allFound = true;
        return result;
    }();
    return all;
}

}  // namespace

const std::vector<std::shared_ptr<const Device>>& allDevices() {
    return found().devices;
}

bool devicesFound() {
    return allFound;
}

const std::vector<AbsentDevice>& absentDevices() {
    return found().absent;
}

void retestDrivers() {
#ifdef SHEARBENCH_OPENCL
    retestOpenClDrivers();
#endif
}

namespace {

/// The parts of `text` between separators.
std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(separator, at), text.size());
        parts.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

std::shared_ptr<const Device> parallelDevice(std::string_view id) {
    DeviceList devices;
    for (const std::string_view part : split(id, '+'))
        devices.push_back(findDevice(part));
    return makeParallelDevice(std::move(devices));
}

}  // namespace

std::shared_ptr<const Device> findDevice(std::string_view id) {
    if (const std::optional<CheckId> check = readCheckId(id))
        return std::make_shared<CheckDevice>(findDevice(check->first), findDevice(check->second),
                                             CheckSettings{.every = check->every});
    if (id.find('+') != std::string_view::npos)
        return parallelDevice(id);
    std::string known;
    for (const std::shared_ptr<const Device>& device : allDevices()) {
        if (device->info().id == id)
            return device;
        known += fmt::format("{}{} ({})", known.empty() ? "" : ", ", device->info().id,
                             device->info().name);
    }
    const std::size_t colon = id.rfind(':');
    for (const std::shared_ptr<const Device>& device : allDevices())
        if (colon != id.npos && device->info().id == id.substr(0, colon))
            return inMode(device, id.substr(colon + 1));
    for (const AbsentDevice& absent : absentDevices())
        if (absent.name == id)
            throw Error(ErrorKind::device, absent.sentence, absent.remedy);
    throw Error(ErrorKind::device, fmt::format("There is no device called {}.", id),
                fmt::format("Choose one of: {}.", known));
}

}  // namespace shearbench::device
