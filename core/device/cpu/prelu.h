// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/device/cpu/channel_sums.h"
#include "core/device/cpu/operation.h"
#include "core/device/cpu/parameters.h"

namespace shearbench::device::cpu {

/// y = x > 0 ? x : slope x, one slope per element. On the way back one pass makes the gradient by
/// the input, the slopes' and, after a convolution or dense layer, that layer's bias'.
class Prelu : public Operation {
  public:
    /// `bias`: of the layer before, if that left its gradient to this one. `computedBefore`: that
    /// layer computes this one's forward() in passing.
    Prelu(const network::Layer& layer, int width, int batch, Arena& arena, Parameters& parameters,
          std::optional<Parameters::Slot> bias, bool computedBefore);

    const float* slope() const { return parameters_->value(slope_); }

    const Blocked& output() const override { return map_; }
    bool gradientInPlace() const override { return true; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void forward(Mode mode) override;
    void backward() override;

  private:
    Blocked map_;
    int batch_;
    const Parameters* parameters_;
    Parameters::Slot slope_;
    std::optional<Parameters::Slot> bias_;
    bool computedBefore_;
    ChannelSums sums_;
    Arena::Buffer unusedSums_ = 0;
    Wiring wiring_;
    float* biasGradient_ = nullptr;
};

}  // namespace shearbench::device::cpu
