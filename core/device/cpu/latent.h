// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/device/cpu/dense.h"
#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// Mean and scale as two dense layers, and the sample from them (core/device/latent.h).
class Latent : public Operation {
  public:
    Latent(const network::Layer& layer, int width, int batch, Arena& arena, Parameters& parameters);

    const Blocked& output() const override { return out_; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void begin(const StepSettings& settings) override;
    void forward(Mode mode) override;
    void backward() override;
    double divergence() const override { return divergence_; }

  private:
    std::int64_t features() const { return out_.shape.channels; }

    Blocked in_, out_;
    int batch_;
    Dense mean_, scale_;
    Arena::Buffer partBuffer_, gradientBuffer_, plainBuffer_;
    Wiring wiring_;
    /// (batch, D) each, blocked: mean and raw scale, then their gradients.
    float *means_ = nullptr, *scales_ = nullptr;
    float* secondInputGradient_ = nullptr;
    /// Row-major: (batch, 2 D) what the layers gave and its gradient, (batch, D) noise, samples and
    /// their gradients.
    std::span<float> raw_, rawGradients_, noise_, samples_, sampleGradients_;
    double weight_ = 0, divergence_ = 0;
};

}  // namespace shearbench::device::cpu
