// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

// Numbers within sentences.

namespace shearbench {

/// "1,517,217".
std::string thousands(long long value);

/// "1 image", "1,000 images"; `many` where the plural is irregular: "1 galaxy", "2 galaxies".
std::string counted(long long count, const std::string& one, const std::string& many = {});

}  // namespace shearbench
