// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>

#include "core/device/cpu/bias.h"
#include "core/device/cpu/onednn.h"
#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// 3x3 convolution with bias from blocked map to blocked map, in oneDNN's primitives. In each of
/// the three directions it is direct or, at stride 1 where that is faster, by Winograd's algorithm
/// F(4x4, 3x3) (Lavin & Gray 2016, arXiv 1509.09308).
class Convolution : public Operation {
  public:
    /// `inputGradient`: whether anything before this layer has parameters.
    Convolution(const network::Layer& layer, int width, int batch, bool inputGradient,
                bool preluFollows, Arena& arena, Parameters& parameters);
    ~Convolution() override;

    Parameters::Slot bias() const { return bias_.slot(); }

    const Blocked& output() const override { return out_; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void forward(Mode mode) override;
    void backward() override;
    std::string describe() const override;

  private:
    struct Primitives;

    std::string name_;
    Blocked in_, out_;
    int batch_;
    const Parameters* parameters_;
    std::unique_ptr<Primitives> chosen_;
    Parameters::Slot kernel_;
    Bias bias_;
    Arena::Buffer scratchpad_ = 0, reorderedBuffer_ = 0;
    Wiring wiring_;
    BoundPrimitive forward_, reorderKernel_, inputGradient_, kernelGradient_;
};

}  // namespace shearbench::device::cpu
