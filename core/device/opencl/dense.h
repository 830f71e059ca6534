// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// The products of a dense layer, kernels/dense.cl: one launch forward, one backward.
class DenseProducts {
  public:
    /// `outputs` rows of the kernel from features of `wiring.x`, which has no halo.
    DenseProducts(Planning& planning, int outputs, const Wiring& wiring);

    /// Where kernel and bias lie among the parameters' values, and kernel and bias of the
    /// gradients.
    void build(Context& context, int kernel, int bias, int kernelGradient, int biasGradient);
    void forward(Queue& queue, int images);
    void backward(Queue& queue);

  private:
    Planning planning_;
    Wiring wiring_;
    int features_, outputs_;  ///< features: with what fills up blocks
    Kernel forward_, backward_;
};

class Dense : public Operation {
  public:
    Dense(Planning& planning, const network::Layer& layer, const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

  private:
    Planning planning_;
    Parameters::Slot kernel_, bias_;
    DenseProducts products_;
};

}  // namespace shearbench::device::opencl
