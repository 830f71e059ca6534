// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/convolution_tiles.h"
#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// The three products of a 3x3 convolution: its output, the gradient by its kernel and that by its
/// input. A transposed convolution is made of the same three for the convolution it is the adjoint
/// of.
class ConvolutionProducts {
  public:
    ConvolutionProducts(const Planning& planning, const network::Layer& convolution);

    /// What differs between the two uses of a convolution's program.
    struct Use {
        bool transposed = false;
        int outputHalo = 0;     ///< of the map that the first product writes
        int inputHalo = 0;      ///< of the map that the third writes
        bool prelu = false;     ///< behind the first; behind the third where transposed
        int activatedHalo = 0;  ///< of the map behind the PReLU
        const char* name = "";  ///< of the layer
    };
    ProgramSource source(const Use& use) const;

    /// Whether the output and the gradient by the input are computed by Winograd's algorithm, from
    /// transformed kernels (kernels/convolution_winograd.cl).
    bool winograd() const { return winograd_; }
    /// The layer as a convolution.
    const network::Layer& layer() const { return layer_; }

    /// Slices in which the kernel's gradient is computed, to be added up.
    int kernelSlices() const { return kernelSlices_; }

    // Work-items of each product; a launch of two products has those of both.
    std::size_t outputItems(int images) const;
    std::size_t kernelItems() const;
    std::size_t inputItems(int images) const;
    Range range(std::size_t items) const { return {items, 1, groupItems()}; }

  private:
    bool vector() const { return hardware_.kernels == KernelKind::vector; }
    std::size_t groupItems() const;
    int slices(int batch) const;
    bool suitsWinograd(int batch) const;
    std::int64_t winogradTiles(int images) const;

    const Hardware& hardware_;
    LaunchShape shape_;
    network::Layer layer_;
    ConvolutionTiles tiles_;
    int kernelSlices_;
    bool winograd_;
};

}  // namespace shearbench::device::opencl
