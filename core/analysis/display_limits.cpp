// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/display_limits.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <numeric>

namespace shearbench::analysis {

namespace {

constexpr int kSkyRows = 3;

std::vector<float> finitePixels(std::span<const float> plane) {
    std::vector<float> values;
    values.reserve(plane.size());
    std::copy_if(plane.begin(), plane.end(), std::back_inserter(values),
                 [](float v) { return std::isfinite(v); });
    return values;
}

/// Median of `values`, which it reorders; 0 when empty.
double median(std::vector<float>& values) {
    if (values.empty()) {
        return 0;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) {
        return *middle;
    }
    return 0.5 * (double(*middle) + double(*std::max_element(values.begin(), middle)));
}

double percentile(std::vector<float>& values, double percent) {
    const double position =
        std::clamp(percent, 0.0, 100.0) / 100 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::ptrdiff_t>(position);
    const auto at = values.begin() + below;
    std::nth_element(values.begin(), at, values.end());
    const double lower = *at;
    if (at + 1 == values.end()) {
        return lower;
    }
    const double upper = *std::min_element(at + 1, values.end());
    return lower + (position - static_cast<double>(below)) * (upper - lower);
}

std::vector<float> outerPixels(std::span<const float> plane, int height, int width) {
    if (height < 2 * kSkyRows) {
        return finitePixels(plane);
    }
    const std::size_t band = static_cast<std::size_t>(kSkyRows) * static_cast<std::size_t>(width);
    std::vector<float> values = finitePixels(plane.first(band));
    const std::vector<float> upper = finitePixels(plane.last(band));
    values.insert(values.end(), upper.begin(), upper.end());
    return values;
}

struct Line {
    double slope = 0, intercept = 0;
};

/// Least squares of samples against their index, without the rejected ones.
Line fitLine(const std::vector<float>& samples, const std::vector<bool>& rejected) {
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (!rejected[i]) {
            const double x = static_cast<double>(i), y = samples[i];
            n += 1, sx += x, sy += y, sxx += x * x, sxy += x * y;
        }
    }
    const double determinant = n * sxx - sx * sx;
    if (determinant <= 0) {
        return {0, n > 0 ? sy / n : 0};
    }
    const double slope = (n * sxy - sx * sy) / determinant;
    return {slope, (sy - slope * sx) / n};
}

/// Marks samples further than 2.5 standard deviations from the line, each with `grow` neighbours.
void rejectFarSamples(const std::vector<float>& samples, const Line& line, std::size_t grow,
                      std::vector<bool>& rejected) {
    double n = 0, sum = 0, squares = 0;
    std::vector<double> residual(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        residual[i] = samples[i] - (line.intercept + line.slope * static_cast<double>(i));
        if (!rejected[i]) {
            n += 1, sum += residual[i], squares += residual[i] * residual[i];
        }
    }
    const double mean = sum / n;
    const double threshold = 2.5 * std::sqrt(std::max(0.0, squares / n - mean * mean));
    std::fill(rejected.begin(), rejected.end(), false);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (std::abs(residual[i]) > threshold) {
            const std::size_t before = (grow - 1) / 2;
            const std::size_t first = i >= before ? i - before : 0;
            const std::size_t last = std::min(samples.size(), i + grow - before);
            std::fill(rejected.begin() + static_cast<std::ptrdiff_t>(first),
                      rejected.begin() + static_cast<std::ptrdiff_t>(last), true);
        }
    }
}

}  // namespace

std::array<double, 2> percentileLimits(std::span<const float> plane, double low, double high) {
    std::vector<float> values = finitePixels(plane);
    if (values.empty()) {
        return {0, 1};
    }
    const double lower = percentile(values, low);
    return {lower, percentile(values, high)};
}

std::array<double, 2> zscaleLimits(std::span<const float> plane) {
    constexpr std::size_t kSamples = 1000, kMinimum = 5;
    constexpr double kContrast = 0.25;
    const std::vector<float> finite = finitePixels(plane);
    if (finite.empty()) {
        return {0, 1};
    }
    std::vector<float> samples;
    const std::size_t stride = std::max<std::size_t>(1, finite.size() / kSamples);
    for (std::size_t i = 0; i < finite.size() && samples.size() < kSamples; i += stride) {
        samples.push_back(finite[i]);
    }
    std::sort(samples.begin(), samples.end());

    const std::size_t count = samples.size();
    const std::size_t enough = std::max(kMinimum, count / 2);
    const std::size_t grow = std::max<std::size_t>(1, count / 100);
    std::vector<bool> rejected(count, false);
    std::size_t good = count, before = count + 1;
    Line line;
    for (int round = 0; round < 5 && good < before && good >= enough; ++round) {
        line = fitLine(samples, rejected);
        rejectFarSamples(samples, line, grow, rejected);
        before = good;
        good = static_cast<std::size_t>(std::count(rejected.begin(), rejected.end(), false));
    }
    double low = samples.front(), high = samples.back();
    if (good >= enough) {
        const double slope = line.slope / kContrast;
        const std::size_t centre = (count - 1) / 2;
        std::vector<float> copy = samples;
        const double middle = median(copy);
        low = std::max(low, middle - (static_cast<double>(centre) - 1) * slope);
        high = std::min(high, middle + static_cast<double>(count - centre) * slope);
    }
    return {low, high};
}

double skyLevel(std::span<const float> plane, int height, int width) {
    std::vector<float> values = outerPixels(plane, height, width);
    return median(values);
}

std::vector<BandStatistics> bandStatistics(std::span<const float> images, int channels, int height,
                                           int width) {
    const std::size_t plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    const std::size_t image = plane * static_cast<std::size_t>(channels);
    const std::size_t count = image > 0 ? images.size() / image : 0;
    std::vector<BandStatistics> result(static_cast<std::size_t>(channels));
    for (std::size_t band = 0; band < result.size(); ++band) {
        std::vector<float> deviations, brightness;
        for (std::size_t n = 0; n < count; ++n) {
            const auto pixels = images.subspan(n * image + band * plane, plane);
            std::vector<float> outer = outerPixels(pixels, height, width);
            const auto sky = static_cast<float>(median(outer));
            for (float value : outer) {
                deviations.push_back(std::abs(value - sky));
            }
            for (float value : finitePixels(pixels)) {
                brightness.push_back(value - sky);
            }
        }
        result[band].noise = 1.4826 * median(deviations);
        result[band].bright = brightness.empty() ? 0 : percentile(brightness, 99.9);
    }
    return result;
}

}  // namespace shearbench::analysis
