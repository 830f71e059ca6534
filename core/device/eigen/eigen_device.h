// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/device/device.h"

namespace shearbench::device {

/// The host's processor through Eigen's matrix products, with the instructions every processor of
/// its kind has: plain, portable, the device others are compared with. Id "eigen".
std::shared_ptr<const Device> makeEigenDevice();

}  // namespace shearbench::device
