// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/network/network.h"

namespace shearbench::device::cpu {

/// A feature map in blocked layout (kernels.h): channels in blocks of `width`, the last one filled
/// up with zeros. A vector of n features is the case of one pixel: n floats, then zeros.
struct Blocked {
    network::Shape shape;
    int width = 1;

    std::int64_t blocks() const { return (shape.channels + width - 1) / width; }
    std::int64_t channels() const { return blocks() * width; }  ///< zeros included
    std::int64_t pixels() const { return static_cast<std::int64_t>(shape.height) * shape.width; }
    std::int64_t blockFloats() const { return pixels() * width; }
    std::int64_t imageFloats() const { return channels() * pixels(); }
};

}  // namespace shearbench::device::cpu
