// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <vector>

#include "core/device/opencl/hardware.h"
#include "core/network/network.h"

namespace shearbench::device::opencl {

/// Into what tiles kernels/convolution_vector.cl cuts a convolution.
struct VectorTiles {
    int rows = 1, columns = 1, blocks = 1;     ///< of the output
    int backColumns = 1, backBlocks = 1;       ///< of the input's gradient
    int weightChannels = 1, weightBlocks = 1;  ///< of the kernel's gradient
    /// False: not even where it suits (ConvolutionProducts::winograd()); of what is above, the
    /// kernel's gradient alone uses tiles where it is.
    bool winograd = true;
    bool operator==(const VectorTiles&) const = default;
};

/// And kernels/convolution_tiled.cl.
struct TiledTiles {
    int m = 32, n = 16, itemM = 4, itemN = 2, split = 1;
    int weightN = 32, weightItemN = 4;
    bool operator==(const TiledTiles&) const = default;

    int items() const { return m / itemM * (n / itemN) * split; }
};

/// Both; a device uses those of its KernelKind.
struct ConvolutionTiles {
    VectorTiles vector;
    TiledTiles tiled;
    bool operator==(const ConvolutionTiles&) const = default;
};

/// Known to suit most devices; of a transposed convolution, `layer` is the one it is the adjoint
/// of, here and below.
ConvolutionTiles defaultTiles(const network::Layer& layer, const Hardware& hardware, int batch);

/// Whether kernels with these tiles compute that convolution on that device: every number within
/// its bounds, tiles that share out all of the work, groups and local memory no larger than there
/// are.
bool possible(const ConvolutionTiles& tiles, const network::Layer& layer, const Hardware& hardware);

/// What of a ConvolutionTiles a candidate changes, and so which of the three products.
enum class TilePart {
    output,  ///< rows, columns, blocks of VectorTiles
    input,   ///< backColumns, backBlocks
    kernel,  ///< weightChannels, weightBlocks
    method,  ///< winograd
    all,     ///< TiledTiles: the products share a work-group's size
};

/// Other possible tiles than `tiles`, those changed in `part`, the most promising first.
std::vector<ConvolutionTiles> variants(const ConvolutionTiles& tiles, TilePart part,
                                       const network::Layer& layer, const Hardware& hardware);

/// `tiles` with that part of `from`.
ConvolutionTiles merged(ConvolutionTiles tiles, const ConvolutionTiles& from, TilePart part);

/// "vector 2 6 2 6 2 4 2", with "direct" in front where not by Winograd's algorithm, or "tiled 64
/// 32 8 4 1 32 4": those of the device's kind.
std::string toText(const ConvolutionTiles& tiles, KernelKind kind);

}  // namespace shearbench::device::opencl
