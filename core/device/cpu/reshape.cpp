// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/reshape.h"

#include <algorithm>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

void Reshape::forward(Mode) {
    parallelFor(batch_, [&](std::int64_t n) {
        kernels().pack(wiring_.input + n * in_.imageFloats(),
                       wiring_.output + n * out_.imageFloats(), out_.shape.channels, out_.pixels());
    });
}

void Reshape::backward() {
    if (!wiring_.inputGradient)
        return;
    const auto features = static_cast<std::int64_t>(in_.shape.count());
    parallelFor(batch_, [&](std::int64_t n) {
        float* gradient = wiring_.inputGradient + n * in_.imageFloats();
        kernels().unpack(wiring_.outputGradient + n * out_.imageFloats(), gradient,
                         out_.shape.channels, out_.pixels());
        std::fill(gradient + features, gradient + in_.imageFloats(), 0.0f);
    });
}

void Sigmoid::forward(Mode) {
    parallelFor(batch_ * map_.blocks(), [&](std::int64_t task) {
        const std::int64_t at = task * map_.blockFloats();
        const int first = static_cast<int>(task % map_.blocks()) * map_.width;
        kernels().sigmoid(wiring_.input + at, wiring_.output + at, map_.pixels(),
                          std::min(map_.width, map_.shape.channels - first));
    });
}

void Sigmoid::backward() {
    parallelFor(batch_ * map_.blocks(), [&](std::int64_t task) {
        const std::int64_t at = task * map_.blockFloats();
        kernels().sigmoidBackward(wiring_.output + at, wiring_.outputGradient + at, map_.pixels());
    });
}

}  // namespace shearbench::device::cpu
