// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>

namespace shearbench::device {

/// Before the first device is asked for, even to list test cases: a driver takes longer to load
/// than most tests to run, and where it fails it may end the program.
inline void leaveOpenClOut() {
    setenv("SHEARBENCH_OPENCL", "off", 1);
}

}  // namespace shearbench::device
