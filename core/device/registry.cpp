// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/registry.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <exception>
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

using Devices = std::vector<std::shared_ptr<const Device>>;

Devices cpuDevices() {
    return {makeCpuDevice()};
}
Devices eigenDevices() {
    return {makeEigenDevice()};
}

struct Maker {
    const char* id;  // of the one device it makes; empty: of several
    Devices (*make)();
};

constexpr Maker kMakers[] = {
    {"cpu", cpuDevices},
#ifdef SHEARBENCH_OPENCL
    {"", makeOpenClDevices},
#endif
    {"eigen", eigenDevices},
};

struct Found {
    Devices devices;
    std::vector<std::pair<std::string, Error>> failures;  // ids, and why they cannot start
};

const Found& found() {
    static const Found all = [] {
        Found result;
        for (const Maker& maker : kMakers) {
            try {
                const Devices made = maker.make();
                result.devices.insert(result.devices.end(), made.begin(), made.end());
            } catch (const Error& problem) {
                result.failures.emplace_back(maker.id, problem);
            } catch (const std::exception&) {
                // A backend that cannot start here is no device of this machine.
                continue;
            }
        }
        return result;
    }();
    return all;
}

}  // namespace

const std::vector<std::shared_ptr<const Device>>& allDevices() {
    return found().devices;
}

namespace {

constexpr std::string_view kCheck = "check:";

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

std::shared_ptr<const Device> checkDevice(std::string_view id) {
    const std::vector<std::string_view> parts = split(id.substr(kCheck.size()), ',');
    CheckSettings settings;
    bool understood = parts.size() == 2 || parts.size() == 3;
    if (parts.size() == 3) {
        const char* const end = parts[2].data() + parts[2].size();
        const auto read = std::from_chars(parts[2].data(), end, settings.every);
        understood = read.ec == std::errc() && read.ptr == end;
    }
    if (!understood)
        throw Error(ErrorKind::device, fmt::format("{} does not name two devices.", id),
                    "Write check:A,B to compare every step, check:A,B,10 to compare every tenth.");
    return std::make_shared<CheckDevice>(findDevice(parts[0]), findDevice(parts[1]), settings);
}

std::shared_ptr<const Device> parallelDevice(std::string_view id) {
    DeviceList devices;
    for (const std::string_view part : split(id, '+'))
        devices.push_back(findDevice(part));
    return makeParallelDevice(std::move(devices));
}

}  // namespace

std::shared_ptr<const Device> findDevice(std::string_view id) {
    if (id.starts_with(kCheck))
        return checkDevice(id);
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
    for (const auto& [failed, problem] : found().failures)
        if (failed == id)
            throw problem;
    throw Error(ErrorKind::device, fmt::format("There is no device called {}.", id),
                fmt::format("Choose one of: {}.", known));
}

}  // namespace shearbench::device
