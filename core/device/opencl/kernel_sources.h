// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string_view>

namespace shearbench::device::opencl {

/// The text of kernels/`family`.cl, embedded when the program was built. Throws std::out_of_range
/// for a family that there is not.
const char* kernelSource(std::string_view family);

/// Of all of them together: another one as soon as a kernel changes.
const char* kernelVersion();

}  // namespace shearbench::device::opencl
