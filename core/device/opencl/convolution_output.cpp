// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/convolution_output.h"

namespace shearbench::device::opencl {

ConvolutionOutput::ConvolutionOutput(Planning& planning, const network::Layer& layer,
                                     const network::Layer* prelu, const Wiring& wiring)
    : planning_(planning),
      shape_(layer.output),
      prelu_(prelu != nullptr),
      wiring_(wiring),
      z_(wiring.y),
      dz_(wiring.dy) {
    Parameters& parameters = planning.parameters;
    Arena& arena = planning.arena;
    bias_ = parameters.add(layer, "bias", perChannel({shape_, 0}));
    const auto batch = static_cast<std::size_t>(planning.batch);
    if (prelu) {
        slope_ = parameters.add(*prelu, "slope", perElement({shape_, 0}));
        z_.map = {shape_, 0};
        z_.buffer = arena.request(layer.name + " output", MemoryUse::activations,
                                  saturatingProduct({z_.map.floats(), batch}));
        dz_.map = {shape_, 1};
        dz_.buffer = arena.request(layer.name + " output gradient", MemoryUse::activations,
                                   saturatingProduct({dz_.map.floats(), batch}));
    }
    const int pixels = shape_.height * shape_.width;
    const auto ceilDivide = [](int a, int b) { return (a + b - 1) / b; };
    chunkPixels_ = shape_.width;
    if (planning.hardware.kernels == KernelKind::tiled) {
        constexpr int kMostChunks = 64;
        const int atOnce = planning.shape.pixelsAtOnce();
        chunkPixels_ = ceilDivide(ceilDivide(pixels, kMostChunks), atOnce) * atOnce;
    }
    chunks_ = ceilDivide(pixels, chunkPixels_);
    biasGradient_ = parameters.sliceGradient(bias_, chunks_);
}

void ConvolutionOutput::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer& slices = arena[parameters.slices()];
    const int blocks = blocksOf(shape_.channels), batch = planning_.batch;
    const int sumsAt = static_cast<int>(biasGradient_.at);
    const ProgramSource source = planning_.shape.program();
    if (prelu_) {
        backward_ = Kernel(context, source, "prelu_backward");
        backward_.bind(arena[z_.buffer], arena[parameters.values()], slope(),
                       arena[wiring_.dy.buffer], arena[dz_.buffer], arena[parameters.gradients()],
                       slices, sumsAt, chunkPixels_, shape_.height, shape_.width, blocks,
                       z_.map.halo, wiring_.dy.map.halo, dz_.map.halo, batch);
    } else {
        backward_ = Kernel(context, source, "channel_sums");
        backward_.bind(arena[dz_.buffer], slices, sumsAt, chunkPixels_, shape_.height, shape_.width,
                       blocks, dz_.map.halo, batch);
    }
    const double map = bytesOf(wiring_.y, batch);
    backward_.setWork({0, prelu_ ? 3 * map + 2 * map / batch : map});
}

void ConvolutionOutput::backward(Queue& queue) {
    queue.launch(backward_, planning_.shape.groups(chunks_, blocksOf(shape_.channels)));
}

}  // namespace shearbench::device::opencl
