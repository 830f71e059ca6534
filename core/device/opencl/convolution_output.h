// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// What lies behind a convolution's sums, transposed or not: its bias and, where one follows, the
/// PReLU. Their gradients are one launch, of kernels/prelu.cl.
class ConvolutionOutput {
  public:
    /// `prelu`: the layer behind, or null. With one, `wiring.y` is its output and `wiring.dy` that
    /// output's gradient; the map between lies here.
    ConvolutionOutput(Planning& planning, const network::Layer& layer, const network::Layer* prelu,
                      const Wiring& wiring);

    void build(Context& context);
    /// From the gradient by `wiring.y`: that by z(), slopes and bias.
    void backward(Queue& queue);

    /// Before the PReLU; y and dy where none follows. dz has a halo of 1.
    const Place& z() const { return z_; }
    const Place& dz() const { return dz_; }
    bool prelu() const { return prelu_; }
    int bias() const { return planning_.parameters.at(bias_); }
    int slope() const { return prelu_ ? planning_.parameters.at(slope_) : 0; }

  private:
    Planning planning_;
    network::Shape shape_;
    bool prelu_;
    Wiring wiring_;
    Place z_, dz_;
    Parameters::Slot bias_, slope_ = 0;
    int chunks_, chunkPixels_;
    Slices biasGradient_;
    Kernel backward_;
};

}  // namespace shearbench::device::opencl
