// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/resample.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace shearbench::analysis {

namespace {

/// Sums of larger values could overflow.
constexpr float kLargest = 1e30F;

double catmullRom(double x) {
    x = std::abs(x);
    if (x < 1) {
        return 1 + x * x * (1.5 * x - 2.5);
    }
    return x < 2 ? 2 + x * (-4 + x * (2.5 - 0.5 * x)) : 0;
}

}  // namespace

Resampling::Resampling(int size, const View& view) {
    if (size < 1 || view.outputSize < 1 || view.outputSize > 8192 || !(view.crop > 0)) {
        throw std::invalid_argument("a picture needs a size of 1..8192 and a crop above zero");
    }
    const double step = view.crop / view.outputSize;
    const double widen = std::clamp(step, 1.0, static_cast<double>(size));
    taps_ = view.smooth ? static_cast<int>(std::ceil(4 * widen)) : 1;
    source_.reserve(static_cast<std::size_t>(view.outputSize) * static_cast<std::size_t>(taps_));
    weight_.reserve(source_.capacity());
    firstUsed_ = size;
    for (int output = 0; output < view.outputSize; ++output) {
        const double position = std::clamp(
            0.5 * (size - 1) + (output + 0.5) * step - 0.5 * view.crop, -2.0, size + 1.0);
        const int first = view.smooth ? static_cast<int>(std::floor(position - 2 * widen)) + 1
                                      : static_cast<int>(std::lround(position));
        double total = 0;
        for (int tap = 0; tap < taps_; ++tap) {
            const double weight = view.smooth ? catmullRom((first + tap - position) / widen) : 1;
            total += weight;
            source_.push_back(std::clamp(first + tap, 0, size - 1));
            weight_.push_back(static_cast<float>(weight));
        }
        for (int tap = 0; tap < taps_; ++tap) {
            weight_[index(output, tap)] /= static_cast<float>(total);
        }
        firstUsed_ = std::min(firstUsed_, source(output, 0));
        endUsed_ = std::max(endUsed_, source(output, taps_ - 1) + 1);
    }
}

std::vector<float> resample(std::span<const float> plane, int width, const Resampling& rows,
                            const Resampling& columns, float sky) {
    const auto w = static_cast<std::size_t>(width);
    const auto n = static_cast<std::size_t>(columns.outputSize());
    const auto used = static_cast<std::size_t>(rows.endUsed() - rows.firstUsed());
    std::vector<float> line(w), across(used * n);
    for (std::size_t y = 0; y < used; ++y) {
        const float* in = plane.data() + (y + static_cast<std::size_t>(rows.firstUsed())) * w;
        for (std::size_t x = 0; x < w; ++x) {
            line[x] = std::abs(in[x]) < kLargest ? in[x] - sky : 0;
        }
        for (int x = 0; x < columns.outputSize(); ++x) {
            float sum = 0;
            for (int tap = 0; tap < columns.taps(); ++tap) {
                sum +=
                    columns.weight(x, tap) * line[static_cast<std::size_t>(columns.source(x, tap))];
            }
            across[y * n + static_cast<std::size_t>(x)] = sum;
        }
    }
    std::vector<float> out(static_cast<std::size_t>(rows.outputSize()) * n, 0.0F);
    for (int y = 0; y < rows.outputSize(); ++y) {
        float* to = out.data() + static_cast<std::size_t>(y) * n;
        for (int tap = 0; tap < rows.taps(); ++tap) {
            const float weight = rows.weight(y, tap);
            const float* from =
                across.data() +
                static_cast<std::size_t>(rows.source(y, tap) - rows.firstUsed()) * n;
            for (std::size_t x = 0; x < n; ++x) {
                to[x] += weight * from[x];
            }
        }
    }
    return out;
}

}  // namespace shearbench::analysis
