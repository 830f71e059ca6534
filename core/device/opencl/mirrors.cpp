// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/mirrors.h"

namespace shearbench::device::opencl {

Mirrors::Mirrors(Planning& planning, const std::vector<Convolution*>& convolutions)
    : planning_(planning) {
    if (planning.hardware.kernels != KernelKind::vector || convolutions.empty())
        return;
    mirrors_ = planning.arena.request("mirrored kernels", MemoryUse::parameters, 0);
    for (Convolution* convolution : convolutions) {
        const std::size_t floats = convolution->kernelFloats();
        const std::size_t at = planning.arena.extend(mirrors_, floats);
        convolution->useMirror(mirrors_, at);
        for (std::size_t tile = 0; tile < floats; tile += kTile)
            tiles_.emplace_back(convolution->kernelAt() + static_cast<cl_int>(tile),
                                static_cast<cl_int>(at + tile));
        readForward_ = readForward_ || convolution->mirrorsForward();
    }
    tileTable_ = planning.arena.request("table of tiles", MemoryUse::workspace, 2 * tiles_.size());
}

void Mirrors::build(Context& context, Queue& queue) {
    if (tiles_.empty())
        return;
    const Arena& arena = planning_.arena;
    EventHandle written =
        queue.write(arena[tileTable_], tiles_.data(), tiles_.size() * sizeof(tiles_[0]));
    queue.wait(written);
    const ProgramSource source{"mirrored kernels", "mirrors", planning_.shape.options()};
    mirror_ = Kernel(context, source, "mirror_kernels");
    mirror_.bind(arena[tileTable_], static_cast<int>(tiles_.size()),
                 arena[planning_.parameters.values()], arena[mirrors_]);
    mirror_.setWork({0, 2.0 * sizeof(float) * kTile * static_cast<double>(tiles_.size())});
}

void Mirrors::make(Queue& queue) {
    if (!tiles_.empty())
        queue.launch(mirror_, planning_.shape.striding(tiles_.size()));
}

}  // namespace shearbench::device::opencl
