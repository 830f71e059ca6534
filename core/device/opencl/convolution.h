// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// The tiles a convolution is cut into: macros of kernels/convolution_vector.cl.
struct VectorTiles {
    int rows, columns, blocks;         ///< of the output
    int backColumns, backBlocks;       ///< of the input's gradient
    int weightChannels, weightBlocks;  ///< of the kernel's gradient
};
VectorTiles vectorTiles(const network::Layer& layer);

/// And of kernels/convolution_tiled.cl.
struct TiledTiles {
    int m, n, itemM, itemN, split;
    int weightN, weightItemN;

    int items() const { return m / itemM * (n / itemN) * split; }
};
TiledTiles tiledTiles(const network::Layer& layer, const Hardware& hardware, int batch);

/// A 3x3 convolution with its bias and, where one follows, the PReLU: forward is one launch,
/// backward two (PReLU, slopes and bias; then the gradients by kernel and input together).
class Convolution : public Operation {
  public:
    /// `prelu`: the layer behind, or null. With one, `wiring.y` is its output and `wiring.dy` that
    /// output's gradient; the map between lies with the operation.
    Convolution(Planning& planning, const network::Layer& layer, const network::Layer* prelu,
                const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

    Parameters::Slot kernel() const { return kernel_; }
    /// Where the mirrored kernel lies, for devices whose kernels want one (mirror_kernels of
    /// kernels/optimiser.cl).
    void useMirror(Arena::Index buffer, std::size_t at);
    std::size_t kernelFloats() const;

  private:
    ProgramSource source() const;
    std::size_t forwardItems(int images) const;
    std::size_t backwardItems() const;
    std::size_t groupItems() const;

    Planning planning_;
    network::Layer layer_;
    bool prelu_;
    Wiring wiring_;
    Place z_, dz_;  ///< before the PReLU; y and dy where none follows
    Parameters::Slot kernel_, bias_, slope_ = 0;
    int weightSlices_, chunks_, chunkPixels_;
    Slices kernelGradient_, biasGradient_;
    Arena::Index mirrors_ = 0;
    std::size_t mirrorAt_ = 0;
    Kernel forward_, elements_, backward_;
};

}  // namespace shearbench::device::opencl
