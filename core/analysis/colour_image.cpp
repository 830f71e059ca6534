// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/colour_image.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string_view>

namespace shearbench::analysis {

namespace {

constexpr std::array<double, 3> kWeights{0.74, 1.06, 1.95};
constexpr double kZeroPoint = 30, kShownNoise = 0.6, kShownBright = 20;

/// The filter's letter of names like "r", "lsst-r", "hsc_i", "DES r"; the name itself otherwise.
std::string_view filterOf(const std::string& name) {
    const std::size_t cut = name.find_last_of("-_ ./");
    return cut == std::string::npos ? std::string_view(name)
                                    : std::string_view(name).substr(cut + 1);
}

int indexOf(std::span<const std::string> names, std::string_view filter) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (filterOf(names[i]) == filter) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

/// Known filters from blue to red; -1 for others.
int wavelengthRank(std::string_view filter) {
    constexpr std::array<std::string_view, 12> kOrder{"u", "g", "V", "r", "i", "z",
                                                      "y", "Y", "J", "H", "K", "Ks"};
    const auto found = std::find(kOrder.begin(), kOrder.end(), filter);
    return found == kOrder.end() ? -1 : static_cast<int>(found - kOrder.begin());
}

std::vector<int> byWavelength(std::span<const std::string> names, int channels) {
    std::vector<int> order(static_cast<std::size_t>(channels));
    for (int i = 0; i < channels; ++i) {
        order[static_cast<std::size_t>(i)] = i;
    }
    const auto rank = [&](int i) {
        return wavelengthRank(filterOf(names[static_cast<std::size_t>(i)]));
    };
    if (names.size() == static_cast<std::size_t>(channels) &&
        std::all_of(order.begin(), order.end(), [&](int i) { return rank(i) >= 0; })) {
        std::stable_sort(order.begin(), order.end(),
                         [&](int a, int b) { return rank(a) < rank(b); });
    }
    return order;
}

void requireSize(std::span<const float> pixels, int channels, int height, int width) {
    const bool positive = channels > 0 && height > 0 && width > 0;
    if (!positive ||
        pixels.size() / static_cast<std::size_t>(channels) / static_cast<std::size_t>(height) <
            static_cast<std::size_t>(width)) {
        throw std::invalid_argument("a picture needs as many pixels as its sizes say");
    }
}

std::uint32_t pack(double red, double green, double blue) {
    const auto byte = [](double v) {
        return static_cast<std::uint32_t>((v > 0 ? std::min(v, 1.0) : 0.0) * 255 + 0.5);
    };
    return 0xFF000000U | byte(red) << 16U | byte(green) << 8U | byte(blue);
}

/// Lupton's factor asinh(Q I / softening) / I, with `white` softenings shown at 0.9.
class LuptonCurve {
  public:
    explicit LuptonCurve(const ColourStretch& stretch)
        : slope_(stretch.q / stretch.softening),
          scale_(0.9 / std::asinh(stretch.q * stretch.white)) {}

    double factor(double intensity) const {
        const double x = slope_ * intensity;
        const double size = std::abs(x);
        if (size < 1e-6) {
            return scale_ * slope_;
        }
        return scale_ * slope_ * std::log(size + std::sqrt(size * size + 1)) / size;
    }

  private:
    double slope_, scale_;
};

std::uint32_t luptonPixel(std::array<double, 3> flux, const LuptonCurve& curve,
                          const ColourStretch& stretch) {
    const double factor = curve.factor((flux[0] + flux[1] + flux[2]) / 3);
    const double mean = factor * (flux[0] + flux[1] + flux[2]) / 3;
    double largest = 0;
    for (double& value : flux) {
        value = mean + (factor * value - mean) * stretch.saturation + stretch.skyLevel;
        largest = std::max(largest, value);
    }
    const double scale = largest > 1 ? 1 / largest : 1;
    return pack(flux[0] * scale, flux[1] * scale, flux[2] * scale);
}

double shade(Curve curve, double t) {
    switch (curve) {
        case Curve::linear:
            return t;
        case Curve::squareRoot:
            return std::sqrt(t);
        case Curve::logarithm:
            return std::log1p(1000 * t) / std::log(1001.0);
        case Curve::asinh:
            break;
    }
    return std::asinh(10 * t) / std::asinh(10.0);
}

}  // namespace

std::optional<std::array<int, 3>> colourBands(std::span<const std::string> names, int channels) {
    if (channels < 3) {
        return std::nullopt;
    }
    const auto named = names.first(std::min(names.size(), static_cast<std::size_t>(channels)));
    const std::array<int, 3> irg{indexOf(named, "i"), indexOf(named, "r"), indexOf(named, "g")};
    if (std::ranges::min(irg) >= 0) {
        return irg;
    }
    const std::array<int, 3> rgb{indexOf(named, "r"), indexOf(named, "g"), indexOf(named, "b")};
    if (std::ranges::min(rgb) >= 0) {
        return rgb;
    }
    const std::vector<int> order = byWavelength(named, channels);
    return std::array<int, 3>{order.back(), order[order.size() / 2], order.front()};
}

std::optional<ColourChannels> colourChannels(std::span<const std::string> names, int channels,
                                             std::span<const double> zeroPoints,
                                             std::span<const BandStatistics> statistics) {
    const auto bands = colourBands(names, channels);
    if (!bands) {
        return std::nullopt;
    }
    ColourChannels result{*bands, {1, 1, 1}};
    const auto all = [&](auto&& good) {
        return std::all_of(bands->begin(), bands->end(),
                           [&](int band) { return good(static_cast<std::size_t>(band)); });
    };
    const bool calibrated = all([&](std::size_t band) {
        return band < zeroPoints.size() && std::isfinite(zeroPoints[band]) && zeroPoints[band] > 0;
    });
    const bool noisy = all([&](std::size_t band) {
        return band < statistics.size() &&
               statistics[band].noise > 5e-4 * std::abs(statistics[band].bright);
    });
    for (std::size_t i = 0; i < 3; ++i) {
        const auto band = static_cast<std::size_t>((*bands)[i]);
        if (calibrated) {
            result.weight[i] = kWeights[i] * std::pow(10.0, -0.4 * (zeroPoints[band] - kZeroPoint));
        } else if (noisy) {
            result.weight[i] = kShownNoise / statistics[band].noise;
        } else if (band < statistics.size() && statistics[band].bright > 0) {
            result.weight[i] = kShownBright / statistics[band].bright;
        }
    }
    return result;
}

std::vector<std::uint32_t> colourImage(std::span<const float> image, int channels, int height,
                                       int width, const ColourChannels& rgb,
                                       const ColourStretch& stretch, const View& view) {
    requireSize(image, channels, height, width);
    const std::size_t plane = static_cast<std::size_t>(height) * static_cast<std::size_t>(width);
    const Resampling rows(height, view), columns(width, view);
    std::array<std::vector<float>, 3> sampled;
    for (std::size_t i = 0; i < 3; ++i) {
        if (rgb.band[i] < 0 || rgb.band[i] >= channels) {
            throw std::invalid_argument("a colour picture needs bands that are there");
        }
        const auto pixels = image.subspan(static_cast<std::size_t>(rgb.band[i]) * plane, plane);
        const auto sky = static_cast<float>(skyLevel(pixels, height, width));
        sampled[i] = resample(pixels, width, rows, columns, sky);
    }
    const LuptonCurve curve(stretch);
    const auto n = static_cast<std::size_t>(view.outputSize);
    std::vector<std::uint32_t> picture(n * n);
    for (std::size_t y = 0; y < n; ++y) {
        const std::size_t from = y * n, to = (n - 1 - y) * n;
        for (std::size_t x = 0; x < n; ++x) {
            picture[to + x] = luptonPixel(
                {rgb.weight[0] * sampled[0][from + x], rgb.weight[1] * sampled[1][from + x],
                 rgb.weight[2] * sampled[2][from + x]},
                curve, stretch);
        }
    }
    return picture;
}

std::vector<std::uint32_t> bandImage(std::span<const float> plane, int height, int width,
                                     const BandStretch& stretch, const View& view) {
    requireSize(plane, 1, height, width);
    const Resampling rows(height, view), columns(width, view);
    const auto sky = static_cast<float>(skyLevel(plane, height, width));
    const std::vector<float> sampled = resample(plane, width, rows, columns, sky);

    // Brightness is read from a table: a curve a pixel would take as long as all the rest.
    constexpr std::size_t kSteps = 2048;
    std::array<std::uint32_t, kSteps + 1> table{};
    for (std::size_t i = 0; i <= kSteps; ++i) {
        const double v = shade(stretch.curve, static_cast<double>(i) / kSteps);
        table[i] = pack(v, v, v);
    }
    const double range = stretch.high - stretch.low;
    const bool flat = !(range > 0) || !std::isfinite(range);
    const auto n = static_cast<std::size_t>(view.outputSize);
    std::vector<std::uint32_t> picture(n * n);
    for (std::size_t y = 0; y < n; ++y) {
        for (std::size_t x = 0; x < n; ++x) {
            const double t = (double(sampled[y * n + x]) + sky - stretch.low) / range;
            picture[(n - 1 - y) * n + x] =
                flat ? pack(0.5, 0.5, 0.5)
                     : table[static_cast<std::size_t>((t > 0 ? std::min(t, 1.0) : 0.0) * kSteps +
                                                      0.5)];
        }
    }
    return picture;
}

}  // namespace shearbench::analysis
