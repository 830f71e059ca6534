// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>

#include "core/network/network.h"

namespace shearbench::device::opencl {

/// Channels side by side in memory (BLOCK of kernels/types.cl).
inline constexpr int kBlock = 16;
/// Floats of a 16 x 16 tile of a convolution's kernel, and its taps.
inline constexpr int kTile = kBlock * kBlock, kTaps = 9;

inline int blocksOf(int channels) {
    return (channels + kBlock - 1) / kBlock;
}

/// How a feature map lies in memory: kernels/types.cl.
struct Map {
    network::Shape shape;
    int halo = 0;

    int blocks() const { return blocksOf(shape.channels); }
    int pixels() const { return shape.height * shape.width; }
    /// Of one image, with what fills up blocks and halo.
    std::size_t floats() const {
        return static_cast<std::size_t>(blocks()) * (shape.height + 2 * halo) *
               (shape.width + 2 * halo) * kBlock;
    }
};

}  // namespace shearbench::device::opencl
