// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>

#include "core/random.h"
#include "tests/support/memory_source.h"

namespace shearbench::test {

/// One band of `size` x `size` pixels, each an elliptical Gaussian with noise of unit variance: the
/// ellipticity is (1-q)/(1+q), the redshift tells the size. Easy to learn, quick to compute.
inline std::shared_ptr<MemorySource> gaussianGalaxies(std::int64_t count, int size = 16) {
    auto source = std::make_shared<MemorySource>(count, 1, size);
    source->schemaToChange().skySigma = {1};
    const auto pixels = static_cast<std::size_t>(size) * static_cast<std::size_t>(size);
    for (std::size_t row = 0; row < static_cast<std::size_t>(count); ++row) {
        RandomStream random(7, StreamPurpose::simulation, row);
        const double modulus = 0.5 * std::sqrt(random.uniform());
        const double angle = random.uniform(0, 2 * M_PI);
        const double e1 = modulus * std::cos(angle), e2 = modulus * std::sin(angle);
        const double redshift = random.uniform(0, 2);
        const double width = size * (0.1 + 0.05 * redshift);
        for (std::size_t i = 0; i < pixels; ++i) {
            const double x = double(int(i) % size) - (size - 1) / 2.0;
            const double y = double(int(i) / size) - (size - 1) / 2.0;
            const double u = (1 - e1) * x - e2 * y, v = -e2 * x + (1 + e1) * y;
            const double radius2 = (u * u + v * v) / ((1 - modulus * modulus) * width * width);
            source->images[row * pixels + i] =
                static_cast<float>(30 * std::exp(-0.5 * radius2) + random.normal());
        }
        source->columns["e1"][row] = e1;
        source->columns["e2"][row] = e2;
        source->columns["redshift"][row] = redshift;
    }
    return source;
}

}  // namespace shearbench::test
