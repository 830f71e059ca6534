// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/convolution_products.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/device/opencl/fragments.h"

namespace shearbench::device::opencl {

namespace {

/// GROUP_TILES and POINTS of kernels/convolution_winograd.cl.
constexpr int kWinogradGroup = 16, kWinogradPoints = 36;

int ceilDivide(int a, int b) {
    return (a + b - 1) / b;
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

ConvolutionProducts::ConvolutionProducts(const Planning& planning,
                                         const network::Layer& convolution)
    : hardware_(planning.hardware),
      shape_(planning.shape),
      layer_(convolution),
      tiles_(planning.tiles.tilesOf(convolution, planning.hardware, planning.batch)),
      kernelSlices_(slices(planning.batch)),
      winograd_(tiles_.vector.winograd && suitsWinograd(planning.batch)) {}

bool ConvolutionProducts::suitsWinograd(int batch) const {
    const network::Shape in = layer_.input;
    const int inBlocks = blocksOf(in.channels), outBlocks = blocksOf(layer_.output.channels);
    const std::uint64_t vectors =
        kWinogradPoints * (kWinogradGroup * std::max(inBlocks, outBlocks) + 2 * kWinogradGroup + 2);
    return vector() && layer_.stride == 1 && in.height % 4 == 0 && in.width % 4 == 0 &&
           inBlocks % 2 == 0 && outBlocks % 2 == 0 && winogradTiles(batch) >= kWinogradGroup &&
           vectors * kBlock * sizeof(float) <= hardware_.localMemory;
}

std::int64_t ConvolutionProducts::winogradTiles(int images) const {
    return static_cast<std::int64_t>(images) * (layer_.input.height / 4) * (layer_.input.width / 4);
}

int ConvolutionProducts::slices(int batch) const {
    constexpr std::int64_t kLongestSum = 8192;
    const std::int64_t units = hardware_.info.computeUnits;
    const network::Shape in = layer_.input, out = layer_.output;
    if (vector()) {
        const int independent = blocksOf(out.channels) / tiles_.vector.weightBlocks *
                                ceilDivide(in.channels, tiles_.vector.weightChannels) * 3;
        const std::int64_t rows = static_cast<std::int64_t>(batch) * out.height;
        // What the items of a slice read again and again stays in their core's cache.
        constexpr std::int64_t kCachedVectors = (256 << 10) / (kBlock * sizeof(float));
        constexpr std::int64_t kMostForCache = 24;
        const std::int64_t vectors =
            batch *
            (static_cast<std::int64_t>(in.height) * in.width +
             static_cast<std::int64_t>(tiles_.vector.weightBlocks) * out.height * out.width);
        return slicesFor(
            rows, independent,
            std::max(12 * units, independent * std::min(vectors / kCachedVectors, kMostForCache)),
            std::max<std::int64_t>(kLongestSum / out.width, 1));
    }
    const int independent = blocksOf(in.channels) * 3 *
                            ceilDivide(blocksOf(out.channels) * kBlock, tiles_.tiled.weightN);
    const std::int64_t all = static_cast<std::int64_t>(batch) * out.height * out.width;
    return slicesFor(all, independent,
                     std::min(2 * units, std::max<std::int64_t>(all / 64 * independent, 1)),
                     kLongestSum);
}

ProgramSource ConvolutionProducts::source(const Use& use) const {
    const network::Shape in = layer_.input, out = layer_.output;
    ProgramSource source;
    source.name = fmt::format("convolution {} ({} x {} x {} to {}, stride {}{})", use.name,
                              in.channels, in.height, in.width, out.channels, layer_.stride,
                              use.transposed ? ", transposed" : "");
    source.options = fmt::format(
        "{} -D IN_CHANNELS={} -D IN_H={} -D IN_W={} -D OUT_CHANNELS={} -D OUT_H={} -D OUT_W={} "
        "-D STRIDE={} -D PAD_TOP={} -D PAD_LEFT={} -D OUT_HALO={} -D PRELU={} -D ACTIVE_HALO={} "
        "-D DX_HALO={} -D TRANSPOSED={}",
        shape_.options(), in.channels, in.height, in.width, out.channels, out.height, out.width,
        layer_.stride, layer_.paddingTop(), layer_.paddingLeft(), use.outputHalo, use.prelu ? 1 : 0,
        use.activatedHalo, use.inputHalo, use.transposed ? 1 : 0);
    if (vector()) {
        const VectorTiles& t = tiles_.vector;
        source.families = winograd_ ? "convolution winograd convolution_winograd "
                                      "convolution_vector_weights convolution_kernels"
                                    : "convolution convolution_vector convolution_vector_weights "
                                      "convolution_kernels";
        source.options += fmt::format(
            " -D TILE_ROWS={} -D TILE_COLUMNS={} -D TILE_BLOCKS={} -D BACK_COLUMNS={} "
            "-D BACK_BLOCKS={} -D WEIGHT_CHANNELS={} -D WEIGHT_BLOCKS={}",
            t.rows, t.columns, t.blocks, t.backColumns, t.backBlocks, t.weightChannels,
            t.weightBlocks);
    } else {
        const TiledTiles& t = tiles_.tiled;
        source.families = fmt::format(
            "convolution convolution_tile_sizes {} convolution_tiled "
            "convolution_kernels",
            hardware_.arithmetic == Arithmetic::fp32 ? "convolution_items"
                                                     : "fragments convolution_fragments");
        source.options += fmt::format(
            " -D TILE_M={} -D TILE_N={} -D ITEM_M={} -D ITEM_N={} -D SPLIT={} -D WEIGHT_N={} "
            "-D WEIGHT_ITEM_N={}",
            t.m, t.n, t.itemM, t.itemN, t.split, t.weightN, t.weightItemN);
        if (hardware_.arithmetic != Arithmetic::fp32)
            source.options += ' ' + fragmentOptions(hardware_.arithmetic);
    }
    return source;
}

std::size_t ConvolutionProducts::groupItems() const {
    return vector() ? 1 : static_cast<std::size_t>(tiles_.tiled.items());
}

std::size_t ConvolutionProducts::outputItems(int images) const {
    const network::Shape out = layer_.output;
    std::int64_t groups = 0;
    if (winograd_) {
        groups = (winogradTiles(images) + kWinogradGroup - 1) / kWinogradGroup;
    } else if (vector()) {
        const VectorTiles& t = tiles_.vector;
        groups = static_cast<std::int64_t>(ceilDivide(out.width, t.columns)) *
                 ceilDivide(out.height, t.rows) * images * (blocksOf(out.channels) / t.blocks);
    } else {
        const TiledTiles& t = tiles_.tiled;
        groups = (static_cast<std::int64_t>(images) * out.height * out.width + t.m - 1) / t.m *
                 ceilDivide(blocksOf(out.channels) * kBlock, t.n);
    }
    return static_cast<std::size_t>(groups) * groupItems();
}

std::size_t ConvolutionProducts::kernelItems() const {
    const network::Shape in = layer_.input;
    const int inBlocks = blocksOf(in.channels), outBlocks = blocksOf(layer_.output.channels);
    std::int64_t groups = 0;
    if (vector()) {
        const VectorTiles& t = tiles_.vector;
        groups = static_cast<std::int64_t>(outBlocks) / t.weightBlocks *
                 ((inBlocks - 1) * (kBlock / t.weightChannels) +
                  ceilDivide(in.channels - (inBlocks - 1) * kBlock, t.weightChannels)) *
                 3 * kernelSlices_;
    } else {
        groups = static_cast<std::int64_t>(inBlocks) * 3 *
                 ceilDivide(outBlocks * kBlock, tiles_.tiled.weightN) * kernelSlices_;
    }
    return static_cast<std::size_t>(groups) * groupItems();
}

std::size_t ConvolutionProducts::inputItems(int images) const {
    const network::Shape in = layer_.input;
    const int inBlocks = blocksOf(in.channels), stride = layer_.stride;
    const int rows = ceilDivide(in.height, stride), columns = ceilDivide(in.width, stride);
    std::int64_t groups = 0;
    if (winograd_) {
        groups = (winogradTiles(images) + kWinogradGroup - 1) / kWinogradGroup;
    } else if (vector()) {
        const VectorTiles& t = tiles_.vector;
        groups = static_cast<std::int64_t>(ceilDivide(columns, t.backColumns)) * in.height *
                 images * (inBlocks / t.backBlocks);
    } else {
        const TiledTiles& t = tiles_.tiled;
        groups = (static_cast<std::int64_t>(images) * rows * columns + t.m - 1) / t.m * stride *
                 stride * ceilDivide(inBlocks * kBlock, t.n);
    }
    return static_cast<std::size_t>(groups) * groupItems();
}

}  // namespace shearbench::device::opencl
