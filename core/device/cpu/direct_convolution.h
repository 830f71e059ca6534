// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/cpu/convolution_method.h"

namespace shearbench::device::cpu {

/// Sums of products as they stand in the definition, for any stride. The gradient by the input is
/// computed like a forward convolution, each residue class of rows and columns modulo the stride
/// with the taps that reach it.
class DirectConvolution : public ConvolutionMethod {
  public:
    DirectConvolution(const ConvolutionShape& shape, bool inputGradient, Arena& arena);

    void bind(const Arena& arena) override;
    void forward(const ConvolutionForward& task) override;
    void backward(const ConvolutionBackward& task) override;
    const char* name() const override { return "direct"; }

    // The parts of backward().
    void kernelGradient(const ConvolutionBackward& task) const;
    void adjoint(const ConvolutionAdjoint& task) const;
    /// The kernel as (in block, out block, 9, W out, W in), which adjoint() reads.
    void turn(const float* kernel, float* turned) const;

  private:
    ConvolutionShape shape_;
    Arena::Buffer turnedBuffer_ = 0;
    float* turned_ = nullptr;  ///< the kernel by turn()
};

}  // namespace shearbench::device::cpu
