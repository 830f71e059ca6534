// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/normalised_convolution.h"

#include <algorithm>

#include "core/device/cpu/convolution.h"
#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr int kTaps = 9;
constexpr int kMostChannels = 15;  // more are better off in blocks
constexpr int kEdges = 8;
constexpr std::int64_t kImagesOfPart = 4;

/// (out block, channel, 9, W), zeros filling up the last block.
ParameterFormat planeKernel(const network::Layer& layer, const Blocked& out) {
    const std::int64_t inputs = layer.input.channels;
    return kernelByBlocks(inputs, out, inputs * kTaps, false);
}

/// Which line of outputs (row or column) tap `tap` of three never reaches, if any: its input would
/// be the padding.
enum class Unreached { none, first, last };
Unreached unreached(int tap, int paddingBefore, int in, int out, int stride) {
    if (tap < paddingBefore)
        return Unreached::first;
    return (out - 1) * stride + tap - paddingBefore >= in ? Unreached::last : Unreached::none;
}

}  // namespace

bool NormalisedConvolution::suits(const network::Layer& norm, const network::Layer& convolution) {
    return norm.kind == network::LayerKind::batchNorm &&
           convolution.kind == network::LayerKind::convolution &&
           norm.output.channels <= kMostChannels;
}

NormalisedConvolution::NormalisedConvolution(const network::Layer& norm,
                                             const network::Layer& convolution, int width,
                                             int batch, bool preluFollows, Arena& arena,
                                             Parameters& parameters)
    : layer_(convolution),
      out_{convolution.output, width},
      batch_(batch),
      parameters_(&parameters),
      state_(norm, width, parameters),
      kernel_(parameters.add(convolution, "kernel", planeKernel(convolution, out_))),
      bias_(convolution, out_, preluFollows, arena, parameters) {
    const std::int64_t channels = layer_.input.channels;
    const std::int64_t kernelFloats = out_.channels() * channels * kTaps;
    scaledBuffer_ = arena.request(norm.name + " output with border", MemoryUse::activations,
                                  channels * haloFloats(), batch);
    haloBuffer_ = arena.request(norm.name + " normalised with border", MemoryUse::activations,
                                channels * haloFloats(), batch);
    gradientBuffer_ = arena.request(layer_.name + " partial kernel gradients", MemoryUse::workspace,
                                    kernelFloats, parts());
    sumsBuffer_ = arena.request(layer_.name + " sums over taps and edges", MemoryUse::workspace,
                                (kTaps + kEdges) * out_.channels());
    moments_.resize(static_cast<std::size_t>(2 * batch * channels));
    channelSums_.resize(static_cast<std::size_t>(2 * channels));
}

std::int64_t NormalisedConvolution::haloFloats() const {
    return (layer_.input.height + 2LL) * (layer_.input.width + 2LL);
}

std::int64_t NormalisedConvolution::parts() const {
    return (batch_ + kImagesOfPart - 1) / kImagesOfPart;
}

void NormalisedConvolution::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    bias_.bind(arena);
    scaled_ = arena.at(scaledBuffer_);
    halo_ = arena.at(haloBuffer_);
    partial_ = arena.at(gradientBuffer_);
    taps_ = arena.at(sumsBuffer_);
    edges_ = taps_ + kTaps * out_.channels();
}

void NormalisedConvolution::takeStatistics(const float* images) {
    const std::int64_t channels = layer_.input.channels;
    const std::int64_t pixels = static_cast<std::int64_t>(layer_.input.height) * layer_.input.width;
    parallelFor(batch_ * channels, [&](std::int64_t plane) {
        kernels().moments(images + plane * pixels, pixels,
                          &moments_[static_cast<std::size_t>(2 * plane)]);
    });
    std::fill(channelSums_.begin(), channelSums_.end(), 0.0);
    for (std::size_t i = 0; i < moments_.size(); ++i)
        channelSums_[i % channelSums_.size()] += moments_[i];
    state_.useBatch(channelSums_, static_cast<double>(batch_) * pixels);
}

void NormalisedConvolution::load(const float* images, int count, Mode mode) {
    const std::int64_t channels = layer_.input.channels;
    const std::int64_t rows = layer_.input.height, columns = layer_.input.width;
    if (mode == Mode::training)
        takeStatistics(images);
    else
        state_.useMovingAverages();
    parallelFor(batch_ * channels, [&](std::int64_t plane) {
        const auto channel = static_cast<int>(plane % channels);
        float* scaled = scaled_ + plane * haloFloats();
        if (plane < count * channels)
            kernels().normalisePlane(images + plane * rows * columns, rows, columns,
                                     state_.mean(channel), state_.inverse(channel),
                                     state_.gamma()[channel], state_.beta()[channel],
                                     {scaled, halo_ + plane * haloFloats()});
        else
            std::fill_n(scaled, haloFloats(), 0.0f);
    });
}

void NormalisedConvolution::forward(Mode) {
    const std::int64_t channels = layer_.input.channels, pitch = layer_.input.width + 2;
    const std::int64_t rows = layer_.output.height, columns = layer_.output.width;
    const std::int64_t corner = (1 - layer_.paddingTop()) * pitch + 1 - layer_.paddingLeft();
    const std::int64_t blockFloats = channels * kTaps * out_.width;
    parallelFor(batch_ * rows, [&](std::int64_t index) {
        const std::int64_t n = index / rows, r = index % rows;
        const PlaneSource from{
            scaled_ + n * channels * haloFloats() + corner + r * layer_.stride * pitch, channels,
            haloFloats(), pitch, layer_.stride};
        for (std::int64_t block = 0; block < out_.blocks(); block += 2) {
            const int blocks = block + 1 < out_.blocks() ? 2 : 1;
            const std::int64_t at = block * out_.blockFloats() + r * columns * out_.width;
            const std::int64_t image = n * out_.imageFloats();
            kernels().convolvePlanes(from, parameters_->value(kernel_) + block * blockFloats,
                                     blockFloats, blocks, columns,
                                     {wiring_.output + image + at, out_.width, out_.blockFloats(),
                                      bias_.value() + block * out_.width, false, 0,
                                      wiring_.slope ? wiring_.slope + at : nullptr,
                                      wiring_.slope ? wiring_.activated + image + at : nullptr});
        }
    });
}

void NormalisedConvolution::kernelGradientOfNormal() {
    const std::int64_t channels = layer_.input.channels, blocks = out_.blocks();
    const std::int64_t partFloats = kTaps * out_.channels();
    const std::int64_t pitch = layer_.input.width + 2;
    const float* top = halo_ + (1 - layer_.paddingTop()) * pitch + 1 - layer_.paddingLeft();
    parallelFor(parts() * channels, [&](std::int64_t task) {
        const std::int64_t part = task / channels, channel = task % channels;
        float* sums = partial_ + task * partFloats;
        std::fill_n(sums, partFloats, 0.0f);
        const std::int64_t end = std::min<std::int64_t>(batch_, (part + 1) * kImagesOfPart);
        for (std::int64_t n = part * kImagesOfPart; n < end; ++n)
            for (std::int64_t block = 0; block < blocks; block += 2)
                kernels().planeWeightGradient(
                    top + (n * channels + channel) * haloFloats(), pitch, layer_.stride,
                    wiring_.outputGradient + n * out_.imageFloats() + block * out_.blockFloats(),
                    out_.blockFloats(), layer_.output.height, layer_.output.width,
                    block + 1 < blocks ? 2 : 1, sums + block * kTaps * out_.width);
    });
}

void NormalisedConvolution::tapSums() {
    const std::int64_t width = out_.width;
    parallelFor(out_.blocks(), [&](std::int64_t block) {
        float* edges = edges_ + block * kEdges * width;
        std::fill_n(edges, kEdges * width, 0.0f);
        for (int n = 0; n < batch_; ++n)
            kernels().edgeSums(
                wiring_.outputGradient + n * out_.imageFloats() + block * out_.blockFloats(),
                layer_.output.height, layer_.output.width, edges);
        for (int tap = 0; tap < kTaps; ++tap) {
            const Unreached row = unreached(tap / 3, layer_.paddingTop(), layer_.input.height,
                                            layer_.output.height, layer_.stride);
            const Unreached column = unreached(tap % 3, layer_.paddingLeft(), layer_.input.width,
                                               layer_.output.width, layer_.stride);
            for (std::int64_t lane = 0; lane < width; ++lane) {
                const auto edge = [&](int e) { return edges[e * width + lane]; };
                float sum = bias_.gradient()[block * width + lane];
                if (row != Unreached::none)
                    sum -= edge(row == Unreached::first ? 0 : 1);
                if (column != Unreached::none)
                    sum -= edge(column == Unreached::first ? 2 : 3);
                if (row != Unreached::none && column != Unreached::none)
                    sum += edge(4 + 2 * (row == Unreached::last) + (column == Unreached::last));
                taps_[tap * out_.channels() + block * width + lane] = sum;
            }
        }
    });
}

void NormalisedConvolution::combine() {
    const std::int64_t channels = layer_.input.channels, width = out_.width;
    const std::int64_t partFloats = kTaps * out_.channels();
    const float* kernel = parameters_->value(kernel_);
    float* gradient = parameters_->gradient(kernel_);
    parallelFor(channels, [&](std::int64_t channel) {
        const float gamma = state_.gamma()[channel], beta = state_.beta()[channel];
        double byGamma = 0, byBeta = 0;
        for (std::int64_t row = 0; row < out_.blocks() * kTaps; ++row)
            for (std::int64_t lane = 0; lane < width; ++lane) {
                const float* from = partial_ + channel * partFloats + row * width + lane;
                double normal = 0;
                for (std::int64_t part = 0; part < parts(); ++part)
                    normal += from[part * channels * partFloats];
                const std::int64_t block = row / kTaps, tap = row % kTaps;
                const std::int64_t at = ((block * channels + channel) * kTaps + tap) * width + lane;
                const double sum = taps_[tap * out_.channels() + block * width + lane];
                byGamma += kernel[at] * normal;
                byBeta += kernel[at] * sum;
                gradient[at] = static_cast<float>(gamma * normal + beta * sum);
            }
        state_.gammaGradient()[channel] = static_cast<float>(byGamma);
        state_.betaGradient()[channel] = static_cast<float>(byBeta);
    });
}

void NormalisedConvolution::backward() {
    bias_.backward(wiring_.outputGradient, batch_);
    kernelGradientOfNormal();
    tapSums();
    combine();
}

}  // namespace shearbench::device::cpu
