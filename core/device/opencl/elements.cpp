// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/elements.h"

namespace shearbench::device::opencl {

Sigmoid::Sigmoid(Planning& planning, const network::Layer& layer, const Wiring& wiring)
    : planning_(planning), shape_(layer.input), wiring_(wiring) {}

void Sigmoid::build(Context& context) {
    const Arena& arena = planning_.arena;
    const ProgramSource source = planning_.shape.program();
    const Buffer& x = arena[wiring_.x.buffer];
    const int blocks = blocksOf(shape_.channels), batch = planning_.batch;
    forward_ = Kernel(context, source, "sigmoid_forward");
    forward_.bind(x, arena[wiring_.y.buffer], shape_.channels, shape_.height, shape_.width, blocks,
                  wiring_.x.map.halo, wiring_.y.map.halo, batch);
    backward_ = Kernel(context, source, "sigmoid_backward");
    backward_.bind(x, arena[wiring_.dy.buffer], arena[wiring_.dx.buffer], shape_.height,
                   shape_.width, blocks, wiring_.x.map.halo, wiring_.dy.map.halo,
                   wiring_.dx.map.halo, batch);
    const double map = bytesOf(wiring_.x, batch);
    forward_.setWork({0, 2 * map});
    backward_.setWork({0, 3 * map});
}

Range Sigmoid::range(int images) const {
    return planning_.shape.striding(Map{shape_, 0}.floats() * static_cast<std::size_t>(images) /
                                    static_cast<std::size_t>(planning_.shape.lanes));
}

void Sigmoid::forward(Queue& queue, int images, Mode) {
    forward_.set(8, images);
    queue.launch(forward_, range(images));
}

void Sigmoid::backward(Queue& queue) {
    if (wiring_.wantsInputGradient)
        queue.launch(backward_, range(planning_.batch));
}

Reshape::Reshape(Planning& planning, const Wiring& wiring) : planning_(planning), wiring_(wiring) {}

void Reshape::build(Context& context) {
    const Arena& arena = planning_.arena;
    const auto make = [&](const Place& from, const Place& to) {
        const network::Shape in = from.map.shape, out = to.map.shape;
        Kernel kernel(context, planning_.shape.program(), "reshape_map");
        kernel.bind(arena[from.buffer], arena[to.buffer], in.height, in.width, from.map.blocks(),
                    from.map.halo, out.channels, out.height, out.width, to.map.blocks(),
                    to.map.halo, planning_.batch);
        kernel.setWork({0, 2 * bytesOf(from, planning_.batch)});
        return kernel;
    };
    forward_ = make(wiring_.x, wiring_.y);
    if (wiring_.wantsInputGradient)
        backward_ = make(wiring_.dy, wiring_.dx);
}

void Reshape::forward(Queue& queue, int images, Mode) {
    forward_.set(11, images);
    queue.launch(forward_, planning_.shape.striding(
                               static_cast<std::size_t>(wiring_.y.map.blocks()) *
                               static_cast<std::size_t>(wiring_.y.map.pixels() * images)));
}

void Reshape::backward(Queue& queue) {
    if (wiring_.wantsInputGradient)
        queue.launch(backward_,
                     planning_.shape.striding(
                         static_cast<std::size_t>(wiring_.dx.map.blocks()) *
                         static_cast<std::size_t>(wiring_.dx.map.pixels() * planning_.batch)));
}

}  // namespace shearbench::device::opencl
