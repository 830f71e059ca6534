// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/transposed_convolution.h"

#include <utility>

#include "core/device/cpu/convolution.h"

namespace shearbench::device::cpu {

TransposedConvolution::TransposedConvolution(const network::Layer& layer, int width, int batch,
                                             bool preluFollows, Arena& arena,
                                             Parameters& parameters)
    : name_(layer.name),
      adjoint_{layer.adjoint(), {layer.output, width}, {layer.input, width}, batch},
      parameters_(&parameters),
      kernel_(parameters.add(layer, "kernel", blockedKernel(adjoint_.in, adjoint_.out))),
      bias_(layer, adjoint_.in, preluFollows, arena, parameters),
      convolution_(adjoint_, true, arena),
      turnedBuffer_(arena.request(layer.name + " kernel turned for predictions",
                                  MemoryUse::workspace, adjoint_.kernelFloats())) {}

void TransposedConvolution::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    bias_.bind(arena);
    convolution_.bind(arena);
    turned_ = arena.at(turnedBuffer_);
}

void TransposedConvolution::forward(Mode mode) {
    const float* kernel = parameters_->value(kernel_);
    const bool predicting = mode == Mode::prediction;
    if (predicting && !std::exchange(prepared_, true))
        convolution_.turn(kernel, turned_);
    float* output = predicting ? wiring_.outputToActivate() : wiring_.output;
    convolution_.adjoint({wiring_.input, kernel, bias_.value(), output, wiring_.slope,
                          wiring_.activated, predicting ? turned_ : nullptr});
}

void TransposedConvolution::backward() {
    bias_.backward(wiring_.outputGradient, adjoint_.batch);
    convolution_.kernelGradient(
        {wiring_.outputGradient, nullptr, wiring_.input, parameters_->gradient(kernel_), nullptr});
    if (wiring_.inputGradient)
        convolution_.forward(
            {wiring_.outputGradient, parameters_->value(kernel_), nullptr, wiring_.inputGradient});
}

}  // namespace shearbench::device::cpu
