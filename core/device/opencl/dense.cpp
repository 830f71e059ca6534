// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/dense.h"

namespace shearbench::device::opencl {

Dense::Dense(Planning& planning, const network::Layer& layer, const Wiring& wiring)
    : planning_(planning),
      wiring_(wiring),
      features_(static_cast<int>(Map{layer.input, 0}.floats())),
      outputs_(layer.output.channels),
      kernel_(planning.parameters.add(layer, "kernel", denseKernel(layer))),
      bias_(planning.parameters.add(layer, "bias", perChannel({layer.output, 0}))) {}

void Dense::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer &x = arena[wiring_.x.buffer], &dy = arena[wiring_.dy.buffer];
    const Buffer& values = arena[parameters.values()];
    const int kernel = parameters.at(kernel_), bias = parameters.at(bias_);
    const int outputBlocks = blocksOf(outputs_);
    const Map in = wiring_.dx.map;
    const ProgramSource source = planning_.shape.program();
    forward_ = Kernel(context, source, "dense_forward");
    forward_.bind(x, values, kernel, bias, arena[wiring_.y.buffer], features_, outputBlocks,
                  wiring_.y.map.halo);
    weights_ = Kernel(context, source, "dense_weight_gradient");
    weights_.bind(x, dy, arena[parameters.gradients()], kernel, bias, features_, outputs_,
                  outputBlocks, planning_.batch);
    inputs_ = Kernel(context, source, "dense_input_gradient");
    inputs_.bind(dy, values, kernel, arena[wiring_.dx.buffer], features_, outputs_, outputBlocks,
                 in.shape.height, in.shape.width, in.blocks(), in.halo, planning_.batch);
}

void Dense::forward(Queue& queue, int images, Mode) {
    queue.launch(forward_, planning_.shape.groups(outputs_, images));
}

void Dense::backward(Queue& queue) {
    const auto vectors = static_cast<std::size_t>(features_ / planning_.shape.lanes);
    queue.launch(weights_, planning_.shape.striding(vectors * static_cast<std::size_t>(outputs_)));
    if (wiring_.wantsInputGradient)
        queue.launch(inputs_,
                     planning_.shape.striding(vectors * static_cast<std::size_t>(planning_.batch)));
}

}  // namespace shearbench::device::opencl
