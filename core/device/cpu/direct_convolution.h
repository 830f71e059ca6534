// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

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

    /// One of nine: `row` and `column` of the source pixel for the first result of all.
    struct Tap {
        int index;
        std::int64_t row, column;
        bool missesFirst, missesLast;  ///< as in RowTap
    };
    /// Results that are computed alike: one residue class of rows and columns modulo a step.
    struct Residue {
        std::int64_t row, column;  ///< of the first one
        std::int64_t columns;      ///< how many there are in a row
        std::vector<Tap> taps;
    };
    /// From map to map. Steps, in pixels: between the sources of neighbouring results of a residue
    /// class and between these results.
    struct Pass {
        Blocked source, result;
        std::int64_t sourceStep, resultStep;
        std::vector<Residue> residues;
    };

  private:
    ConvolutionShape shape_;
    Pass forward_, adjoint_;
    Arena::Buffer turnedBuffer_ = 0;
    float* turned_ = nullptr;  ///< the kernel by turn()
};

}  // namespace shearbench::device::cpu
