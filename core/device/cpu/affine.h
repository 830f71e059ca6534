// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace shearbench::device::cpu {

/// Rows of numbers that lie `stride` floats apart.
struct Rows {
    const float* values;
    std::int64_t stride;
};

/// y (images, outputs) = x w^T + bias, in parallel. Rows of w are `features` apart, a multiple of
/// the vector's width; x is zero beyond its own features.
void affine(Rows x, const float* w, const float* bias, float* y, std::int64_t yStride,
            std::int64_t features, std::int64_t images, std::int64_t outputs);

/// dw = dy^T x and, where dx is not null, dx = dy w (rows xStride apart).
void affineBackward(Rows dy, Rows x, const float* w, float* dw, float* dx, std::int64_t features,
                    std::int64_t images, std::int64_t outputs);

}  // namespace shearbench::device::cpu
