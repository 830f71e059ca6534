// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/dense.h"

#include <algorithm>

#include "core/device/cpu/affine.h"
#include "core/device/cpu/isa.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kRowsOfPiece = 4;

}  // namespace

ParameterFormat denseKernel(const Blocked& in, int outputs) {
    const std::int64_t plainRow = static_cast<std::int64_t>(in.shape.count());
    const std::int64_t ownRow = in.imageFloats();
    const auto rowsOf = [=](std::int64_t piece) {
        return std::min<std::int64_t>(kRowsOfPiece, outputs - piece * kRowsOfPiece);
    };
    return {outputs * ownRow,
            [=](const float* plain, float* own, std::int64_t piece) {
                for (std::int64_t row = 0; row < rowsOf(piece); ++row)
                    kernels().pack(plain + row * plainRow, own + row * ownRow, in.shape.channels,
                                   in.pixels());
            },
            [=](const float* own, float* plain, std::int64_t piece) {
                for (std::int64_t row = 0; row < rowsOf(piece); ++row)
                    kernels().unpack(own + row * ownRow, plain + row * plainRow, in.shape.channels,
                                     in.pixels());
            },
            (outputs + kRowsOfPiece - 1) / kRowsOfPiece,
            kRowsOfPiece * plainRow,
            kRowsOfPiece * ownRow};
}

Dense::Dense(const network::Layer& layer, int width, int batch, bool preluFollows, Arena& arena,
             Parameters& parameters, const std::string& prefix)
    : in_{layer.input, width},
      out_{layer.output, width},
      batch_(batch),
      parameters_(&parameters),
      kernel_(parameters.add(layer, prefix + "kernel", denseKernel(in_, layer.output.channels))),
      bias_(layer, out_, preluFollows, arena, parameters, prefix) {}

void Dense::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    bias_.bind(arena);
}

void Dense::forward(Mode) {
    const std::int64_t features = in_.imageFloats();
    affine({wiring_.input, features}, parameters_->value(kernel_), bias_.value(), wiring_.output,
           out_.channels(), features, batch_, out_.shape.channels);
}

void Dense::backward() {
    const std::int64_t features = in_.imageFloats();
    affineBackward({wiring_.outputGradient, out_.channels()}, {wiring_.input, features},
                   parameters_->value(kernel_), parameters_->gradient(kernel_),
                   wiring_.inputGradient, features, batch_, out_.shape.channels);
    bias_.backward(wiring_.outputGradient, batch_);
}

}  // namespace shearbench::device::cpu
