// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/device/cpu/bias.h"
#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// Of a kernel that lies as rows of blocked inputs.
ParameterFormat denseKernel(const Blocked& in, int outputs);

/// y = w x + bias on all features of an image. The kernel lies as (outputs, channel block, pixel,
/// lane), so that its rows meet the blocked input as it is.
class Dense : public Operation {
  public:
    /// `prefix` goes before the tensors' names, "kernel" and "bias".
    Dense(const network::Layer& layer, int width, int batch, bool preluFollows, Arena& arena,
          Parameters& parameters, const std::string& prefix = {});

    Parameters::Slot bias() const { return bias_.slot(); }

    const Blocked& output() const override { return out_; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void forward(Mode mode) override;
    void backward() override;

  private:
    Blocked in_, out_;
    int batch_;
    const Parameters* parameters_;
    Parameters::Slot kernel_;
    Bias bias_;
    Wiring wiring_;
};

}  // namespace shearbench::device::cpu
