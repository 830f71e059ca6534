// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/opencl/api.h"

namespace shearbench::device::opencl {

/// "CL_OUT_OF_RESOURCES (-5)"; the number alone where OpenCL has no name for it.
std::string statusName(cl_int status);

/// Throws Error(device) unless `status` says success: "DEVICE could not DOING: OpenCL answered
/// CL_...", with what to do about it as far as the answer tells.
void check(cl_int status, const std::string& device, const std::string& doing);

}  // namespace shearbench::device::opencl
