// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cutout_image.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace shearbench::widgets {
namespace {

QImage toImage(const std::vector<std::uint32_t>& picture, int size) {
    QImage image(size, size, QImage::Format_RGB32);
    for (int y = 0; y < size; ++y) {
        std::memcpy(image.scanLine(y), picture.data() + std::size_t(y) * std::size_t(size),
                    std::size_t(size) * sizeof(std::uint32_t));
    }
    return image;
}

analysis::BandStretch bandStretch(const CutoutFormat& format, std::span<const float> plane,
                                  int band, const CutoutDisplay& display) {
    std::array<double, 2> limits{0, 1};
    const bool known = std::size_t(band) < format.statistics.size();
    if (display.limits == Limits::common && known) {
        const auto& statistics = format.statistics[std::size_t(band)];
        const double sky = analysis::skyLevel(plane, format.height, format.width);
        limits = {sky - 2 * statistics.noise, sky + statistics.bright};
    } else if (display.sameLimits && std::size_t(band) < format.sharedLimits.size()) {
        const CutoutFormat::SharedLimits& shared = format.sharedLimits[std::size_t(band)];
        limits = display.limits == Limits::percentile ? shared.percentile
                 : display.limits == Limits::minMax   ? shared.minMax
                                                      : shared.zscale;
    } else if (display.limits == Limits::percentile) {
        limits = analysis::percentileLimits(plane, 0.25, 99.75);
    } else if (display.limits == Limits::minMax) {
        limits = analysis::percentileLimits(plane, 0, 100);
    } else {
        limits = analysis::zscaleLimits(plane);
    }
    const double brightness = std::pow(8.0, display.stretch);
    return {display.curve, limits[0], limits[0] + (limits[1] - limits[0]) / brightness};
}

/// The bands that a picture is made of.
std::vector<int> shownBands(const CutoutFormat& format, const CutoutDisplay& display) {
    if (display.band < 0 && format.colour) {
        return {format.colour->band.begin(), format.colour->band.end()};
    }
    return {display.band >= 0 && display.band < format.channels ? display.band : 0};
}

/// Stripes over what is missing, so that it looks like no sky.
void hatchMissing(QImage& image, const CutoutFormat& format, const std::vector<float>& pixels,
                  const CutoutDisplay& display, double crop) {
    constexpr int kStripe = 3;
    const int size = image.width();
    const double scale = crop / size;
    for (int row = 0; row < size; ++row) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(row));
        const int y = int(std::floor(0.5 * format.height - (row + 0.5 - 0.5 * size) * scale));
        for (int column = 0; column < size; ++column) {
            const int x = int(std::floor(0.5 * format.width + (column + 0.5 - 0.5 * size) * scale));
            if (x < 0 || x >= format.width || y < 0 || y >= format.height) {
                continue;
            }
            for (const int band : shownBands(format, display)) {
                const std::size_t at =
                    (std::size_t(band) * std::size_t(format.height) + std::size_t(y)) *
                        std::size_t(format.width) +
                    std::size_t(x);
                if (!std::isfinite(pixels[at])) {
                    line[column] =
                        (row + column) / kStripe % 2 == 0 ? qRgb(104, 92, 120) : qRgb(52, 46, 60);
                }
            }
        }
    }
}

}  // namespace

bool isWhole(const CutoutFormat& format, const std::vector<float>& pixels,
             const CutoutDisplay& display) {
    const std::size_t plane = std::size_t(format.height) * std::size_t(format.width);
    for (const int band : shownBands(format, display)) {
        const auto one = std::span(pixels).subspan(std::size_t(band) * plane, plane);
        if (!std::all_of(one.begin(), one.end(), [](float v) { return std::isfinite(v); })) {
            return false;
        }
    }
    return true;
}

QImage cutoutImage(const CutoutFormat& format, const std::vector<float>& pixels,
                   const CutoutDisplay& display, int size) {
    if (format.pixels() == 0 || pixels.size() != format.pixels() || size < 1) {
        return {};
    }
    const double largest = std::max(format.height, format.width);
    const analysis::View view{std::min(size, 8192), std::clamp(display.crop, 1.0, largest), true};
    const auto finished = [&](QImage image) {
        if (!isWhole(format, pixels, display)) {
            hatchMissing(image, format, pixels, display, std::clamp(display.crop, 1.0, largest));
        }
        return image;
    };
    if (display.band < 0 && format.colour) {
        analysis::ColourStretch stretch;
        stretch.softening *= std::pow(8.0, -display.stretch);
        stretch.q = std::clamp(display.q, 0.1, 50.0);
        return finished(toImage(analysis::colourImage(pixels, format.channels, format.height,
                                                      format.width, *format.colour, stretch, view),
                                view.outputSize));
    }
    const int band = shownBands(format, display).front();
    const std::size_t plane = std::size_t(format.height) * std::size_t(format.width);
    const auto one = std::span(pixels).subspan(std::size_t(band) * plane, plane);
    return finished(toImage(analysis::bandImage(one, format.height, format.width,
                                                bandStretch(format, one, band, display), view),
                            view.outputSize));
}

QStringList bandNames(const CutoutFormat& format) {
    QStringList names = format.bands.mid(0, format.channels);
    while (names.size() < format.channels) {
        names << QString::number(names.size() + 1);
    }
    return names;
}

}  // namespace shearbench::widgets
