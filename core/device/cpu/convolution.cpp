// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/convolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/device/cpu/direct_convolution.h"
#include "core/device/cpu/isa.h"
#include "core/device/cpu/winograd.h"
#include "core/error.h"

namespace shearbench::device::cpu {

namespace {

bool definitionOnly() {
    const char* value = std::getenv("SHEARBENCH_CONVOLUTION");
    const std::string_view wish = value ? value : "";
    if (!wish.empty() && wish != "direct")
        throw Error(
            ErrorKind::device,
            fmt::format("SHEARBENCH_CONVOLUTION is \"{}\"; only direct can be asked for.", wish),
            "Unset SHEARBENCH_CONVOLUTION to use the faster way for each layer.");
    return !wish.empty();
}

std::unique_ptr<ConvolutionMethod> chooseMethod(const ConvolutionShape& shape, bool inputGradient,
                                                Arena& arena) {
    static const bool direct = definitionOnly();
    if (!direct && WinogradConvolution::suits(shape))
        return std::make_unique<WinogradConvolution>(shape, arena);
    return std::make_unique<DirectConvolution>(shape, inputGradient, arena);
}

/// Of a row-major kernel (in, out, 9) with its taps in reverse order.
ParameterFormat turnedKernel(const Blocked& in, const Blocked& out) {
    const std::int64_t width = in.width, inputs = in.shape.channels, outputs = out.shape.channels;
    constexpr std::int64_t kTaps = ConvolutionShape::kTaps;
    const std::int64_t inBlocks = in.blocks();
    const auto each = [=](const auto& visit) {
        for (std::int64_t o = 0; o < outputs; ++o)
            for (std::int64_t i = 0; i < inputs; ++i)
                for (std::int64_t tap = 0; tap < kTaps; ++tap) {
                    const std::int64_t block = (o / width * inBlocks + i / width) * kTaps + tap;
                    visit((i * outputs + o) * kTaps + kTaps - 1 - tap,
                          (block * width + i % width) * width + o % width);
                }
    };
    return {out.channels() * in.channels() * kTaps,
            [=](const float* plain, float* own, std::int64_t) {
                each([&](std::int64_t from, std::int64_t to) { own[to] = plain[from]; });
            },
            [=](const float* own, float* plain, std::int64_t) {
                each([&](std::int64_t to, std::int64_t from) { plain[to] = own[from]; });
            }};
}

}  // namespace

ParameterFormat blockedKernel(const Blocked& in, const Blocked& out, bool turned) {
    if (turned)
        return turnedKernel(in, out);
    return kernelByBlocks(in.shape.channels, out, in.channels() * ConvolutionShape::kTaps, true);
}

ParameterFormat kernelByBlocks(std::int64_t inputs, const Blocked& out, std::int64_t rowsOfBlock,
                               bool blocked) {
    const std::int64_t width = out.width, outputs = out.shape.channels;
    const std::int64_t rows = inputs * ConvolutionShape::kTaps, block = rowsOfBlock * width;
    const auto lanes = [=](std::int64_t piece) { return std::min(width, outputs - piece * width); };
    return {out.blocks() * block,
            [=](const float* plain, float* own, std::int64_t piece) {
                kernels().packKernel(plain, own, rows, lanes(piece), blocked);
            },
            [=](const float* own, float* plain, std::int64_t piece) {
                kernels().unpackKernel(own, plain, rows, lanes(piece), blocked);
            },
            out.blocks(),
            width * rows,
            block};
}

Convolution::Convolution(const network::Layer& layer, int width, int batch, bool inputGradient,
                         bool preluFollows, Arena& arena, Parameters& parameters)
    : shape_{layer, {layer.input, width}, {layer.output, width}, batch},
      parameters_(&parameters),
      kernel_(parameters.add(
          layer, "kernel",
          blockedKernel(shape_.in, shape_.out, layer.kind != network::LayerKind::convolution))),
      bias_(layer, shape_.out, preluFollows, arena, parameters),
      method_(chooseMethod(shape_, inputGradient, arena)) {}

void Convolution::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    bias_.bind(arena);
    method_->bind(arena);
}

void Convolution::forward(Mode mode) {
    const float* kernel = parameters_->value(kernel_);
    const bool predicting = mode == Mode::prediction;
    if (predicting && !std::exchange(prepared_, true))
        method_->prepare(kernel);
    float* output = predicting ? wiring_.outputToActivate() : wiring_.output;
    method_->forward({wiring_.input, kernel, bias_.value(), output, wiring_.slope,
                      wiring_.activated, predicting});
}

void Convolution::backward() {
    bias_.backward(wiring_.outputGradient, shape_.batch);
    method_->backward({wiring_.input, parameters_->value(kernel_), wiring_.outputGradient,
                       parameters_->gradient(kernel_), wiring_.inputGradient});
}

}  // namespace shearbench::device::cpu
