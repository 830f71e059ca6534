// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// Batch normalisation, kernels/batch_norm.cl: two launches forward, one or two backward.
class BatchNorm : public Operation {
  public:
    BatchNorm(Planning& planning, const network::Layer& layer, const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

  private:
    Planning planning_;
    network::Shape shape_;
    Wiring wiring_;
    int blocks_, parts_;
    Parameters::Slot gamma_, beta_, movingMean_, movingVariance_;
    Slices gammaGradient_, betaGradient_;
    Arena::Index moments_, statistics_;
    Kernel collect_, normalise_, sums_, backward_;
};

}  // namespace shearbench::device::opencl
