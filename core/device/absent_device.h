// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace shearbench::device {

/// Something that cannot be used on this machine, and why.
struct AbsentDevice {
    std::string name;  ///< a device's id or a driver's file, "pocl.icd"
    std::string sentence, remedy;
};

}  // namespace shearbench::device
