// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/operation.h"

namespace shearbench::device::eigen {

/// Y (images, out) = X (images, in) W^T + b with W (out, in), as matrix products. Outputs and input
/// gradients are shared out by image, kernel gradients by input feature.
class Dense : public Operation {
  public:
    explicit Dense(OperationContext context);

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;

  private:
    std::size_t inFeatures_, outFeatures_;
    Tensor kernel_, bias_;
    ThreadPool& pool_;
};

}  // namespace shearbench::device::eigen
