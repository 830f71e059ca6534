// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/dense.h"
#include "core/device/eigen/operation.h"

namespace shearbench::device::eigen {

/// Mean and scale as one dense layer, and the sample from them (core/device/latent.h).
class Latent : public Operation {
  public:
    explicit Latent(OperationContext context);

    static OperationMemory memory(const network::Layer& layer, int batch);

    void begin(const StepSettings& settings) override;
    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;
    double divergence() const override { return divergence_; }

  private:
    std::size_t features_;
    std::vector<float> raw_, rawGradients_, noise_;
    Dense dense_;
    double weight_ = 0, divergence_ = 0;
};

}  // namespace shearbench::device::eigen
