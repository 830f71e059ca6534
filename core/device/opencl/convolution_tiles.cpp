// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/convolution_tiles.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "core/device/opencl/map.h"

namespace shearbench::device::opencl {

namespace {

using network::Layer;

/// Sums of 16 channels that an item of the vector kernels may hold: beyond, compilers keep them in
/// memory.
constexpr int kMostSums = 32;

constexpr TiledTiles kTiled[] = {
    {64, 32, 8, 4, 1, 32, 4},  {64, 64, 8, 8, 1, 32, 4}, {32, 32, 4, 4, 1, 32, 4},
    {64, 32, 8, 4, 2, 32, 4},  {32, 32, 4, 4, 2, 32, 4}, {64, 64, 8, 4, 1, 64, 8},
    {128, 32, 8, 4, 1, 32, 4}, {64, 32, 4, 4, 1, 32, 4}, {32, 32, 4, 4, 4, 32, 2},
    {32, 16, 4, 2, 4, 32, 2},  {16, 32, 4, 2, 4, 32, 2}, {32, 16, 4, 2, 1, 32, 4},
};

/// Where warps multiply fragments: whole fragments to a warp, whole warps to a tile.
constexpr TiledTiles kFragmentTiles[] = {
    {64, 32, 4, 4, 1, 32, 2}, {64, 64, 4, 8, 1, 32, 2},  {32, 32, 4, 4, 1, 32, 4},
    {64, 32, 4, 4, 2, 64, 2}, {32, 32, 4, 4, 2, 32, 2},  {128, 64, 8, 8, 1, 32, 2},
    {32, 32, 4, 4, 4, 64, 2}, {128, 32, 4, 4, 1, 64, 2}, {32, 16, 2, 4, 2, 32, 2},
    {32, 16, 2, 4, 4, 64, 2}, {16, 32, 2, 4, 2, 32, 2},  {16, 16, 2, 4, 4, 32, 2},
};

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

VectorTiles vectorTilesOf(const Layer& layer) {
    constexpr int kSums = 24, kPixels = 12;
    const int inBlocks = blocksOf(layer.input.channels),
              outBlocks = blocksOf(layer.output.channels);
    VectorTiles tiles;
    tiles.blocks = outBlocks % 2 == 0 ? 2 : 1;
    tiles.columns = tileWidth(layer.output.width, kPixels);
    tiles.rows = std::clamp(kPixels / tiles.columns, 1, std::min(layer.output.height, 4));
    tiles.rows = tileWidth(layer.output.height, tiles.rows);
    tiles.backBlocks = inBlocks % 2 == 0 && layer.stride <= 2 ? 2 : 1;
    tiles.backColumns = tileWidth(ceilDivide(layer.input.width, layer.stride),
                                  kSums / tiles.backBlocks / layer.stride);
    tiles.weightBlocks = outBlocks % 2 == 0 ? 2 : 1;
    tiles.weightChannels = tiles.weightBlocks == 2 ? 4 : 8;
    return tiles;
}

TiledTiles tiledTilesOf(const Layer& layer, const Hardware& hardware, int batch) {
    const std::int64_t pixels =
        static_cast<std::int64_t>(batch) * layer.output.height * layer.output.width;
    const auto groupsOf = [&](int m, int n) {
        return (pixels + m - 1) / m * ceilDivide(blocksOf(layer.output.channels) * kBlock, n);
    };
    const std::int64_t enough = 2 * hardware.info.computeUnits;
    const bool narrow = layer.output.channels <= kBlock;
    if (hardware.arithmetic != Arithmetic::fp32) {
        if (!narrow && groupsOf(64, 32) >= enough)
            return {64, 32, 4, 4, 1, 32, 2};
        if (!narrow && groupsOf(32, 32) >= enough)
            return {32, 32, 4, 4, 2, 32, 2};
        return {32, 16, 2, 4, 2, 32, 2};
    }
    if (!narrow && groupsOf(64, 32) >= enough)
        return {64, 32, 8, 4, 1, 32, 4};
    if (!narrow && groupsOf(32, 32) >= enough)
        return {32, 32, 4, 4, 1, 32, 4};
    if (hardware.largestGroup >= 256)
        return {32, 16, 4, 2, 4, 32, 2};
    return {32, 16, 4, 2, 1, 32, 4};
}

bool within(int value, int most) {
    return value >= 1 && value <= most;
}

bool possible(const VectorTiles& t, const Layer& layer) {
    const int inBlocks = blocksOf(layer.input.channels),
              outBlocks = blocksOf(layer.output.channels);
    return within(t.rows, layer.output.height) && within(t.columns, layer.output.width) &&
           within(t.blocks, outBlocks) && outBlocks % t.blocks == 0 &&
           within(t.backColumns, ceilDivide(layer.input.width, layer.stride)) &&
           within(t.backBlocks, inBlocks) && inBlocks % t.backBlocks == 0 &&
           within(t.weightChannels, kBlock) && kBlock % t.weightChannels == 0 &&
           within(t.weightBlocks, outBlocks) && outBlocks % t.weightBlocks == 0 &&
           static_cast<std::int64_t>(t.rows) * t.columns * t.blocks <= kMostSums &&
           static_cast<std::int64_t>(t.backColumns) * t.backBlocks * layer.stride <= kMostSums &&
           3 * t.weightChannels * t.weightBlocks <= kMostSums;
}

/// Of warps that multiply fragments of 16 x 8 sums: whether a warp's part of a tile, itemM x itemN
/// sums an item, is made of whole ones and the tile of such parts.
bool dividesIntoFragments(int m, int n, int itemM, int itemN) {
    return itemM % 2 == 0 && itemN % 2 == 0 && m % (8 * itemM) == 0 && n % (4 * itemN) == 0;
}

/// Floats of local memory, as kernels/convolution_tiled.cl counts them.
int localFloats(const TiledTiles& t, Arithmetic arithmetic, int weightRows) {
    const bool fragments = arithmetic != Arithmetic::fp32;
    const int product = fragments
                            ? t.m * (kBlock + 4) + std::max(kBlock * (t.n + 8), t.n * (kBlock + 4))
                            : kBlock * (t.m + 1 + t.n + 1);
    const int between = fragments ? 8 : 1;
    const int exchange = arithmetic == Arithmetic::tf32Emulated ? 6 * t.items() : 0;
    return exchange + std::max({t.split * product, t.split > 1 ? t.split * t.m * t.n : 0,
                                kBlock * (weightRows + between + t.weightN + between)});
}

bool possible(const TiledTiles& t, const Hardware& hardware) {
    constexpr int kMost = 256, kWeightRows = 3 * kBlock;
    for (const int side : {t.m, t.n, t.itemM, t.itemN, t.split, t.weightN, t.weightItemN})
        if (!within(side, kMost))
            return false;
    if (t.m % t.itemM != 0 || t.n % t.itemN != 0 || t.weightN % t.weightItemN != 0)
        return false;
    const int items = t.items(), weightColumns = t.weightN / t.weightItemN;
    if (items < kBlock || static_cast<std::size_t>(items) > hardware.largestGroup ||
        items % weightColumns != 0 || kWeightRows % (items / weightColumns) != 0 ||
        t.itemM * t.itemN > 64)
        return false;
    if (hardware.arithmetic != Arithmetic::fp32 &&
        (!dividesIntoFragments(t.m, t.n, t.itemM, t.itemN) ||
         !dividesIntoFragments(kWeightRows, t.weightN, kWeightRows / (items / weightColumns),
                               t.weightItemN)))
        return false;
    const auto floats =
        static_cast<std::uint64_t>(localFloats(t, hardware.arithmetic, kWeightRows));
    return floats * sizeof(float) <= hardware.localMemory;
}

/// Pixels side by side that are worth trying, so many at most.
std::vector<int> widths(int extent, std::initializer_list<int> mosts) {
    std::vector<int> found;
    for (const int most : mosts)
        if (const int width = tileWidth(extent, most);
            std::find(found.begin(), found.end(), width) == found.end())
            found.push_back(width);
    return found;
}

/// Nearest first to the number of sums that suits 32 registers of 16 numbers, then to that of 16.
void sortByPromise(std::vector<ConvolutionTiles>& list, int (*sums)(const VectorTiles&)) {
    const auto distance = [&](const ConvolutionTiles& tiles) {
        const int count = sums(tiles.vector);
        return std::min(std::abs(count - 26), 1 + std::abs(count - 12));
    };
    std::stable_sort(list.begin(), list.end(),
                     [&](const ConvolutionTiles& a, const ConvolutionTiles& b) {
                         return distance(a) < distance(b);
                     });
}

}  // namespace

ConvolutionTiles defaultTiles(const Layer& layer, const Hardware& hardware, int batch) {
    return {vectorTilesOf(layer), tiledTilesOf(layer, hardware, batch)};
}

bool possible(const ConvolutionTiles& tiles, const Layer& layer, const Hardware& hardware) {
    return hardware.kernels == KernelKind::vector ? possible(tiles.vector, layer)
                                                  : possible(tiles.tiled, hardware);
}

std::vector<ConvolutionTiles> variants(const ConvolutionTiles& tiles, TilePart part,
                                       const Layer& layer, const Hardware& hardware) {
    constexpr std::size_t kMostVariants = 8;
    std::vector<ConvolutionTiles> list;
    const auto add = [&](const ConvolutionTiles& candidate) {
        if (candidate != tiles && possible(candidate, layer, hardware))
            list.push_back(candidate);
    };
    ConvolutionTiles next = tiles;
    VectorTiles& v = next.vector;
    switch (part) {
        case TilePart::output:
            for (v.blocks = 1; v.blocks <= 4; v.blocks *= 2)
                for (v.rows = 1; v.rows <= 2; ++v.rows)
                    for (const int columns : widths(layer.output.width, {28, 14, 12, 8, 6, 4})) {
                        v.columns = columns;
                        add(next);
                    }
            sortByPromise(list, [](const VectorTiles& t) { return t.rows * t.columns * t.blocks; });
            break;
        case TilePart::input:
            for (v.backBlocks = 1; v.backBlocks <= 4; v.backBlocks *= 2)
                for (const int columns : widths(ceilDivide(layer.input.width, layer.stride),
                                                {28, 14, 12, 8, 6, 4, 3})) {
                    v.backColumns = columns;
                    add(next);
                }
            sortByPromise(list, [](const VectorTiles& t) { return t.backColumns * t.backBlocks; });
            break;
        case TilePart::kernel:
            for (v.weightBlocks = 1; v.weightBlocks <= 4; v.weightBlocks *= 2)
                for (v.weightChannels = 1; v.weightChannels <= 8; v.weightChannels *= 2)
                    add(next);
            sortByPromise(
                list, [](const VectorTiles& t) { return 3 * t.weightChannels * t.weightBlocks; });
            break;
        case TilePart::method:
            v.winograd = !v.winograd;
            add(next);
            break;
        case TilePart::all:
            for (const TiledTiles& tiled : hardware.arithmetic == Arithmetic::fp32
                                               ? std::span<const TiledTiles>(kTiled)
                                               : kFragmentTiles) {
                next.tiled = tiled;
                add(next);
            }
            return list;
    }
    list.resize(std::min(list.size(), kMostVariants));
    return list;
}

ConvolutionTiles merged(ConvolutionTiles tiles, const ConvolutionTiles& from, TilePart part) {
    VectorTiles& to = tiles.vector;
    const VectorTiles& v = from.vector;
    switch (part) {
        case TilePart::output:
            to.rows = v.rows;
            to.columns = v.columns;
            to.blocks = v.blocks;
            return tiles;
        case TilePart::input:
            to.backColumns = v.backColumns;
            to.backBlocks = v.backBlocks;
            return tiles;
        case TilePart::kernel:
            to.weightChannels = v.weightChannels;
            to.weightBlocks = v.weightBlocks;
            return tiles;
        case TilePart::method:
            to.winograd = v.winograd;
            return tiles;
        case TilePart::all:
            break;
    }
    return from;
}

std::string toText(const ConvolutionTiles& tiles, KernelKind kind) {
    const VectorTiles& v = tiles.vector;
    const TiledTiles& t = tiles.tiled;
    return kind == KernelKind::vector
               ? fmt::format("{} {} {} {} {} {} {} {}", v.winograd ? "vector" : "direct", v.rows,
                             v.columns, v.blocks, v.backColumns, v.backBlocks, v.weightChannels,
                             v.weightBlocks)
               : fmt::format("tiled {} {} {} {} {} {} {}", t.m, t.n, t.itemM, t.itemN, t.split,
                             t.weightN, t.weightItemN);
}

}  // namespace shearbench::device::opencl
