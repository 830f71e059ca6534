// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// A PReLU that no convolution could take along: kernels/prelu.cl.
class Prelu : public Operation {
  public:
    Prelu(Planning& planning, const network::Layer& layer, const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

  private:
    Planning planning_;
    network::Shape shape_;
    Wiring wiring_;
    Parameters::Slot slope_;
    int chunkPixels_;
    Kernel forward_, backward_;
};

}  // namespace shearbench::device::opencl
