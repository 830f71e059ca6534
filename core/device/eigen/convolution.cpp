// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/convolution.h"

#include <algorithm>

#include "core/device/eigen/gemm.h"

namespace shearbench::device::eigen {

namespace {

/// A band's patches stay in the second-level cache of any processor of the last ten years.
constexpr std::size_t kPatchFloats = 64 * 1024;

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

std::size_t kernelCount(const network::Layer& layer) {
    return size(layer.output.channels) * size(layer.input.channels) * size(layer.kernel) *
           size(layer.kernel);
}

}  // namespace

std::size_t Convolution::bandRows(const network::Layer& layer) {
    const std::size_t rowFloats = size(layer.input.channels) * size(layer.kernel) *
                                  size(layer.kernel) * size(layer.output.width);
    return std::clamp<std::size_t>(kPatchFloats / rowFloats, 1, size(layer.output.height));
}

std::size_t Convolution::patchFloats(const network::Layer& layer) {
    return size(layer.input.channels) * size(layer.kernel) * size(layer.kernel) * bandRows(layer) *
           size(layer.output.width);
}

OperationMemory Convolution::memory(const network::Layer& layer, int threads) {
    return {0, size(threads) * patchFloats(layer) + (size(threads) - 1) * kernelCount(layer)};
}

Convolution::Convolution(OperationContext context)
    : taps_(size(context.layer.kernel)),
      stride_(size(context.layer.stride)),
      top_(size(context.layer.paddingTop())),
      left_(size(context.layer.paddingLeft())),
      inChannels_(size(context.layer.input.channels)),
      inHeight_(size(context.layer.input.height)),
      inWidth_(size(context.layer.input.width)),
      outChannels_(size(context.layer.output.channels)),
      outHeight_(size(context.layer.output.height)),
      outWidth_(size(context.layer.output.width)),
      inCount_(context.layer.input.count()),
      outCount_(context.layer.output.count()),
      outPixels_(outHeight_ * outWidth_),
      patchRows_(inChannels_ * taps_ * taps_),
      bandRows_(bandRows(context.layer)),
      patchFloats_(patchFloats(context.layer)),
      kernel_(context.tensors.at(0)),
      bias_(context.tensors.at(1)),
      patches_(context.workspace.data()),
      kernelGradients_(patches_ + size(context.pool.threads()) * patchFloats_),
      pool_(context.pool) {}

template <class Body>
void Convolution::forBands(const Body& body) const {
    for (std::size_t row = 0; row < outHeight_; row += bandRows_)
        body(Band{row, std::min(bandRows_, outHeight_ - row)});
}

Convolution::Reach Convolution::reach(std::size_t tap, std::size_t padding, std::size_t in,
                                      std::size_t begin, std::size_t end) const {
    // Output o sees input o * stride + tap - padding.
    const std::size_t first = tap >= padding ? 0 : (padding - tap + stride_ - 1) / stride_;
    const std::size_t last = in + padding > tap ? (in + padding - tap - 1) / stride_ + 1 : 0;
    const std::size_t from = std::clamp(first, begin, end);
    return {from, std::clamp(last, from, end)};
}

void Convolution::gatherPatches(const float* image, const Band& band, float* patches) const {
    const std::size_t bandEnd = band.firstRow + band.rows;
    for (std::size_t channel = 0; channel < inChannels_; ++channel)
        for (std::size_t tapRow = 0; tapRow < taps_; ++tapRow) {
            const Reach rows = reach(tapRow, top_, inHeight_, band.firstRow, bandEnd);
            for (std::size_t tapColumn = 0; tapColumn < taps_; ++tapColumn) {
                const Reach columns = reach(tapColumn, left_, inWidth_, 0, outWidth_);
                for (std::size_t row = band.firstRow; row < bandEnd; ++row, patches += outWidth_) {
                    if (row < rows.first || row >= rows.end) {
                        std::fill_n(patches, outWidth_, 0.0f);
                        continue;
                    }
                    const float* line =
                        image + (channel * inHeight_ + row * stride_ + tapRow - top_) * inWidth_;
                    std::fill_n(patches, columns.first, 0.0f);
                    for (std::size_t column = columns.first; column < columns.end; ++column)
                        patches[column] = line[column * stride_ + tapColumn - left_];
                    std::fill(patches + columns.end, patches + outWidth_, 0.0f);
                }
            }
        }
}

void Convolution::scatterPatches(const float* patches, const Band& band, float* image) const {
    const std::size_t bandEnd = band.firstRow + band.rows;
    for (std::size_t channel = 0; channel < inChannels_; ++channel)
        for (std::size_t tapRow = 0; tapRow < taps_; ++tapRow) {
            const Reach rows = reach(tapRow, top_, inHeight_, band.firstRow, bandEnd);
            for (std::size_t tapColumn = 0; tapColumn < taps_; ++tapColumn) {
                const Reach columns = reach(tapColumn, left_, inWidth_, 0, outWidth_);
                for (std::size_t row = rows.first; row < rows.end; ++row) {
                    const float* from = patches + (row - band.firstRow) * outWidth_;
                    float* line =
                        image + (channel * inHeight_ + row * stride_ + tapRow - top_) * inWidth_;
                    for (std::size_t column = columns.first; column < columns.end; ++column)
                        line[column * stride_ + tapColumn - left_] += from[column];
                }
                patches += band.rows * outWidth_;
            }
        }
}

void Convolution::forward(const float* in, float* out, std::size_t images, Mode) {
    pool_.run([=, this](int worker) {
        float* patches = patches_ + size(worker) * patchFloats_;
        const std::size_t end = pool_.shareBegin(images, worker + 1);
        for (std::size_t image = pool_.shareBegin(images, worker); image < end; ++image) {
            float* result = out + image * outCount_;
            for (std::size_t channel = 0; channel < outChannels_; ++channel)
                std::fill_n(result + channel * outPixels_, outPixels_, bias_.values[channel]);
            forBands([&](const Band& band) {
                const std::size_t pixels = band.rows * outWidth_;
                gatherPatches(in + image * inCount_, band, patches);
                gemm(outChannels_, pixels, patchRows_, {kernel_.values.data(), patchRows_},
                     {patches, pixels}, Write::add, result + band.firstRow * outWidth_, outPixels_);
            });
        }
    });
}

void Convolution::backward(const float* in, const float* outGradient, float* inGradient,
                           std::size_t images) {
    const std::size_t kernels = kernel_.gradients.size();
    pool_.run([=, this](int worker) {
        float* kernelGradient = worker == 0 ? kernel_.gradients.data()
                                            : kernelGradients_ + (size(worker) - 1) * kernels;
        std::fill_n(kernelGradient, kernels, 0.0f);
        const std::size_t end = pool_.shareBegin(images, worker + 1);
        for (std::size_t image = pool_.shareBegin(images, worker); image < end; ++image)
            backwardOf(in + image * inCount_, outGradient + image * outCount_,
                       inGradient ? inGradient + image * inCount_ : nullptr, kernelGradient,
                       patches_ + size(worker) * patchFloats_);
    });
    sumKernelGradients();
    biasGradient(outGradient, images);
}

void Convolution::backwardOf(const float* image, const float* outGradient, float* inGradient,
                             float* kernelGradient, float* patches) const {
    if (inGradient)
        std::fill_n(inGradient, inCount_, 0.0f);
    forBands([&](const Band& band) {
        const std::size_t pixels = band.rows * outWidth_;
        const MatrixView gradient{outGradient + band.firstRow * outWidth_, outPixels_};
        gatherPatches(image, band, patches);
        gemm(outChannels_, patchRows_, pixels, gradient, {patches, pixels, true}, Write::add,
             kernelGradient, patchRows_);
        if (!inGradient)
            return;
        gemm(patchRows_, pixels, outChannels_, {kernel_.values.data(), patchRows_, true}, gradient,
             Write::replace, patches, pixels);
        scatterPatches(patches, band, inGradient);
    });
}

void Convolution::sumKernelGradients() {
    if (pool_.threads() == 1)
        return;
    const std::size_t kernels = kernel_.gradients.size();
    pool_.forShares(kernels, [=, this](std::size_t begin, std::size_t end) {
        for (int worker = 1; worker < pool_.threads(); ++worker) {
            const float* more = kernelGradients_ + (size(worker) - 1) * kernels;
            for (std::size_t i = begin; i < end; ++i)
                kernel_.gradients[i] += more[i];
        }
    });
}

void Convolution::biasGradient(const float* outGradient, std::size_t images) {
    pool_.forShares(outChannels_, [=, this](std::size_t begin, std::size_t end) {
        for (std::size_t channel = begin; channel < end; ++channel) {
            double sum = 0;
            for (std::size_t image = 0; image < images; ++image) {
                const float* gradient = outGradient + image * outCount_ + channel * outPixels_;
                for (std::size_t pixel = 0; pixel < outPixels_; ++pixel)
                    sum += gradient[pixel];
            }
            bias_.gradients[channel] = static_cast<float>(sum);
        }
    });
}

}  // namespace shearbench::device::eigen
