// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/profile.h"

#include <algorithm>

namespace shearbench::device {

std::string toString(ProfilePhase phase) {
    switch (phase) {
        case ProfilePhase::forward:
            return "forward";
        case ProfilePhase::loss:
            return "loss";
        case ProfilePhase::backward:
            return "backward";
        case ProfilePhase::update:
            break;
    }
    return "update";
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace shearbench::device
