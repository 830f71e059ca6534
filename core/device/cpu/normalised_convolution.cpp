// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/normalised_convolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

using dnnl::memory;

namespace {

constexpr int kTaps = 9;
constexpr int kEdges = 8;
constexpr std::int64_t kImagesOfPart = 4;

dnnl::convolution_forward::primitive_desc describeForward(const network::Layer& layer,
                                                          const Blocked& out, int batch) {
    const Geometry at = geometry(layer);
    const memory::desc kernel({out.channels(), layer.input.channels, 3, 3}, memory::data_type::f32,
                              memory::format_tag::any);
    const memory::desc bias({out.channels()}, memory::data_type::f32, memory::format_tag::x);
    return {{dnnl::prop_kind::forward_training, dnnl::algorithm::convolution_direct,
             plainMap(layer.input, batch), kernel, bias, blockedMap(out, batch), at.stride,
             at.before, at.after},
            scratchpadInArena(),
            engine()};
}

memory::desc plainKernel(const network::Layer& layer, const Blocked& out) {
    return {{out.channels(), layer.input.channels, 3, 3},
            memory::data_type::f32,
            memory::format_tag::oihw};
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

bool NormalisedConvolution::suits(const network::Layer& norm, const network::Layer& convolution,
                                  int width, int batch) {
    if (norm.kind != network::LayerKind::batchNorm ||
        convolution.kind != network::LayerKind::convolution || norm.output.channels >= width)
        return false;
    const Blocked out{convolution.output, width};
    const std::string_view name = describeForward(convolution, out, batch).impl_info_str();
    return name.find("ref") == std::string_view::npos;
}

NormalisedConvolution::NormalisedConvolution(const network::Layer& norm,
                                             const network::Layer& convolution, int width,
                                             int batch, bool preluFollows, Arena& arena,
                                             Parameters& parameters)
    : layer_(convolution),
      out_{convolution.output, width},
      batch_(batch),
      parameters_(&parameters),
      chosen_(describeForward(convolution, out_, batch)),
      state_(norm, width, parameters),
      kernel_(
          parameters.add(convolution, "kernel", kernelFormat(convolution, chosen_.weights_desc()))),
      bias_(convolution, out_, preluFollows, arena, parameters) {
    const std::int64_t channels = layer_.input.channels;
    const std::int64_t kernelFloats = out_.channels() * channels * kTaps;
    scratchpad_ = requestScratchpad(arena, chosen_.scratchpad_desc());
    scaledBuffer_ = arena.request(norm.name + " output", MemoryUse::activations,
                                  static_cast<std::int64_t>(layer_.input.count()), batch);
    haloBuffer_ = arena.request(norm.name + " normalised with border", MemoryUse::activations,
                                channels * haloFloats(), batch);
    gradientBuffer_ = arena.request(layer_.name + " partial kernel gradients", MemoryUse::workspace,
                                    kernelFloats, parts());
    plainBuffer_ = arena.request(layer_.name + " kernel, row-major", MemoryUse::workspace,
                                 2 * kernelFloats + (kTaps + kEdges) * out_.channels());
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
    const std::int64_t kernelFloats = out_.channels() * layer_.input.channels * kTaps;
    plainKernel_ = arena.at(plainBuffer_);
    plainGradient_ = plainKernel_ + kernelFloats;
    taps_ = plainGradient_ + kernelFloats;
    edges_ = taps_ + kTaps * out_.channels();

    const auto on = [](const memory::desc& desc, float* data) {
        return memory(desc, engine(), data);
    };
    const memory kernel = on(chosen_.weights_desc(), parameters_->value(kernel_));
    const memory gradient = on(chosen_.weights_desc(), parameters_->gradient(kernel_));
    const memory plain = on(plainKernel(layer_, out_), plainKernel_);
    const memory plainGradient = on(plainKernel(layer_, out_), plainGradient_);
    forward_ = BoundPrimitive(
        dnnl::convolution_forward(chosen_),
        {{DNNL_ARG_SRC, on(chosen_.src_desc(), scaled_)},
         {DNNL_ARG_WEIGHTS, kernel},
         {DNNL_ARG_BIAS, on(chosen_.bias_desc(), bias_.value())},
         {DNNL_ARG_DST, on(chosen_.dst_desc(), wiring.output)},
         {DNNL_ARG_SCRATCHPAD, on(chosen_.scratchpad_desc(), arena.at(scratchpad_))}});
    kernelToPlain_ = BoundPrimitive(dnnl::reorder(kernel, plain),
                                    {{DNNL_ARG_FROM, kernel}, {DNNL_ARG_TO, plain}});
    gradientFromPlain_ = BoundPrimitive(dnnl::reorder(plainGradient, gradient),
                                        {{DNNL_ARG_FROM, plainGradient}, {DNNL_ARG_TO, gradient}});
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
        float* scaled = scaled_ + plane * rows * columns;
        if (plane < count * channels)
            kernels().normalisePlane(images + plane * rows * columns, rows, columns,
                                     state_.mean(channel), state_.inverse(channel),
                                     state_.gamma()[channel], state_.beta()[channel],
                                     {scaled, halo_ + plane * haloFloats()});
        else
            std::fill_n(scaled, rows * columns, 0.0f);
    });
}

void NormalisedConvolution::forward(Mode) {
    forward_.run();
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
    kernelToPlain_.run();
    parallelFor(channels, [&](std::int64_t channel) {
        const float gamma = state_.gamma()[channel], beta = state_.beta()[channel];
        double byGamma = 0, byBeta = 0;
        for (std::int64_t o = 0; o < out_.channels(); ++o)
            for (std::int64_t tap = 0; tap < kTaps; ++tap) {
                const float* from =
                    partial_ + channel * partFloats + (o / width * kTaps + tap) * width + o % width;
                double normal = 0;
                for (std::int64_t part = 0; part < parts(); ++part)
                    normal += from[part * channels * partFloats];
                const std::int64_t at = (o * channels + channel) * kTaps + tap;
                const double sum = taps_[tap * out_.channels() + o];
                byGamma += plainKernel_[at] * normal;
                byBeta += plainKernel_[at] * sum;
                plainGradient_[at] = static_cast<float>(gamma * normal + beta * sum);
            }
        state_.gammaGradient()[channel] = static_cast<float>(byGamma);
        state_.betaGradient()[channel] = static_cast<float>(byBeta);
    });
    gradientFromPlain_.run();
}

void NormalisedConvolution::backward() {
    bias_.backward(wiring_.outputGradient, batch_);
    kernelGradientOfNormal();
    tapSums();
    combine();
}

std::string NormalisedConvolution::describe() const {
    return fmt::format("{}: {} forward with batch norm, own kernel gradient, no input gradient",
                       layer_.name, chosen_.impl_info_str());
}

}  // namespace shearbench::device::cpu
