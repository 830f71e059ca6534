// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/prelu.h"

#include <algorithm>

namespace shearbench::device::eigen {

Prelu::Prelu(OperationContext context) : slope_(context.tensors.at(0)), pool_(context.pool) {}

void Prelu::forward(const float* in, float* out, std::size_t images, Mode) {
    const std::size_t elements = slope_.values.size();
    const float* slope = slope_.values.data();
    pool_.forShares(elements, [=](std::size_t begin, std::size_t end) {
        for (std::size_t image = 0; image < images; ++image) {
            const float* x = in + image * elements;
            float* y = out + image * elements;
            for (std::size_t e = begin; e < end; ++e)
                y[e] = x[e] > 0 ? x[e] : slope[e] * x[e];
        }
    });
}

void Prelu::backward(const float* in, const float* outGradient, float* inGradient,
                     std::size_t images) {
    const std::size_t elements = slope_.values.size();
    const float* slope = slope_.values.data();
    float* slopeGradient = slope_.gradients.data();
    pool_.forShares(elements, [=](std::size_t begin, std::size_t end) {
        std::fill(slopeGradient + begin, slopeGradient + end, 0.0f);
        for (std::size_t image = 0; image < images; ++image) {
            const float* x = in + image * elements;
            const float* g = outGradient + image * elements;
            for (std::size_t e = begin; e < end; ++e)
                slopeGradient[e] += x[e] > 0 ? 0.0f : g[e] * x[e];
            if (!inGradient)
                continue;
            float* h = inGradient + image * elements;
            for (std::size_t e = begin; e < end; ++e)
                h[e] = x[e] > 0 ? g[e] : slope[e] * g[e];
        }
    });
}

}  // namespace shearbench::device::eigen
