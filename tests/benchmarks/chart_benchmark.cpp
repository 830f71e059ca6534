// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <QApplication>
#include <QImage>
#include <QPainter>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

#include "widgets/line_chart.h"

// How many pictures a second a chart of a million points draws, in memory, while it is moved and
// zoomed: the whole window's width, linear and logarithmic.
//
//     chart_benchmark [points [width height]]     1000000, 1280 600

namespace {

using namespace shearbench::widgets;
using Clock = std::chrono::steady_clock;

ChartSpec noise(std::size_t count, Scale scale) {
    ChartSpec spec;
    spec.title = "Noise with one spike";
    spec.x.scale = spec.y.scale = scale;
    Series series{"noise", "noise", {}, DeviceColour::blue, {}};
    series.points.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
        const double x = double(i + 1);
        series.points[i] = {x, 10 + std::sin(0.001 * x) + 0.5 * std::sin(1e4 * x * x)};
    }
    series.points[count / 3].y = 1000;
    spec.series.push_back(std::move(series));
    return spec;
}

/// Median milliseconds of `frames` pictures, each after `change(part)`, part from 0 to 1.
double frameMilliseconds(LineChart& chart, int frames, const std::function<void(double)>& change) {
    QImage picture(chart.size(), QImage::Format_RGB32);
    std::vector<double> times;
    for (int i = 0; i < frames; ++i) {
        const auto start = Clock::now();
        change(double(i) / frames);
        picture.fill(Qt::white);
        chart.render(&picture);
        times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

}  // namespace

int main(int argc, char** argv) {
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    const QStringList words = QApplication::arguments();
    const auto number = [&](int index, int usual) {
        return words.size() > index ? std::max(1, words[index].toInt()) : usual;
    };
    const auto count = std::size_t(number(1, 1'000'000));
    const Theme theme;
    bool fast = true;
    for (const Scale scale : {Scale::linear, Scale::log}) {
        LineChart chart(theme);
        chart.resize(number(2, 1280), number(3, 600));
        chart.setSpec(noise(count, scale));
        const double all = double(count);
        const auto along = [&](double from, double to) {
            scale == Scale::log ? chart.setXRange(std::pow(all, from), std::pow(all, to))
                                : chart.setXRange(from * all, to * all);
        };
        const double pan =
            frameMilliseconds(chart, 60, [&](double part) { along(0.1 * part, 0.9 + 0.1 * part); });
        const double zoom =
            frameMilliseconds(chart, 60, [&](double part) { along(0.45 * part, 1 - 0.45 * part); });
        fmt::print(
            "{} points, {}: moved {:.1f} ms a picture ({:.0f}/s), zoomed {:.1f} ms ({:.0f}/s)\n",
            count, scale == Scale::log ? "logarithmic" : "linear", pan, 1000 / pan, zoom,
            1000 / zoom);
        fast = fast && std::max(pan, zoom) <= 1000.0 / 30;
    }
    return fast ? 0 : 1;
}
