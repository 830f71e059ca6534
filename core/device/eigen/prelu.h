// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/operation.h"

namespace shearbench::device::eigen {

/// y = x > 0 ? x : slope * x, one slope per element. Each worker takes a share of the elements and
/// goes through the images, so that slope gradients add up in a fixed order.
class Prelu : public Operation {
  public:
    explicit Prelu(OperationContext context);

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;

  private:
    Tensor slope_;
    ThreadPool& pool_;
};

}  // namespace shearbench::device::eigen
