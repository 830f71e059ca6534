// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/dense.h"

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kTile = 4;         // images and outputs of one call of the kernel
constexpr std::int64_t kFeatures = 1024;  // of one task on the way back, a multiple of every width

ParameterFormat denseKernel(const Blocked& in, int outputs) {
    const std::int64_t plainRow = static_cast<std::int64_t>(in.shape.count());
    const std::int64_t ownRow = in.imageFloats();
    return {outputs * ownRow,
            [=](const float* plain, float* own) {
                for (int o = 0; o < outputs; ++o)
                    kernels().pack(plain + o * plainRow, own + o * ownRow, in.shape.channels,
                                   in.pixels());
            },
            [=](const float* own, float* plain) {
                for (int o = 0; o < outputs; ++o)
                    kernels().unpack(own + o * ownRow, plain + o * plainRow, in.shape.channels,
                                     in.pixels());
            }};
}

}  // namespace

Dense::Dense(const network::Layer& layer, int width, int batch, bool preluFollows, Arena& arena,
             Parameters& parameters)
    : in_{layer.input, width},
      out_{layer.output, width},
      batch_(batch),
      parameters_(&parameters),
      kernel_(parameters.add(layer, "kernel", denseKernel(in_, layer.output.channels))),
      bias_(layer, out_, preluFollows, arena, parameters) {}

void Dense::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    bias_.bind(arena);
}

void Dense::forward(Mode) {
    const float* weights = parameters_->value(kernel_);
    const float* bias = bias_.value();
    const std::int64_t features = in_.imageFloats(), outputs = out_.shape.channels;
    const std::int64_t outputTiles = (outputs + kTile - 1) / kTile;
    const std::int64_t imageTiles = (batch_ + kTile - 1) / kTile;
    parallelFor(outputTiles * imageTiles, [&](std::int64_t task) {
        const std::int64_t o = task / imageTiles * kTile, n = task % imageTiles * kTile;
        kernels().dense(wiring_.input + n * features, features, weights + o * features, bias + o,
                        wiring_.output + n * out_.channels() + o, out_.channels(), features,
                        static_cast<int>(std::min(kTile, batch_ - n)),
                        static_cast<int>(std::min(kTile, outputs - o)));
    });
}

void Dense::backward() {
    const std::int64_t features = in_.imageFloats(), outputs = out_.shape.channels;
    parallelParts(features, kFeatures, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        kernels().denseWeightGradient(wiring_.outputGradient, out_.channels(), wiring_.input,
                                      features, parameters_->gradient(kernel_), features, begin,
                                      end, batch_, outputs);
        if (wiring_.inputGradient)
            kernels().denseInputGradient(wiring_.outputGradient, out_.channels(),
                                         parameters_->value(kernel_), wiring_.inputGradient,
                                         features, features, begin, end, batch_, outputs);
    });
    bias_.backward(wiring_.outputGradient, batch_);
}

}  // namespace shearbench::device::cpu
