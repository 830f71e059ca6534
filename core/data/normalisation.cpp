// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/normalisation.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "core/data/memory_source.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

constexpr double kSteepness = 2.5;                  // of tanhAsinh
constexpr double kUnitScales = 10, kUnitRange = 6;  // of unitAsinh

/// Natural logarithm of a positive, normal float; relative error below 2e-7. The polynomial is that
/// of Cephes' logf (S. L. Moshier). Without branches, so that the compiler turns loops into
/// vectors.
inline float fastLog(float x) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(x);
    // Exponent such that the mantissa lies in [sqrt(1/2), sqrt(2)).
    const std::uint32_t shifted = bits + (0x3f800000u - 0x3f3504f3u);
    const float exponent = static_cast<float>(static_cast<std::int32_t>(shifted >> 23) - 127);
    const float f = std::bit_cast<float>((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    const float square = f * f;
    float tail = f * square * p;
    tail += exponent * -2.12194440e-4f;
    tail -= 0.5f * square;
    return f + tail + exponent * 0.693359375f;
}

/// asinh(x) = sign(x) log1p(|x| + x^2 / (1 + sqrt(1 + x^2))), log(2 |x|) where x^2 dwarfs 1.
inline float fastAsinh(float x) {
    const float a = std::fabs(x);
    const bool large = a > 1e6f;
    const float b = large ? 1e6f : a;
    const float u = b + b * b / (1.0f + std::sqrt(1.0f + b * b));
    const float w = 1.0f + u;
    const float rounding = large ? 0.6931471806f : (u - (w - 1.0f)) / w;
    const float result = fastLog(large ? a : w) + rounding;
    return std::copysign(result + (x - x), x);
}

/// exp(x) for |x| < 88; relative error below 3e-7. The polynomial is that of Cephes' expf.
inline float fastExp(float x) {
    // Adding a large number rounds to a whole one, which then stands in the last bits.
    constexpr float kRounding = 12582912.0f;
    const float rounded = x * 1.44269504089f + kRounding, whole = rounded - kRounding;
    const float r = x - whole * 0.693359375f + whole * 2.12194440e-4f;
    float p = 1.9875691500e-4f;
    p = p * r + 1.3981999507e-3f;
    p = p * r + 8.3334519073e-3f;
    p = p * r + 4.1665795894e-2f;
    p = p * r + 1.6666665459e-1f;
    p = p * r + 5.0000001201e-1f;
    const float y = p * (r * r) + r + 1.0f;
    return std::bit_cast<float>(std::bit_cast<std::uint32_t>(y) +
                                (std::bit_cast<std::uint32_t>(rounded) << 23));
}

/// sinh(x): its series where that is exact to rounding, (exp(x) - exp(-x)) / 2 beyond.
inline float fastSinh(float x) {
    constexpr float kMost = 88.5f, kHalf = 0.69314718056f;  // sinh overflows soon after
    const float a = std::fabs(x), limited = a < kMost ? a : kMost;
    const float half = fastExp(limited - kHalf);
    const float square = limited * limited;
    float series = square * 2.7557319e-6f + 1.9841270e-4f;
    series = series * square + 8.3333333e-3f;
    series = series * square + 1.6666667e-1f;
    series = series * square * limited + limited;
    return std::copysign(limited < 1.0f ? series : half - 0.25f / half, x) + (x - x);
}

double median(std::vector<double>& values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

double standardDeviation(const std::vector<double>& values) {
    double mean = 0, square = 0;
    for (double value : values)
        mean += value / static_cast<double>(values.size());
    for (double value : values)
        square += (value - mean) * (value - mean) / static_cast<double>(values.size());
    return std::sqrt(square);
}

/// 1.4826 times the median absolute deviation; where more than half of the values are equal, their
/// standard deviation; 1 where all are.
double robustSigma(std::vector<double> values) {
    if (values.empty())
        return 1;
    const double centre = median(values), spread = standardDeviation(values);
    for (double& value : values)
        value = std::fabs(value - centre);
    const double sigma = 1.4826 * median(values);
    const double least = std::fabs(centre) * std::numeric_limits<float>::epsilon();
    for (double candidate : {sigma, spread})
        if (std::isfinite(candidate) && candidate > least)
            return candidate;
    return 1;
}

}  // namespace

/// body(values of a band, its scale) for every band.
template <class Body>
void Normalisation::forBands(std::span<float> image, const Body& body) const {
    if (kind == Kind::none)
        return;
    if (scale.empty() || image.size() % scale.size() != 0)
        throw Error(ErrorKind::usage,
                    fmt::format("{} scales cannot normalise an image of {} values.", scale.size(),
                                image.size()));
    const std::size_t pixels = image.size() / scale.size();
    for (std::size_t band = 0; band < scale.size(); ++band) {
        if (!(scale[band] > 0) || !std::isfinite(scale[band]))
            throw Error(ErrorKind::usage,
                        fmt::format("The scale {} of band {} cannot normalise; scales are above 0.",
                                    scale[band], band + 1));
        body(image.subspan(band * pixels, pixels), scale[band]);
    }
}

void Normalisation::apply(std::span<float> image) const {
    forBands(image, [this](std::span<float> values, double bandScale) {
        const auto asinhOf = [&](double stretch) {
            const float factor = static_cast<float>(1 / (stretch * bandScale));
            for (float& value : values)
                value = fastAsinh(value * factor);
        };
        if (kind == Kind::asinh)
            return asinhOf(1);
        if (kind == Kind::unitAsinh) {
            asinhOf(kUnitScales);
            for (float& value : values)
                value = static_cast<float>(0.5 + 0.5 / kUnitRange * value);
            return;
        }
        const float factor = static_cast<float>(kSteepness / bandScale);
        for (float& value : values) {
            // tanh(asinh(t)) = t / sqrt(1 + t^2), for large t without the square's overflow.
            const double t = static_cast<double>(value) * factor;
            value = static_cast<float>(t / std::sqrt(1 + t * t));
        }
    });
}

void Normalisation::invert(std::span<float> image) const {
    forBands(image, [this](std::span<float> values, double bandScale) {
        const auto sinhOf = [&](double stretch) {
            const float factor = static_cast<float>(stretch * bandScale);
            for (float& value : values)
                value = factor * fastSinh(value);
        };
        if (kind == Kind::asinh)
            return sinhOf(1);
        if (kind == Kind::unitAsinh) {
            constexpr float kRange = kUnitRange;
            for (float& value : values)
                value = kRange * (2.0f * value - 1.0f);
            return sinhOf(kUnitScales);
        }
        constexpr double kLargest = 1 - 0x1p-24;
        for (float& value : values) {
            const double y = std::clamp<double>(value, -kLargest, kLargest);
            value = static_cast<float>(bandScale / kSteepness * y / std::sqrt(1 - y * y));
        }
    });
}

std::string toString(Normalisation::Kind kind) {
    switch (kind) {
        case Normalisation::Kind::none:
            return "none";
        case Normalisation::Kind::asinh:
            return "asinh";
        case Normalisation::Kind::tanhAsinh:
            return "tanh_asinh";
        case Normalisation::Kind::unitAsinh:
            return "unit_asinh";
    }
    return {};
}

Normalisation::Kind normalisationKind(const std::string& name) {
    for (Normalisation::Kind kind :
         {Normalisation::Kind::none, Normalisation::Kind::asinh, Normalisation::Kind::tanhAsinh,
          Normalisation::Kind::unitAsinh})
        if (name == toString(kind))
            return kind;
    throw Error(
        ErrorKind::usage,
        fmt::format("\"{}\" is no normalisation; known are none, asinh, tanh_asinh and unit_asinh.",
                    name));
}

std::vector<double> meanMaxima(const CutoutSource& source, std::span<const std::int64_t> rows) {
    const Schema& schema = source.schema();
    const auto channels = static_cast<std::size_t>(schema.channels);
    const std::size_t pixels = imageSize(schema) / channels;
    std::vector<float> image(imageSize(schema));
    std::vector<double> sums(channels);
    std::int64_t used = 0;
    for (const std::int64_t row : rows) {
        source.readImages({&row, 1}, image);
        if (!std::all_of(image.begin(), image.end(), isFinite))
            continue;
        ++used;
        for (std::size_t band = 0; band < channels; ++band) {
            const auto first = image.begin() + static_cast<std::ptrdiff_t>(band * pixels);
            sums[band] += *std::max_element(first, first + static_cast<std::ptrdiff_t>(pixels));
        }
    }
    if (used == 0 && !rows.empty())
        throwNothingFinite(schema);
    for (std::size_t band = 0; band < channels; ++band) {
        sums[band] /= static_cast<double>(std::max<std::int64_t>(used, 1));
        if (!(sums[band] > 0))
            throw Error(ErrorKind::data,
                        fmt::format("The mean of the images' maxima in band {} of {} is {}; it "
                                    "must be above 0 to be normalised by.",
                                    band + 1, schema.file, sums[band]),
                        "Choose cutouts whose galaxies are seen in every band.");
    }
    return sums;
}

std::vector<double> skySigma(const CutoutSource& source) {
    const Schema& schema = source.schema();
    if (!schema.skySigma.empty())
        return schema.skySigma;
    constexpr std::int64_t kCutouts = 200;
    const auto channels = static_cast<std::size_t>(schema.channels),
               height = static_cast<std::size_t>(schema.height),
               width = static_cast<std::size_t>(schema.width);
    std::vector<std::vector<double>> border(channels);
    std::vector<float> image(imageSize(schema));
    for (std::int64_t row : sampleRows(schema, kCutouts)) {
        source.readImages({&row, 1}, image);
        for (std::size_t c = 0; c < channels; ++c)
            for (std::size_t y = 0; y < height; ++y)
                for (std::size_t x = 0; x < width; ++x) {
                    const bool outermost = y == 0 || x == 0 || y + 1 == height || x + 1 == width;
                    const float pixel = image[(c * height + y) * width + x];
                    if (outermost && std::isfinite(pixel))
                        border[c].push_back(pixel);
                }
    }
    std::vector<double> sigma;
    for (const std::vector<double>& pixels : border)
        sigma.push_back(robustSigma(pixels));
    return sigma;
}

}  // namespace shearbench::data
