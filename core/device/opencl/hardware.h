// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/device/device.h"
#include "core/device/opencl/api.h"

namespace shearbench::device::opencl {

/// Which of the two kinds of kernels suits a device (kernels/convolution_*.cl).
enum class KernelKind {
    vector,  ///< few cores with wide vectors: processors
    tiled,   ///< many narrow cores with local memory: graphics cards and the like
};

/// How convolutions multiply; sums are in single precision whichever it is, and everything else
/// too.
enum class Arithmetic {
    fp32,
    tf32,          ///< on tensor cores (kernels/fragments.cl)
    tf32Emulated,  ///< the same numbers by ordinary instructions, to test what surrounds them
};

/// One physical device as a driver describes it.
struct Hardware {
    cl_platform_id platform = nullptr;
    cl_device_id device = nullptr;
    DeviceInfo info;
    KernelKind kernels = KernelKind::vector;
    Arithmetic arithmetic = Arithmetic::fp32;  ///< other than fp32: with KernelKind::tiled alone
    int computeCapability = 0;                 ///< NVIDIA's, 90 for 9.0; 0: none is known
    std::string platformName, driver;          ///< driver: its version
    std::uint64_t largestAllocation = 0, localMemory = 0;
    std::size_t largestGroup = 1;
    std::string buildOptions;          ///< for every program, besides those it asks for
    bool inHostMemory = false;         ///< its memory is the computer's own
    bool driverKeepsBinaries = false;  ///< keeps compiled programs from run to run itself
};

/// Every device of every platform that can compile and run kernels, graphics cards and accelerators
/// before processors, ids opencl:0, opencl:1, ... in that order. A device that two platforms offer
/// is listed once, by the platform named first. Believes no count that a driver gives: more than 64
/// platforms, or 64 devices of one, are not asked for, and whatever a platform answers wrongly is
/// left out. Throws nothing of its own.
std::vector<Hardware> findHardware(const Api& api);

/// The same; nullopt where a driver does not come back within 30 seconds or driverPatience(),
/// whichever is less.
std::optional<std::vector<Hardware>> findHardwareInTime(const Api& api);

}  // namespace shearbench::device::opencl
