// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/status.h"

#include <fmt/format.h>

namespace shearbench::device::opencl {

namespace {

const char* nameOf(cl_int status) {
#define SHEARBENCH_NAME(code) \
    case code:                \
        return #code;
    switch (status) {
        SHEARBENCH_NAME(CL_DEVICE_NOT_FOUND)
        SHEARBENCH_NAME(CL_DEVICE_NOT_AVAILABLE)
        SHEARBENCH_NAME(CL_COMPILER_NOT_AVAILABLE)
        SHEARBENCH_NAME(CL_MEM_OBJECT_ALLOCATION_FAILURE)
        SHEARBENCH_NAME(CL_OUT_OF_RESOURCES)
        SHEARBENCH_NAME(CL_OUT_OF_HOST_MEMORY)
        SHEARBENCH_NAME(CL_BUILD_PROGRAM_FAILURE)
        SHEARBENCH_NAME(CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST)
        SHEARBENCH_NAME(CL_INVALID_VALUE)
        SHEARBENCH_NAME(CL_INVALID_DEVICE)
        SHEARBENCH_NAME(CL_INVALID_CONTEXT)
        SHEARBENCH_NAME(CL_INVALID_COMMAND_QUEUE)
        SHEARBENCH_NAME(CL_INVALID_MEM_OBJECT)
        SHEARBENCH_NAME(CL_INVALID_BINARY)
        SHEARBENCH_NAME(CL_INVALID_BUILD_OPTIONS)
        SHEARBENCH_NAME(CL_INVALID_PROGRAM)
        SHEARBENCH_NAME(CL_INVALID_PROGRAM_EXECUTABLE)
        SHEARBENCH_NAME(CL_INVALID_KERNEL_NAME)
        SHEARBENCH_NAME(CL_INVALID_KERNEL_ARGS)
        SHEARBENCH_NAME(CL_INVALID_WORK_GROUP_SIZE)
        SHEARBENCH_NAME(CL_INVALID_BUFFER_SIZE)
        SHEARBENCH_NAME(CL_INVALID_GLOBAL_WORK_SIZE)
        default:
            return nullptr;
    }
#undef SHEARBENCH_NAME
}

std::string remedyFor(cl_int status) {
    switch (status) {
        case CL_MEM_OBJECT_ALLOCATION_FAILURE:
        case CL_OUT_OF_HOST_MEMORY:
            return "Choose a smaller batch, close other programs that use the device, or choose "
                   "another device.";
        case CL_OUT_OF_RESOURCES:
            return "The device may have run out of memory or stopped working: choose a smaller "
                   "batch or another device, and continue from the last checkpoint.";
        case CL_BUILD_PROGRAM_FAILURE:
        case CL_INVALID_BINARY:
            return "Update the device's driver, or choose another device.";
        default:
            return "Continue from the last checkpoint on another device, or update this device's "
                   "driver.";
    }
}

}  // namespace

std::string statusName(cl_int status) {
    const char* name = nameOf(status);
    return name ? fmt::format("{} ({})", name, status) : fmt::format("status {}", status);
}

bool StatusError::outOfMemory() const noexcept {
    return status_ == CL_MEM_OBJECT_ALLOCATION_FAILURE || status_ == CL_OUT_OF_RESOURCES ||
           status_ == CL_OUT_OF_HOST_MEMORY || status_ == CL_INVALID_BUFFER_SIZE;
}

void check(cl_int status, const std::string& device, const std::string& doing) {
    if (status != CL_SUCCESS)
        throw StatusError(
            status,
            fmt::format("{} could not {}: OpenCL answered {}.", device, doing, statusName(status)),
            remedyFor(status));
}

}  // namespace shearbench::device::opencl
