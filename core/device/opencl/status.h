// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>

#include "core/device/opencl/api.h"
#include "core/error.h"

namespace shearbench::device::opencl {

/// "CL_OUT_OF_RESOURCES (-5)"; the number alone where OpenCL has no name for it.
std::string statusName(cl_int status);

/// What OpenCL refused, with its answer.
class StatusError : public Error {
  public:
    StatusError(cl_int status, const std::string& sentence, std::string remedy)
        : Error(ErrorKind::device, sentence, std::move(remedy)), status_(status) {}

    cl_int status() const noexcept { return status_; }
    /// There is not enough memory, as far as the answer tells.
    bool outOfMemory() const noexcept;

  private:
    cl_int status_;
};

/// Throws StatusError, an Error(device), unless `status` says success: "DEVICE could not DOING:
/// OpenCL answered CL_...", with what to do about it as far as the answer tells.
void check(cl_int status, const std::string& device, const std::string& doing);

}  // namespace shearbench::device::opencl
