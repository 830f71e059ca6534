// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/hardware.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>
#include <memory>
#include <optional>

#include "core/device/opencl/watchdog.h"

namespace shearbench::device::opencl {

namespace {

constexpr cl_uint kMost = 64;
constexpr std::size_t kLongestText = 1 << 16;

// Of cl_khr_device_uuid and of NVIDIA's cl_nv_device_attribute_query, whose headers Debian's do
// not hold.
constexpr cl_device_info kDeviceUuid = 0x106A, kNvPciBus = 0x4008, kNvPciSlot = 0x4009,
                         kNvCapabilityMajor = 0x4000, kNvCapabilityMinor = 0x4001;

template <class Number>
std::optional<Number> number(const Api& api, cl_device_id device, cl_device_info what) {
    Number value{};
    std::size_t bytes = 0;
    if (api.clGetDeviceInfo(device, what, sizeof value, &value, &bytes) != CL_SUCCESS ||
        bytes != sizeof value)
        return std::nullopt;
    return value;
}

/// `ask(bytes, buffer, neededBytes)`: the text of clGetDeviceInfo or clGetPlatformInfo, without
/// what pads it.
template <class Ask>
std::string text(const Ask& ask) {
    std::size_t bytes = 0;
    if (ask(0, nullptr, &bytes) != CL_SUCCESS || bytes == 0 || bytes > kLongestText)
        return {};
    std::string value(bytes, '\0');
    if (ask(bytes, value.data(), nullptr) != CL_SUCCESS)
        return {};
    value.resize(std::min(value.find('\0'), value.size()));
    const std::size_t begin = value.find_first_not_of(" \t\n"),
                      end = value.find_last_not_of(" \t\n");
    return begin == std::string::npos ? std::string() : value.substr(begin, end + 1 - begin);
}

std::string deviceText(const Api& api, cl_device_id device, cl_device_info what) {
    return text([&](std::size_t bytes, void* to, std::size_t* needed) {
        return api.clGetDeviceInfo(device, what, bytes, to, needed);
    });
}

std::string platformText(const Api& api, cl_platform_id platform, cl_platform_info what) {
    return text([&](std::size_t bytes, void* to, std::size_t* needed) {
        return api.clGetPlatformInfo(platform, what, bytes, to, needed);
    });
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// What tells one physical device from another; empty if nothing does.
std::string identity(const Api& api, cl_device_id device, const std::string& extensions) {
    if (contains(extensions, "cl_khr_device_uuid"))
        if (const auto uuid = number<std::array<unsigned char, 16>>(api, device, kDeviceUuid)) {
            std::string text = "uuid";
            for (unsigned char byte : *uuid)
                text += fmt::format("{:02x}", byte);
            return text;
        }
    if (contains(extensions, "cl_nv_device_attribute_query"))
        if (const auto bus = number<cl_uint>(api, device, kNvPciBus),
            slot = number<cl_uint>(api, device, kNvPciSlot);
            bus && slot)
            return fmt::format("pci{}:{}", *bus, *slot);
    return {};
}

/// "PoCL 3.1+debian" of "OpenCL 3.0 PoCL 3.1+debian  Linux, None+Asserts, ...".
std::string poclVersion(const std::string& platformVersion) {
    const std::size_t at = platformVersion.find("PoCL");
    if (at == std::string::npos)
        return "PoCL";
    const std::size_t end = platformVersion.find(' ', at + 5);
    return platformVersion.substr(at, end == std::string::npos ? end : end - at);
}

void describe(const Api& api, Hardware& hardware, cl_device_type type,
              const std::string& extensions) {
    const cl_device_id device = hardware.device;
    DeviceInfo& info = hardware.info;
    const std::string platformVersion = platformText(api, hardware.platform, CL_PLATFORM_VERSION);
    const std::string version = deviceText(api, device, CL_DEVICE_VERSION);
    const bool pocl = contains(hardware.platformName, "Portable Computing Language");
    info.name = deviceText(api, device, CL_DEVICE_NAME);
    if (info.name.empty())
        info.name = "OpenCL device without a name";
    info.computeUnits = static_cast<int>(std::clamp<cl_uint>(
        number<cl_uint>(api, device, CL_DEVICE_MAX_COMPUTE_UNITS).value_or(1), 1, 1 << 20));
    if (type & CL_DEVICE_TYPE_CPU) {
        // PoCL prefixes its own driver and the instruction set it compiles for.
        if (const std::size_t at = info.name.find_last_of('-'); pocl && at != std::string::npos) {
            info.instructionSet = info.name.substr(0, at);
            info.name.erase(0, at + 1);
            if (const std::size_t skip = info.instructionSet.find('-'); skip != std::string::npos)
                info.instructionSet.erase(0, skip + 1);
        }
        info.name = fmt::format("{} through OpenCL{}, {} {}", info.name,
                                pocl ? " (PoCL, processor)" : " (processor)", info.computeUnits,
                                info.computeUnits == 1 ? "core" : "cores");
    }
    info.vendor = deviceText(api, device, CL_DEVICE_VENDOR);
    hardware.driverKeepsBinaries = pocl || contains(info.vendor, "NVIDIA");
    hardware.driver = deviceText(api, device, CL_DRIVER_VERSION);
    info.backend =
        fmt::format("{}, {}", version.substr(0, version.find(' ', sizeof "OpenCL")),
                    pocl ? poclVersion(platformVersion)
                         : fmt::format("{}, driver {}", hardware.platformName, hardware.driver));
    info.clockMHz = number<cl_uint>(api, device, CL_DEVICE_MAX_CLOCK_FREQUENCY).value_or(0);
    info.memoryBytes = number<cl_ulong>(api, device, CL_DEVICE_GLOBAL_MEM_SIZE).value_or(0);
    hardware.largestAllocation =
        number<cl_ulong>(api, device, CL_DEVICE_MAX_MEM_ALLOC_SIZE).value_or(info.memoryBytes);
    hardware.inHostMemory =
        number<cl_bool>(api, device, CL_DEVICE_HOST_UNIFIED_MEMORY).value_or(CL_FALSE) ||
        (type & CL_DEVICE_TYPE_CPU);
    hardware.localMemory = number<cl_ulong>(api, device, CL_DEVICE_LOCAL_MEM_SIZE).value_or(0);
    hardware.largestGroup =
        number<std::size_t>(api, device, CL_DEVICE_MAX_WORK_GROUP_SIZE).value_or(1);
    hardware.kernels = type & CL_DEVICE_TYPE_CPU ? KernelKind::vector : KernelKind::tiled;
    info.details = {
        {"platform", hardware.platformName},
        {"driver", hardware.driver},
        {"largest allocation", fmt::format("{:.1f} GB", hardware.largestAllocation / 1e9)},
        {"local memory", fmt::format("{:.0f} KiB", hardware.localMemory / 1024.0)},
        {"half precision", contains(extensions, "cl_khr_fp16") ? "yes" : "storage only"},
        {"sub-groups", contains(extensions, "cl_khr_subgroups") ? "yes" : "no"},
    };
}

/// As Hardware has it.
int computeCapability(const Api& api, cl_device_id device, const std::string& extensions) {
    if (!contains(extensions, "cl_nv_device_attribute_query"))
        return 0;
    const cl_uint major = number<cl_uint>(api, device, kNvCapabilityMajor).value_or(0);
    const cl_uint minor = number<cl_uint>(api, device, kNvCapabilityMinor).value_or(0);
    return major < 100 && minor < 10 ? static_cast<int>(10 * major + minor) : 0;
}

bool canCompute(const Api& api, cl_device_id device) {
    return number<cl_bool>(api, device, CL_DEVICE_AVAILABLE).value_or(CL_FALSE) &&
           number<cl_bool>(api, device, CL_DEVICE_COMPILER_AVAILABLE).value_or(CL_FALSE) &&
           number<cl_bool>(api, device, CL_DEVICE_ENDIAN_LITTLE).value_or(CL_FALSE);
}

/// The platforms, or one's devices, of `ask(capacity, out, count)`; as many as both say there are.
template <class Handle, class Ask>
std::vector<Handle> handles(const Ask& ask) {
    cl_uint count = 0;
    if (ask(0, nullptr, &count) != CL_SUCCESS)
        return {};
    // Some drivers write more than they were asked for.
    std::vector<Handle> found(2 * kMost, nullptr);
    cl_uint given = 0;
    if (count == 0 || ask(std::min(count, kMost), found.data(), &given) != CL_SUCCESS)
        return {};
    found.resize(std::min({count, given, kMost}));
    std::erase(found, nullptr);
    return found;
}

}  // namespace

std::vector<Hardware> findHardware(const Api& api) {
    std::vector<Hardware> found;
    std::vector<std::string> identities;
    for (cl_platform_id platform :
         handles<cl_platform_id>([&](cl_uint capacity, cl_platform_id*out, cl_uint*count) {
             return api.clGetPlatformIDs(capacity, out, count);
         }))
        for (cl_device_id device :
             handles<cl_device_id>([&](cl_uint capacity, cl_device_id*out, cl_uint*count) {
                 return api.clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, capacity, out, count);
             })) {
            if (!canCompute(api, device))
                continue;
            const std::string extensions = deviceText(api, device, CL_DEVICE_EXTENSIONS);
            const std::string known = identity(api, device, extensions);
            if (!known.empty() && std::count(identities.begin(), identities.end(), known))
                continue;
            identities.push_back(known);
            Hardware hardware;
            hardware.platform = platform;
            hardware.device = device;
            hardware.platformName = platformText(api, platform, CL_PLATFORM_NAME);
            hardware.computeCapability = computeCapability(api, device, extensions);
            describe(api, hardware, number<cl_device_type>(api, device, CL_DEVICE_TYPE).value_or(0),
                     extensions);
            if (hardware.info.memoryBytes > 0)
                found.push_back(std::move(hardware));
        }
    std::stable_sort(found.begin(), found.end(), [](const Hardware& a, const Hardware& b) {
        return a.kernels == KernelKind::tiled && b.kernels == KernelKind::vector;
    });
    for (std::size_t i = 0; i < found.size(); ++i)
        found[i].info.id = fmt::format("opencl:{}", i);
    return found;
}

std::optional<std::vector<Hardware>> findHardwareInTime(const Api& api) {
    constexpr std::chrono::milliseconds kLongest = std::chrono::seconds(30);
    const std::chrono::milliseconds patience = driverPatience();
    const auto found = std::make_shared<std::vector<Hardware>>();
    const auto find = [&api, found] {
        try {
            *found = findHardware(api);
        } catch (const std::exception&) {
            found->clear();
        }
    };
    Watchdog watchdog;
    if (!watchdog.returns(find, patience.count() ? std::min(patience, kLongest) : kLongest))
        return std::nullopt;
    return *found;
}

}  // namespace shearbench::device::opencl
