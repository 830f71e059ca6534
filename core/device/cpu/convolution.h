// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>

#include "core/device/cpu/bias.h"
#include "core/device/cpu/convolution_method.h"
#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// Of a kernel stored as (out block, in block, 9, W in, W out), zeros filling up the blocks. Where
/// `turned`, network::Parameter has it as (in, out, 3, 3) with rows and columns the other way
/// round: the kernel of a transposed convolution of stride 1.
ParameterFormat blockedKernel(const Blocked& in, const Blocked& out, bool turned = false);

/// Of a kernel stored output block by output block, in rows of W outputs for the taps of each
/// input: `rowsOfBlock` of them, inputs `blocked` or not as packKernel() of kernels.h says.
ParameterFormat kernelByBlocks(std::int64_t inputs, const Blocked& out, std::int64_t rowsOfBlock,
                               bool blocked);

/// 3x3 convolution, or transposed convolution of stride 1, with bias from blocked map to blocked
/// map, by the definition or by Winograd's algorithm, whichever is faster. The PReLU behind it is
/// computed in passing.
class Convolution : public Operation {
  public:
    /// `inputGradient`: whether anything before this layer has parameters.
    Convolution(const network::Layer& layer, int width, int batch, bool inputGradient,
                bool preluFollows, Arena& arena, Parameters& parameters);

    Parameters::Slot bias() const { return bias_.slot(); }

    const Blocked& output() const override { return shape_.out; }
    bool activates() const override { return true; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void forward(Mode mode) override;
    void weightsChanged() override { prepared_ = false; }
    void backward() override;
    std::string method() const override { return method_->name(); }

  private:
    ConvolutionShape shape_;
    const Parameters* parameters_;
    Parameters::Slot kernel_;
    Bias bias_;
    std::unique_ptr<ConvolutionMethod> method_;
    Wiring wiring_;
    bool prepared_ = false;  ///< the method, with the present kernel
};

}  // namespace shearbench::device::cpu
