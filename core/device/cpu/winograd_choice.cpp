// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/winograd_choice.h"

namespace shearbench::device::cpu {

WinogradChoice chooseWinograd(const network::Layer&, int) {
    return {};
}

}  // namespace shearbench::device::cpu
