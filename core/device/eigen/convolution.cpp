// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/convolution.h"

#include <algorithm>

#include "core/device/eigen/gemm.h"

namespace shearbench::device::eigen {

namespace {

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

std::size_t pixelsOf(const network::Shape& shape) {
    return size(shape.height) * size(shape.width);
}

void biasGradient(const float* outGradient, std::size_t images, std::size_t channels,
                  std::size_t pixels, const Tensor& bias, ThreadPool& pool) {
    pool.forShares(channels, [=](std::size_t begin, std::size_t end) {
        sumPixels(outGradient, images, channels, pixels, begin, end, bias.gradients.data());
    });
}

}  // namespace

std::size_t PatchProducts::kernelCount(const network::Layer& convolution) {
    return size(convolution.output.channels) * size(convolution.input.channels) *
           size(convolution.kernel) * size(convolution.kernel);
}

OperationMemory PatchProducts::memory(const network::Layer& convolution, int threads) {
    return {0, size(threads) * Patches(convolution).floats() +
                   (size(threads) - 1) * kernelCount(convolution)};
}

PatchProducts::PatchProducts(const network::Layer& convolution, const OperationContext& context)
    : patches_(convolution),
      filters_(size(convolution.output.channels)),
      channels_(size(convolution.input.channels)),
      inPixels_(pixelsOf(convolution.input)),
      outPixels_(pixelsOf(convolution.output)),
      kernel_(context.tensors.at(0)),
      patchSpace_(context.workspace.data()),
      kernelGradients_(patchSpace_ + size(context.pool.threads()) * patches_.floats()),
      pool_(context.pool) {}

/// `body(image, worker, patches)`, images shared out.
template <class Body>
void PatchProducts::forImages(std::size_t images, const Body& body) const {
    pool_.run([=, this, &body](int worker) {
        float* patches = patchSpace_ + size(worker) * patches_.floats();
        const std::size_t end = pool_.shareBegin(images, worker + 1);
        for (std::size_t image = pool_.shareBegin(images, worker); image < end; ++image)
            body(image, patches);
    });
}

void PatchProducts::convolve(const float* in, float* out, std::size_t images,
                             const float* bias) const {
    forImages(images, [=, this](std::size_t image, float* patches) {
        float* result = out + image * filters_ * outPixels_;
        for (std::size_t filter = 0; filter < filters_; ++filter)
            std::fill_n(result + filter * outPixels_, outPixels_, bias ? bias[filter] : 0.0f);
        patches_.forBands([&](const Patches::Band& band) {
            const std::size_t columns = patches_.columns(band);
            patches_.gather(in + image * channels_ * inPixels_, band, patches);
            gemm(filters_, columns, patches_.rows(), {kernel_.values.data(), patches_.rows()},
                 {patches, columns}, Write::add, result + patches_.firstPixel(band), outPixels_);
        });
    });
}

void PatchProducts::convolveBack(const float* out, float* in, std::size_t images,
                                 const float* bias) const {
    forImages(images, [=, this](std::size_t image, float* patches) {
        float* result = in + image * channels_ * inPixels_;
        for (std::size_t channel = 0; channel < channels_; ++channel)
            std::fill_n(result + channel * inPixels_, inPixels_, bias ? bias[channel] : 0.0f);
        patches_.forBands([&](const Patches::Band& band) {
            const std::size_t columns = patches_.columns(band);
            gemm(patches_.rows(), columns, filters_, {kernel_.values.data(), patches_.rows(), true},
                 {out + image * filters_ * outPixels_ + patches_.firstPixel(band), outPixels_},
                 Write::replace, patches, columns);
            patches_.scatter(patches, band, result);
        });
    });
}

void PatchProducts::kernelGradient(const float* in, const float* out, std::size_t images) const {
    const std::size_t kernels = kernel_.gradients.size();
    pool_.run([=, this](int worker) {
        float* patches = patchSpace_ + size(worker) * patches_.floats();
        float* gradient = worker == 0 ? kernel_.gradients.data()
                                      : kernelGradients_ + (size(worker) - 1) * kernels;
        std::fill_n(gradient, kernels, 0.0f);
        const std::size_t end = pool_.shareBegin(images, worker + 1);
        for (std::size_t image = pool_.shareBegin(images, worker); image < end; ++image)
            patches_.forBands([&](const Patches::Band& band) {
                const std::size_t columns = patches_.columns(band);
                patches_.gather(in + image * channels_ * inPixels_, band, patches);
                gemm(filters_, patches_.rows(), columns,
                     {out + image * filters_ * outPixels_ + patches_.firstPixel(band), outPixels_},
                     {patches, columns, true}, Write::add, gradient, patches_.rows());
            });
    });
    if (pool_.threads() == 1)
        return;
    pool_.forShares(kernels, [=, this](std::size_t begin, std::size_t end) {
        for (int worker = 1; worker < pool_.threads(); ++worker) {
            const float* more = kernelGradients_ + (size(worker) - 1) * kernels;
            for (std::size_t i = begin; i < end; ++i)
                kernel_.gradients[i] += more[i];
        }
    });
}

OperationMemory Convolution::memory(const network::Layer& layer, int threads) {
    return PatchProducts::memory(layer, threads);
}

Convolution::Convolution(OperationContext context)
    : products_(context.layer, context),
      channels_(size(context.layer.output.channels)),
      pixels_(pixelsOf(context.layer.output)),
      bias_(context.tensors.at(1)),
      pool_(context.pool) {}

void Convolution::forward(const float* in, float* out, std::size_t images, Mode) {
    products_.convolve(in, out, images, bias_.values.data());
}

void Convolution::backward(const float* in, const float* outGradient, float* inGradient,
                           std::size_t images) {
    products_.kernelGradient(in, outGradient, images);
    biasGradient(outGradient, images, channels_, pixels_, bias_, pool_);
    if (inGradient)
        products_.convolveBack(outGradient, inGradient, images, nullptr);
}

OperationMemory TransposedConvolution::memory(const network::Layer& layer, int threads) {
    return PatchProducts::memory(layer.adjoint(), threads);
}

TransposedConvolution::TransposedConvolution(OperationContext context)
    : products_(context.layer.adjoint(), context),
      channels_(size(context.layer.output.channels)),
      pixels_(pixelsOf(context.layer.output)),
      bias_(context.tensors.at(1)),
      pool_(context.pool) {}

void TransposedConvolution::forward(const float* in, float* out, std::size_t images, Mode) {
    products_.convolveBack(in, out, images, bias_.values.data());
}

void TransposedConvolution::backward(const float* in, const float* outGradient, float* inGradient,
                                     std::size_t images) {
    products_.kernelGradient(outGradient, in, images);
    biasGradient(outGradient, images, channels_, pixels_, bias_, pool_);
    if (inGradient)
        products_.convolve(outGradient, inGradient, images, nullptr);
}

}  // namespace shearbench::device::eigen
