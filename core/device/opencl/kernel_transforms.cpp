// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/kernel_transforms.h"

namespace shearbench::device::opencl {

namespace {

constexpr int kPoints = 36;

/// Vectors from one point of a transformed kernel to the next, for a map of so many blocks.
int pointOf(int blocks) {
    return 2 * blocks * kBlock + 1;
}

/// Floats of a kernel from a map of `from` blocks to one of `to`.
std::size_t floatsOf(int from, int to) {
    return static_cast<std::size_t>(to / 2 * kPoints) *
           static_cast<std::size_t>(pointOf(from) * kBlock);
}

}  // namespace

KernelTransforms::KernelTransforms(Planning& planning,
                                   const std::vector<Convolution*>& convolutions)
    : planning_(planning) {
    for (Convolution* convolution : convolutions) {
        if (!convolution->products().winograd())
            continue;
        Arena& arena = planning.arena;
        if (!any())
            transforms_ = arena.request("transformed kernels", MemoryUse::workspace, 0);
        const network::Layer& layer = convolution->products().layer();
        const int in = blocksOf(layer.input.channels), out = blocksOf(layer.output.channels);
        const std::size_t at = arena.extend(transforms_, floatsOf(in, out));
        const std::size_t mirroredAt = arena.extend(transforms_, floatsOf(out, in));
        convolution->useTransforms(transforms_, at, mirroredAt);
        mirrors_ = convolution->mirrors();
        add(*convolution, at, mirroredAt);
    }
    if (any())
        tileTable_ = planning.arena.request("table of transformed tiles", MemoryUse::workspace,
                                            tiles_.size() * sizeof(Tile) / sizeof(cl_int));
}

void KernelTransforms::add(const Convolution& convolution, std::size_t at, std::size_t mirroredAt) {
    const network::Layer& layer = convolution.products().layer();
    const int inBlocks = blocksOf(layer.input.channels);
    const int outBlocks = blocksOf(layer.output.channels);
    const auto vectors = [](std::size_t floats) { return static_cast<int>(floats / kBlock); };
    const auto kernel = vectors(static_cast<std::size_t>(convolution.kernelAt()));
    const int mirror = vectors(convolution.mirrorAt());
    for (int out = 0; out < outBlocks; ++out)
        for (int in = 0; in < inBlocks; ++in) {
            const int tile = (out * inBlocks + in) * kTaps * kBlock;
            const int there = pointOf(inBlocks), back = pointOf(outBlocks);
            tiles_.push_back({kernel + tile,
                              vectors(at) + out / 2 * kPoints * there + 2 * kBlock * in + out % 2,
                              there, 0});
            tiles_.push_back(
                {mirror + tile,
                 vectors(mirroredAt) + in / 2 * kPoints * back + 2 * kBlock * out + in % 2, back,
                 1});
        }
}

void KernelTransforms::build(Context& context, Queue& queue) {
    if (!any())
        return;
    const Arena& arena = planning_.arena;
    EventHandle written =
        queue.write(arena[tileTable_], tiles_.data(), tiles_.size() * sizeof(Tile));
    queue.wait(written);
    const ProgramSource source{"transforms of kernels", "winograd winograd_kernels",
                               planning_.shape.options()};
    transform_ = Kernel(context, source, "transform_kernels");
    transform_.bind(arena[tileTable_], static_cast<int>(tiles_.size()),
                    arena[planning_.parameters.values()], arena[mirrors_], arena[transforms_]);
    transform_.setWork({0, static_cast<double>(sizeof(float) * kTile * (kTaps + kPoints)) *
                               static_cast<double>(tiles_.size())});
}

void KernelTransforms::make(Queue& queue) {
    if (any())
        queue.launch(transform_, planning_.shape.striding(tiles_.size()));
}

}  // namespace shearbench::device::opencl
