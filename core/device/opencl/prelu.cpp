// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/prelu.h"

#include <algorithm>

namespace shearbench::device::opencl {

Prelu::Prelu(Planning& planning, const network::Layer& layer, const Wiring& wiring)
    : planning_(planning),
      shape_(layer.input),
      wiring_(wiring),
      slope_(planning.parameters.add(layer, "slope", perElement({layer.input, 0}))),
      chunkPixels_(std::max(shape_.width, planning.shape.pixelsAtOnce())) {}

void Prelu::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer& values = arena[parameters.values()];
    const int blocks = blocksOf(shape_.channels), slope = parameters.at(slope_);
    const ProgramSource source = planning_.shape.program();
    forward_ = Kernel(context, source, "prelu_forward");
    forward_.bind(arena[wiring_.x.buffer], values, slope, arena[wiring_.y.buffer], shape_.height,
                  shape_.width, blocks, wiring_.x.map.halo, wiring_.y.map.halo, planning_.batch);
    backward_ = Kernel(context, source, "prelu_backward");
    constexpr int kNoSums = -1, kNoGradient = -1;
    backward_.bind(arena[wiring_.x.buffer], values, slope, arena[wiring_.dy.buffer],
                   arena[wiring_.dx.buffer], arena[parameters.gradients()],
                   arena[parameters.slices()], kNoSums, chunkPixels_, shape_.height, shape_.width,
                   blocks, wiring_.x.map.halo, wiring_.dy.map.halo,
                   wiring_.wantsInputGradient ? wiring_.dx.map.halo : kNoGradient, planning_.batch);
    const double map = bytesOf(wiring_.x, planning_.batch), slopes = map / planning_.batch;
    forward_.setWork({0, 2 * map + slopes});
    backward_.setWork({0, (wiring_.wantsInputGradient ? 3 : 2) * map + 2 * slopes});
}

void Prelu::forward(Queue& queue, int images, Mode) {
    forward_.set(9, images);
    queue.launch(forward_,
                 planning_.shape.striding(Map{shape_, 0}.floats() /
                                          static_cast<std::size_t>(planning_.shape.lanes)));
}

void Prelu::backward(Queue& queue) {
    const int pixels = shape_.height * shape_.width;
    queue.launch(backward_, planning_.shape.groups((pixels + chunkPixels_ - 1) / chunkPixels_,
                                                   blocksOf(shape_.channels)));
}

}  // namespace shearbench::device::opencl
