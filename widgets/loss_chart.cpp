// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/loss_chart.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "widgets/chart_scale.h"
#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

std::vector<ChartPoint> chartPoints(const std::vector<QPointF>& points) {
    std::vector<ChartPoint> result;
    result.reserve(points.size());
    for (const QPointF& point : points) {
        result.push_back({point.x(), point.y()});
    }
    return result;
}

/// A top for the axis when the first steps lie far above the rest.
std::optional<double> topWithoutStart(const LossCurve& curve) {
    constexpr std::size_t kFewest = 20;
    if (curve.training.size() < kFewest) {
        return {};
    }
    double low = std::numeric_limits<double>::infinity(), high = -low, start = -low;
    const std::size_t early = curve.training.size() / 20;
    for (std::size_t i = 0; i < curve.training.size(); ++i) {
        const double loss = curve.training[i].y();
        if (std::isfinite(loss)) {
            low = std::min(low, loss);
            (i <= early ? start : high) = std::max(i <= early ? start : high, loss);
        }
    }
    for (const QPointF& point : curve.validation) {
        if (std::isfinite(point.y())) {
            low = std::min(low, point.y());
            high = std::max(high, point.y());
        }
    }
    if (!(high > low) || start <= high + (high - low)) {
        return {};
    }
    return niceRange(low, high + 0.25 * (high - low), Scale::linear, 6).second;
}

}  // namespace

LossChart::LossChart(const Theme& theme, QWidget* parent) : LineChart(theme, parent) {
    setCurve({});
}

void LossChart::setCurve(const LossCurve& curve) {
    ChartSpec spec;
    spec.title = tr("Loss against epochs");
    spec.x.title = tr("epoch");
    spec.x.minimum = 0;
    spec.x.leastStep = 1;
    if (curve.epochs > 0) {
        spec.x.maximum = curve.epochs;
    }
    spec.x.format = [](double x) {
        return tr("epoch %1").arg(fixedText(x, x == std::floor(x) ? 0 : 2));
    };
    spec.y.title = curve.quantity.isEmpty() ? tr("loss") : curve.quantity;
    spec.y.format = [](double y) { return fixedText(y, 3); };
    spec.y.maximum = topWithoutStart(curve);
    spec.series.push_back({QStringLiteral("training"),
                           curve.trainingName.isEmpty() ? tr("training") : curve.trainingName,
                           {},
                           Colour::text2,
                           chartPoints(curve.training),
                           LineStyle::solid,
                           Marker::none,
                           1.3});
    spec.series.push_back({QStringLiteral("validation"),
                           curve.validationName.isEmpty() ? tr("validation") : curve.validationName,
                           {},
                           Colour::accent,
                           chartPoints(curve.validation),
                           LineStyle::solid,
                           Marker::none,
                           2});
    if (curve.warmUpEpochs > 0) {
        spec.spans.push_back({0, curve.warmUpEpochs, tr("warm-up")});
    }
    if (curve.bestEpoch) {
        spec.marks.push_back(
            {*curve.bestEpoch, tr("best, epoch %1").arg(fixedText(*curve.bestEpoch, 0))});
    }
    if (curve.failure) {
        const auto last = std::find_if(curve.training.rbegin(), curve.training.rend(),
                                       [](const QPointF& p) { return std::isfinite(p.y()); });
        if (last != curve.training.rend()) {
            spec.failure = ChartFailure{last->x(), last->y(), *curve.failure};
        }
    }
    setSpec(std::move(spec));
}

}  // namespace shearbench::widgets
