// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

// Layers without parameters: kernels/elements.cl.

namespace shearbench::device::opencl {

class Sigmoid : public Operation {
  public:
    Sigmoid(Planning& planning, const network::Layer& layer, const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

  private:
    Range range(int images) const;

    Planning planning_;
    network::Shape shape_;
    Wiring wiring_;
    Kernel forward_, backward_;
};

/// Copies: the two shapes lie differently in memory.
class Reshape : public Operation {
  public:
    Reshape(Planning& planning, const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

  private:
    Planning planning_;
    Wiring wiring_;
    Kernel forward_, backward_;
};

}  // namespace shearbench::device::opencl
