// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/words.h"

#include <fmt/format.h>

namespace shearbench {

std::string thousands(long long value) {
    std::string digits = fmt::format("{}", value);
    for (int i = static_cast<int>(digits.size()) - 3; i > (value < 0 ? 1 : 0); i -= 3)
        digits.insert(static_cast<std::size_t>(i), ",");
    return digits;
}

std::string counted(long long count, const std::string& one, const std::string& many) {
    return thousands(count) + " " + (count == 1 ? one : many.empty() ? one + "s" : many);
}

}  // namespace shearbench
