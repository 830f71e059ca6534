// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/augmentation.h"

#include <algorithm>

namespace shearbench::data {

// With y up, a quarter turn counter-clockwise moves the pixel (x, y) to (n - 1 - y, x).
void turnImage(const Symmetry& symmetry, int channels, int size, std::span<float> image,
               std::span<float> scratch) {
    const auto n = static_cast<std::size_t>(size);
    const int turns = symmetry.quarterTurns & 3;
    if (turns == 0 && !symmetry.flip)
        return;
    for (int channel = 0; channel < channels; ++channel) {
        float* band = image.data() + static_cast<std::size_t>(channel) * n * n;
        std::copy_n(band, n * n, scratch.data());
        for (std::size_t y = 0; y < n; ++y)
            for (std::size_t column = 0; column < n; ++column) {
                const std::size_t x = symmetry.flip ? n - 1 - column : column;
                const std::size_t target = turns == 0   ? y * n + x
                                           : turns == 1 ? x * n + (n - 1 - y)
                                           : turns == 2 ? (n - 1 - y) * n + (n - 1 - x)
                                                        : (n - 1 - x) * n + y;
                band[target] = scratch[y * n + column];
            }
    }
}

void turnEllipticity(const Symmetry& symmetry, float& e1, float& e2) {
    if (symmetry.flip)
        e2 = -e2;
    if (symmetry.quarterTurns & 1) {
        e1 = -e1;
        e2 = -e2;
    }
}

}  // namespace shearbench::data
