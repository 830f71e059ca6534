// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/size_charts.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/chart_scale.h"
#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

QString tr(const char* text) {
    return QCoreApplication::translate("SizeCharts", text);
}

/// A shape for each colour, so that neither tells devices apart alone.
Marker markerOf(DeviceColour colour) {
    switch (colour) {
        case DeviceColour::blue:
        case DeviceColour::orange:
            return Marker::square;
        case DeviceColour::purple:
        case DeviceColour::sky:
            return Marker::diamond;
        default:
            return Marker::circle;
    }
}

Series seriesOf(const SizeCurve& curve) {
    Series series{curve.key, curve.label, curve.note, curve.colour, curve.points};
    series.style = curve.published ? LineStyle::dashed : LineStyle::solid;
    series.marker = markerOf(curve.colour);
    for (const double gap : curve.gaps) {
        series.points.push_back({gap, kNaN});
    }
    return series;
}

/// All sizes there are, ascending, each once.
std::vector<double> sizesOf(const SizeScene& scene) {
    std::vector<double> sizes;
    for (const SizeCurve& curve : scene.curves) {
        for (const ChartPoint& point : curve.points) {
            sizes.push_back(point.x);
        }
        sizes.insert(sizes.end(), curve.gaps.begin(), curve.gaps.end());
    }
    if (scene.pending) {
        sizes.push_back(scene.pending->x);
    }
    sizes.erase(std::remove_if(sizes.begin(), sizes.end(),
                               [](double size) { return !(size > 0) || std::isinf(size); }),
                sizes.end());
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

/// Ends a little beside the first and last size, so that their marks are whole.
void setEnds(ChartAxis& axis, const std::vector<double>& sizes) {
    if (sizes.empty()) {
        return;
    }
    const double from = alongAxis(sizes.front(), axis.scale),
                 to = alongAxis(sizes.back(), axis.scale);
    const double room = to > from ? 0.06 * (to - from) : axis.scale == Scale::log ? 0.3 : 1;
    axis.minimum = valueAt(from - room, axis.scale);
    axis.maximum = valueAt(to + room, axis.scale);
}

}  // namespace

ChartSpec sizeSpec(const SizeScene& scene) {
    ChartSpec spec;
    spec.title = scene.title;
    const bool batch = scene.axis == SizeAxis::batch;
    spec.x.title = batch ? tr("images per batch") : tr("images to generate");
    spec.x.scale = scene.xScale;
    spec.x.ticks = sizesOf(scene);
    setEnds(spec.x, spec.x.ticks);
    spec.x.format = [batch](double x) {
        return (batch ? tr("batch %1") : tr("%1 images")).arg(fixedText(x, 0));
    };
    spec.y.title = scene.yTitle;
    spec.y.scale = scene.yScale;
    if (scene.yScale == Scale::linear) {
        spec.y.minimum = 0;
    }
    spec.y.format = [unit = scene.unit](double y) {
        return unit.isEmpty() ? shortText(y, 3) : shortText(y, 4) + QLatin1Char(' ') + unit;
    };
    for (const SizeCurve& curve : scene.curves) {
        spec.series.push_back(seriesOf(curve));
    }
    spec.levels = scene.levels;
    spec.pending = scene.pending;
    return spec;
}

ChartSpec ratioSpec(const SizeScene& scene, bool plain) {
    ChartSpec spec = sizeSpec(scene);
    spec.levels.push_back(
        {1, plain ? tr("same speed") : tr("R = 1, equal speed"), Colour::ratioOne});
    spec.zones.push_back(
        {1, kInfinity, plain ? tr("faster") : tr("B faster"), Colour::accent, true});
    spec.zones.push_back(
        {-kInfinity, 1, plain ? tr("slower") : tr("A faster"), Colour::warn, false});
    return spec;
}

}  // namespace shearbench::widgets
