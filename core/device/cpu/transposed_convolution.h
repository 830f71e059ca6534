// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "core/device/cpu/bias.h"
#include "core/device/cpu/convolution_method.h"
#include "core/device/cpu/direct_convolution.h"
#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// 3x3 transposed convolution with bias at stride 2, the adjoint of a convolution: its forward pass
/// is that convolution's gradient by the input and the other way round. The PReLU behind it is
/// computed in passing. (At stride 1 it is a convolution with the kernel turned round, and
/// convolution.h computes it.)
class TransposedConvolution : public Operation {
  public:
    TransposedConvolution(const network::Layer& layer, int width, int batch, bool preluFollows,
                          Arena& arena, Parameters& parameters);

    Parameters::Slot bias() const { return bias_.slot(); }

    const Blocked& output() const override { return adjoint_.in; }
    bool activates() const override { return true; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void forward(Mode mode) override;
    void weightsChanged() override { prepared_ = false; }
    void backward() override;
    std::string method() const override { return convolution_.name(); }

  private:
    std::string name_;
    ConvolutionShape adjoint_;
    const Parameters* parameters_;
    Parameters::Slot kernel_;
    Bias bias_;
    DirectConvolution convolution_;
    Arena::Buffer turnedBuffer_;
    float* turned_ = nullptr;  ///< the kernel, for predictions
    bool prepared_ = false;    ///< turned_ is of the present kernel
    Wiring wiring_;
};

}  // namespace shearbench::device::cpu
