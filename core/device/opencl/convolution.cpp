// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/convolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace shearbench::device::opencl {

namespace {

int ceilDivide(int a, int b) {
    return (a + b - 1) / b;
}

/// The largest width of at most `most` that divides `extent` with least left over: tiles that do
/// not fit compute pixels twice.
int tileWidth(int extent, int most) {
    int best = 1;
    double bestWaste = 1e9;
    for (int width = std::min(extent, most); width >= 1; --width) {
        // Small tiles reuse a kernel's rows too little: as bad as computing half of them twice.
        const double waste =
            static_cast<double>(ceilDivide(extent, width) * width) / extent + 2.0 / width;
        if (waste < bestWaste - 1e-9) {
            bestWaste = waste;
            best = width;
        }
    }
    return best;
}

/// Slices of a sum over `length` terms whose parts `independent` groups of items compute, so that
/// `wanted` are busy and no part of the sum is longer than `longest`.
int slicesFor(std::int64_t length, std::int64_t independent, std::int64_t wanted,
              std::int64_t longest) {
    const std::int64_t forWork = (wanted + independent - 1) / independent;
    const std::int64_t forRounding = (length + longest - 1) / longest;
    return static_cast<int>(std::clamp<std::int64_t>(std::max(forWork, forRounding), 1, length));
}

}  // namespace

VectorTiles vectorTiles(const network::Layer& layer) {
    constexpr int kMostSums = 24, kMostPixels = 12;
    const int inBlocks = blocksOf(layer.input.channels),
              outBlocks = blocksOf(layer.output.channels);
    VectorTiles tiles{};
    tiles.blocks = outBlocks % 2 == 0 ? 2 : 1;
    tiles.columns = tileWidth(layer.output.width, kMostPixels);
    tiles.rows = std::clamp(kMostPixels / tiles.columns, 1, std::min(layer.output.height, 4));
    tiles.rows = tileWidth(layer.output.height, tiles.rows);
    tiles.backBlocks = inBlocks % 2 == 0 && layer.stride <= 2 ? 2 : 1;
    tiles.backColumns = tileWidth(ceilDivide(layer.input.width, layer.stride),
                                  kMostSums / tiles.backBlocks / layer.stride);
    tiles.weightBlocks = outBlocks % 2 == 0 ? 2 : 1;
    tiles.weightChannels = tiles.weightBlocks == 2 ? 4 : 8;
    return tiles;
}

TiledTiles tiledTiles(const network::Layer& layer, const Hardware& hardware, int batch) {
    const std::int64_t pixels =
        static_cast<std::int64_t>(batch) * layer.output.height * layer.output.width;
    const auto groupsOf = [&](int m, int n) {
        return (pixels + m - 1) / m * ceilDivide(blocksOf(layer.output.channels) * kBlock, n);
    };
    const std::int64_t enough = 2 * hardware.info.computeUnits;
    const bool narrow = layer.output.channels <= kBlock;
    if (!narrow && groupsOf(64, 32) >= enough)
        return {64, 32, 8, 4, 1, 32, 4};
    if (!narrow && groupsOf(32, 32) >= enough)
        return {32, 32, 4, 4, 1, 32, 4};
    if (hardware.largestGroup >= 256)
        return {32, 16, 4, 2, 4, 32, 2};
    return {32, 16, 4, 2, 1, 32, 4};
}

Convolution::Convolution(Planning& planning, const network::Layer& layer,
                         const network::Layer* prelu, const Wiring& wiring)
    : planning_(planning),
      layer_(layer),
      prelu_(prelu != nullptr),
      wiring_(wiring),
      z_(wiring.y),
      dz_(wiring.dy) {
    Parameters& parameters = planning.parameters;
    Arena& arena = planning.arena;
    kernel_ = parameters.add(layer, "kernel", convolutionKernel(layer));
    bias_ = parameters.add(layer, "bias", perChannel({layer.output, 0}));
    const auto batch = static_cast<std::size_t>(planning.batch);
    if (prelu) {
        slope_ = parameters.add(*prelu, "slope", perElement({layer.output, 0}));
        z_.map = {layer.output, 0};
        z_.buffer = arena.request(layer.name + " output", MemoryUse::activations,
                                  saturatingProduct({z_.map.floats(), batch}));
        dz_.map = {layer.output, 1};
        dz_.buffer = arena.request(layer.name + " output gradient", MemoryUse::activations,
                                   saturatingProduct({dz_.map.floats(), batch}));
    }

    const int pixels = layer.output.height * layer.output.width;
    chunkPixels_ = layer.output.width;
    if (planning.hardware.kernels == KernelKind::tiled) {
        constexpr int kMostChunks = 64;
        const int atOnce = planning.shape.pixelsAtOnce();
        chunkPixels_ = ceilDivide(ceilDivide(pixels, kMostChunks), atOnce) * atOnce;
    }
    chunks_ = ceilDivide(pixels, chunkPixels_);
    biasGradient_ = parameters.sliceGradient(bias_, chunks_);

    constexpr std::int64_t kLongestSum = 8192;
    const std::int64_t units = planning.hardware.info.computeUnits;
    if (planning.hardware.kernels == KernelKind::vector) {
        const VectorTiles tiles = vectorTiles(layer);
        const int independent = blocksOf(layer.output.channels) / tiles.weightBlocks *
                                ceilDivide(layer.input.channels, tiles.weightChannels) * 3;
        weightSlices_ =
            slicesFor(static_cast<std::int64_t>(planning.batch) * layer.output.height, independent,
                      12 * units, std::max<std::int64_t>(kLongestSum / layer.output.width, 1));
    } else {
        const TiledTiles tiles = tiledTiles(layer, planning.hardware, planning.batch);
        const int independent = blocksOf(layer.input.channels) * 3 *
                                ceilDivide(blocksOf(layer.output.channels) * kBlock, tiles.weightN);
        const std::int64_t all = static_cast<std::int64_t>(planning.batch) * pixels;
        weightSlices_ = slicesFor(
            all, independent,
            std::min(2 * units, std::max<std::int64_t>(all / 64 * independent, 1)), kLongestSum);
    }
    if (weightSlices_ > 1)
        kernelGradient_ = parameters.sliceGradient(kernel_, weightSlices_);
}

std::size_t Convolution::kernelFloats() const {
    return static_cast<std::size_t>(blocksOf(layer_.input.channels)) *
           blocksOf(layer_.output.channels) * kTaps * kTile;
}

void Convolution::useMirror(Arena::Index buffer, std::size_t at) {
    mirrors_ = buffer;
    mirrorAt_ = at;
}

ProgramSource Convolution::source() const {
    const network::Shape in = layer_.input, out = layer_.output;
    ProgramSource source;
    source.name = fmt::format("convolution {} ({} x {} x {} to {}, stride {})", layer_.name,
                              in.channels, in.height, in.width, out.channels, layer_.stride);
    source.options = fmt::format(
        "{} -D IN_CHANNELS={} -D IN_H={} -D IN_W={} -D OUT_CHANNELS={} -D OUT_H={} -D OUT_W={} "
        "-D STRIDE={} -D PAD_TOP={} -D PAD_LEFT={} -D OUT_HALO={} -D PRELU={} -D ACTIVE_HALO={} "
        "-D DX_HALO={}",
        planning_.shape.options(), in.channels, in.height, in.width, out.channels, out.height,
        out.width, layer_.stride, layer_.paddingTop(), layer_.paddingLeft(), z_.map.halo,
        prelu_ ? 1 : 0, wiring_.y.map.halo, wiring_.dx.map.halo);
    if (planning_.hardware.kernels == KernelKind::vector) {
        const VectorTiles t = vectorTiles(layer_);
        source.families = "convolution convolution_vector";
        source.options += fmt::format(
            " -D TILE_ROWS={} -D TILE_COLUMNS={} -D TILE_BLOCKS={} -D BACK_COLUMNS={} "
            "-D BACK_BLOCKS={} -D WEIGHT_CHANNELS={} -D WEIGHT_BLOCKS={}",
            t.rows, t.columns, t.blocks, t.backColumns, t.backBlocks, t.weightChannels,
            t.weightBlocks);
    } else {
        const TiledTiles t = tiledTiles(layer_, planning_.hardware, planning_.batch);
        source.families = "convolution convolution_tiled";
        source.options += fmt::format(
            " -D TILE_M={} -D TILE_N={} -D ITEM_M={} -D ITEM_N={} -D SPLIT={} -D WEIGHT_N={} "
            "-D WEIGHT_ITEM_N={}",
            t.m, t.n, t.itemM, t.itemN, t.split, t.weightN, t.weightItemN);
    }
    return source;
}

std::size_t Convolution::groupItems() const {
    return planning_.hardware.kernels == KernelKind::vector
               ? 1
               : static_cast<std::size_t>(
                     tiledTiles(layer_, planning_.hardware, planning_.batch).items());
}

std::size_t Convolution::forwardItems(int images) const {
    const network::Shape out = layer_.output;
    std::int64_t groups = 0;
    if (planning_.hardware.kernels == KernelKind::vector) {
        const VectorTiles t = vectorTiles(layer_);
        groups = static_cast<std::int64_t>(ceilDivide(out.width, t.columns)) *
                 ceilDivide(out.height, t.rows) * images * (blocksOf(out.channels) / t.blocks);
    } else {
        const TiledTiles t = tiledTiles(layer_, planning_.hardware, planning_.batch);
        groups = (static_cast<std::int64_t>(images) * out.height * out.width + t.m - 1) / t.m *
                 ceilDivide(blocksOf(out.channels) * kBlock, t.n);
    }
    return static_cast<std::size_t>(groups) * groupItems();
}

std::size_t Convolution::backwardItems() const {
    const network::Shape in = layer_.input;
    const int inBlocks = blocksOf(in.channels), outBlocks = blocksOf(layer_.output.channels);
    const int rows = ceilDivide(in.height, layer_.stride),
              columns = ceilDivide(in.width, layer_.stride);
    std::int64_t weights = 0, inputs = 0;
    if (planning_.hardware.kernels == KernelKind::vector) {
        const VectorTiles t = vectorTiles(layer_);
        weights = static_cast<std::int64_t>(outBlocks) / t.weightBlocks *
                  ((inBlocks - 1) * (kBlock / t.weightChannels) +
                   ceilDivide(in.channels - (inBlocks - 1) * kBlock, t.weightChannels)) *
                  3 * weightSlices_;
        inputs = static_cast<std::int64_t>(ceilDivide(columns, t.backColumns)) * in.height *
                 planning_.batch * (inBlocks / t.backBlocks);
    } else {
        const TiledTiles t = tiledTiles(layer_, planning_.hardware, planning_.batch);
        weights = static_cast<std::int64_t>(inBlocks) * 3 *
                  ceilDivide(outBlocks * kBlock, t.weightN) * weightSlices_;
        inputs = (static_cast<std::int64_t>(planning_.batch) * rows * columns + t.m - 1) / t.m *
                 layer_.stride * layer_.stride * ceilDivide(inBlocks * kBlock, t.n);
    }
    return static_cast<std::size_t>(weights + (wiring_.wantsInputGradient ? inputs : 0)) *
           groupItems();
}

void Convolution::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer& values = arena[parameters.values()];
    const Buffer& gradients = arena[parameters.gradients()];
    const Buffer& slices = arena[parameters.slices()];
    const network::Shape out = layer_.output;
    const int blocks = blocksOf(out.channels), batch = planning_.batch;

    forward_ = Kernel(context, source(), "convolution_forward");
    forward_.bind(arena[wiring_.x.buffer], values, parameters.at(kernel_), parameters.at(bias_),
                  prelu_ ? parameters.at(slope_) : 0, arena[z_.buffer], arena[wiring_.y.buffer],
                  batch);

    const ProgramSource elements = planning_.shape.program();
    const int sumsAt = static_cast<int>(biasGradient_.at);
    if (prelu_) {
        elements_ = Kernel(context, elements, "prelu_backward");
        elements_.bind(arena[z_.buffer], values, parameters.at(slope_), arena[wiring_.dy.buffer],
                       arena[dz_.buffer], gradients, slices, sumsAt, chunkPixels_, out.height,
                       out.width, blocks, z_.map.halo, wiring_.dy.map.halo, dz_.map.halo, batch);
    } else {
        elements_ = Kernel(context, elements, "channel_sums");
        elements_.bind(arena[dz_.buffer], slices, sumsAt, chunkPixels_, out.height, out.width,
                       blocks, dz_.map.halo, batch);
    }

    const bool sliced = kernelGradient_.count > 0;
    const bool mirrored = planning_.hardware.kernels == KernelKind::vector;
    backward_ = Kernel(context, source(), "convolution_backward");
    backward_.bind(arena[wiring_.x.buffer], arena[dz_.buffer], sliced ? slices : gradients,
                   sliced ? static_cast<int>(kernelGradient_.at) : parameters.at(kernel_),
                   weightSlices_, static_cast<int>(kernelGradient_.stride),
                   mirrored ? arena[mirrors_] : values,
                   mirrored ? static_cast<int>(mirrorAt_) : parameters.at(kernel_),
                   arena[wiring_.dx.buffer], batch);
}

void Convolution::forward(Queue& queue, int images, Mode) {
    forward_.set(7, images);
    queue.launch(forward_, {forwardItems(images), 1, groupItems()});
}

void Convolution::backward(Queue& queue) {
    queue.launch(elements_, planning_.shape.groups(chunks_, blocksOf(layer_.output.channels)));
    queue.launch(backward_, {backwardItems(), 1, groupItems()});
}

}  // namespace shearbench::device::opencl
