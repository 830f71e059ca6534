// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/convolution.h"

namespace shearbench::device::opencl {

namespace {

network::Layer convolutionOf(const network::Layer& layer) {
    return layer.kind == network::LayerKind::transposedConvolution ? layer.adjoint() : layer;
}

}  // namespace

Convolution::Convolution(Planning& planning, const network::Layer& layer,
                         const network::Layer* prelu, const Wiring& wiring)
    : planning_(planning),
      layer_(convolutionOf(layer)),
      transposed_(layer.kind == network::LayerKind::transposedConvolution),
      wiring_(wiring),
      kernel_(planning.parameters.addKernel(layer, convolutionKernel(layer_))),
      output_(planning, layer, prelu, wiring),
      products_(planning, layer_) {
    if (products_.kernelSlices() > 1)
        kernelGradient_ = planning.parameters.sliceGradient(kernel_, products_.kernelSlices());
}

std::size_t Convolution::kernelFloats() const {
    return convolutionKernel(layer_).floats;
}

void Convolution::useMirror(Arena::Index buffer, std::size_t at) {
    mirrors_ = buffer;
    mirrorAt_ = at;
}

void Convolution::useTransforms(Arena::Index buffer, std::size_t at, std::size_t mirroredAt) {
    transforms_ = buffer;
    transformAt_ = at;
    mirroredTransformAt_ = mirroredAt;
}

/// What the output is computed with, or the gradient by the input.
Convolution::KernelPlace Convolution::kernelFor(bool output) const {
    const Arena& arena = planning_.arena;
    if (products_.winograd())
        return {arena[transforms_], static_cast<int>(output ? transformAt_ : mirroredTransformAt_)};
    if (output || planning_.hardware.kernels == KernelKind::tiled)
        return {arena[planning_.parameters.values()], kernelAt()};
    return {arena[mirrors_], static_cast<int>(mirrorAt_)};
}

void Convolution::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer& values = arena[parameters.values()];
    const Buffer &x = arena[wiring_.x.buffer], &dx = arena[wiring_.dx.buffer];
    const Buffer &z = arena[output_.z().buffer], &dz = arena[output_.dz().buffer];
    const bool sliced = kernelGradient_.count > 0;
    const Buffer& weightOut = arena[sliced ? parameters.slices() : parameters.gradients()];
    const int weightAt = sliced ? static_cast<int>(kernelGradient_.at) : parameters.at(kernel_);
    const int slices = products_.kernelSlices(), stride = static_cast<int>(kernelGradient_.stride);
    const int zHalo = output_.z().map.halo, dxHalo = wiring_.dx.map.halo, batch = planning_.batch;

    const ProgramSource source =
        products_.source({transposed_, transposed_ ? dxHalo : zHalo, transposed_ ? zHalo : dxHalo,
                          output_.prelu(), wiring_.y.map.halo, layer_.name.c_str()});
    const KernelPlace there = kernelFor(!transposed_), back = kernelFor(transposed_);
    forward_ = Kernel(context, source, "convolution_forward");
    forward_.bind(x, there.buffer, there.at, values, output_.bias(), output_.slope(), z,
                  arena[wiring_.y.buffer], batch);
    backward_ = Kernel(context, source, "convolution_backward");
    backward_.bind(transposed_ ? dz : x, transposed_ ? x : dz, weightOut, weightAt, slices, stride,
                   back.buffer, back.at, dx, batch);
    const double operations = 2.0 * static_cast<double>(layer_.multiplyAdds()) * batch;
    const double weights = sizeof(float) * static_cast<double>(kernelFloats());
    const double in = bytesOf(wiring_.x, batch), out = bytesOf(wiring_.y, batch);
    const int both = wiring_.wantsInputGradient ? 2 : 1;
    const char* method = products_.winograd()                                ? "Winograd"
                         : planning_.hardware.arithmetic != Arithmetic::fp32 ? "TF32"
                                                                             : "";
    forward_.setWork({operations, in + out * (output_.prelu() ? 2 : 1) + weights, method});
    backward_.setWork({both * operations, both * in + out + 2 * weights, method});
    output_.build(context);
}

void Convolution::forward(Queue& queue, int images, Mode) {
    forward_.set(8, images);
    queue.launch(forward_, products_.range(transposed_ ? products_.inputItems(images)
                                                       : products_.outputItems(images)));
}

void Convolution::backward(Queue& queue) {
    output_.backward(queue);
    std::size_t items = products_.kernelItems();
    if (wiring_.wantsInputGradient)
        items += transposed_ ? products_.outputItems(planning_.batch)
                             : products_.inputItems(planning_.batch);
    queue.launch(backward_, products_.range(items));
}

}  // namespace shearbench::device::opencl
