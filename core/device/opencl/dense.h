// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// A dense layer, kernels/dense.cl.
class Dense : public Operation {
  public:
    Dense(Planning& planning, const network::Layer& layer, const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

  private:
    Planning planning_;
    Wiring wiring_;
    int features_, outputs_;  ///< features: with what fills up blocks
    Parameters::Slot kernel_, bias_;
    Kernel forward_, weights_, inputs_;
};

}  // namespace shearbench::device::opencl
