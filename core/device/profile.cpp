// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/profile.h"

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

}  // namespace shearbench::device
