// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/sigmoid.h"

#include <algorithm>
#include <cmath>

namespace shearbench::device::eigen {

namespace {

float logistic(float x) {
    const float e = std::exp(-std::fabs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
}

}  // namespace

void Sigmoid::forward(const float* in, float* out, std::size_t images, Mode) {
    pool_.forShares(images * elements_, [=](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            out[i] = logistic(in[i]);
    });
}

void Sigmoid::backward(const float* in, const float* outGradient, float* inGradient,
                       std::size_t images) {
    if (!inGradient)
        return;
    pool_.forShares(images * elements_, [=](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i)
            inGradient[i] = outGradient[i] * logistic(in[i]) * logistic(-in[i]);
    });
}

void Reshape::forward(const float* in, float* out, std::size_t images, Mode) {
    std::copy_n(in, images * elements_, out);
}

void Reshape::backward(const float*, const float* outGradient, float* inGradient,
                       std::size_t images) {
    if (inGradient)
        std::copy_n(outGradient, images * elements_, inGradient);
}

}  // namespace shearbench::device::eigen
