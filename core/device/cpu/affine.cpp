// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/affine.h"

#include <algorithm>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kTile = 4;         // images and outputs of one call of the kernel
constexpr std::int64_t kFeatures = 1024;  // of one task on the way back, a multiple of every width

}  // namespace

void affine(Rows x, const float* w, const float* bias, float* y, std::int64_t yStride,
            std::int64_t features, std::int64_t images, std::int64_t outputs) {
    const std::int64_t outputTiles = (outputs + kTile - 1) / kTile;
    const std::int64_t imageTiles = (images + kTile - 1) / kTile;
    parallelFor(outputTiles * imageTiles, [&](std::int64_t task) {
        const std::int64_t o = task / imageTiles * kTile, n = task % imageTiles * kTile;
        kernels().dense(x.values + n * x.stride, x.stride, w + o * features, bias + o,
                        y + n * yStride + o, yStride, features,
                        static_cast<int>(std::min(kTile, images - n)),
                        static_cast<int>(std::min(kTile, outputs - o)));
    });
}

void affineBackward(Rows dy, Rows x, const float* w, float* dw, float* dx, std::int64_t features,
                    std::int64_t images, std::int64_t outputs) {
    // Short rows are cut into vectors, so that every thread has some.
    const std::int64_t part = features > 2 * kFeatures ? kFeatures : kernels().width;
    parallelParts(features, part, [&](std::int64_t, std::int64_t begin, std::int64_t end) {
        kernels().denseWeightGradient(dy.values, dy.stride, x.values, x.stride, dw, features, begin,
                                      end, images, outputs);
        if (dx)
            kernels().denseInputGradient(dy.values, dy.stride, w, dx, x.stride, features, begin,
                                         end, images, outputs);
    });
}

}  // namespace shearbench::device::cpu
