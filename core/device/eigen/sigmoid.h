// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/operation.h"

namespace shearbench::device::eigen {

/// 1 / (1 + exp(-x)), element by element, shared out among the workers.
class Sigmoid : public Operation {
  public:
    explicit Sigmoid(OperationContext context)
        : elements_(context.layer.output.count()), pool_(context.pool) {}

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;

  private:
    std::size_t elements_;
    ThreadPool& pool_;
};

/// The same numbers: feature maps here are row-major in whatever shape.
class Reshape : public Operation {
  public:
    explicit Reshape(OperationContext context) : elements_(context.layer.output.count()) {}

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;

  private:
    std::size_t elements_;
};

}  // namespace shearbench::device::eigen
