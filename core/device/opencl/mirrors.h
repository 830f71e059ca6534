// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "core/device/opencl/convolution.h"

namespace shearbench::device::opencl {

/// Copies of convolutions' kernels as the gradients by their input want to read them, on devices
/// with wide vectors (kernels/mirrors.cl). On others there are none, and
/// nothing here does anything.
class Mirrors {
  public:
    /// After Parameters::place().
    Mirrors(Planning& planning, const std::vector<Convolution*>& convolutions);

    void build(Context& context, Queue& queue);
    /// Whether a forward pass reads them.
    bool readForward() const { return readForward_; }
    void make(Queue& queue);  ///< one launch

  private:
    Planning planning_;
    bool readForward_ = false;
    std::vector<std::pair<cl_int, cl_int>> tiles_;  ///< from, to
    Arena::Index mirrors_ = 0, tileTable_ = 0;
    Kernel mirror_;
};

}  // namespace shearbench::device::opencl
