// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/device/opencl/convolution.h"

namespace shearbench::device::opencl {

/// The kernels of convolutions that are computed by Winograd's algorithm, transformed
/// (kernels/winograd_kernels.cl): of each one for its output and one for the gradient by its input.
class KernelTransforms {
  public:
    /// After Mirrors.
    KernelTransforms(Planning& planning, const std::vector<Convolution*>& convolutions);

    void build(Context& context, Queue& queue);
    bool any() const { return !tiles_.empty(); }
    void make(Queue& queue);  ///< after Mirrors::make(); one launch, none where there are none

  private:
    /// KernelTile of winograd_kernels.cl.
    struct Tile {
        cl_int from, to, point, back;
    };
    void add(const Convolution& convolution, std::size_t at, std::size_t mirroredAt);

    Planning planning_;
    std::vector<Tile> tiles_;
    Arena::Index transforms_ = 0, mirrors_ = 0, tileTable_ = 0;
    Kernel transform_;
};

}  // namespace shearbench::device::opencl
