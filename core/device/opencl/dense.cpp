// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/dense.h"

namespace shearbench::device::opencl {

DenseProducts::DenseProducts(Planning& planning, int outputs, const Wiring& wiring)
    : planning_(planning),
      wiring_(wiring),
      features_(static_cast<int>(Map{wiring.x.map.shape, 0}.floats())),
      outputs_(outputs) {}

void DenseProducts::build(Context& context, int kernel, int bias, int kernelGradient,
                          int biasGradient) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer &x = arena[wiring_.x.buffer], &dy = arena[wiring_.dy.buffer];
    const Buffer& values = arena[parameters.values()];
    const int outputBlocks = blocksOf(outputs_);
    const Map in = wiring_.dx.map;
    const ProgramSource source = planning_.shape.program();
    forward_ = Kernel(context, source, "dense_forward");
    forward_.bind(x, values, kernel, bias, arena[wiring_.y.buffer], features_, outputBlocks,
                  wiring_.y.map.halo);
    backward_ = Kernel(context, source, "dense_backward");
    backward_.bind(x, dy, values, kernel, arena[parameters.gradients()], kernelGradient,
                   biasGradient, arena[wiring_.dx.buffer], features_, outputs_, outputBlocks,
                   in.shape.height, in.shape.width, in.blocks(), in.halo, planning_.batch,
                   wiring_.wantsInputGradient ? 1 : 0);
    const double inBytes = bytesOf(wiring_.x, planning_.batch);
    const double outBytes = bytesOf(wiring_.y, planning_.batch);
    const double weights = inBytes / planning_.batch * outputs_;
    const double operations = weights / sizeof(float) * 2 * planning_.batch;
    const int both = wiring_.wantsInputGradient ? 2 : 1;
    forward_.setWork({operations, inBytes + outBytes + weights});
    backward_.setWork({both * operations, both * inBytes + outBytes + (both + 1) * weights});
}

void DenseProducts::forward(Queue& queue, int images) {
    queue.launch(forward_, planning_.shape.groups(outputs_, images));
}

void DenseProducts::backward(Queue& queue) {
    const auto vectors = static_cast<std::size_t>(features_ / planning_.shape.lanes);
    const int rows = outputs_ + (wiring_.wantsInputGradient ? planning_.batch : 0);
    queue.launch(backward_, planning_.shape.striding(vectors * static_cast<std::size_t>(rows)));
}

Dense::Dense(Planning& planning, const network::Layer& layer, const Wiring& wiring)
    : planning_(planning),
      kernel_(planning.parameters.addKernel(layer, denseKernel(layer))),
      bias_(planning.parameters.add(layer, "bias", perChannel({layer.output, 0}))),
      products_(planning, layer.output.channels, wiring) {}

void Dense::build(Context& context) {
    const Parameters& parameters = planning_.parameters;
    products_.build(context, parameters.usedAt(kernel_), parameters.at(bias_),
                    parameters.at(kernel_), parameters.at(bias_));
}

void Dense::forward(Queue& queue, int images, Mode) {
    products_.forward(queue, images);
}

void Dense::backward(Queue& queue) {
    products_.backward(queue);
}

}  // namespace shearbench::device::opencl
