// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/speed_chart.h"

#include "widgets/number_text.h"

namespace shearbench::widgets {

SpeedChart::SpeedChart(const Theme& theme, QWidget* parent) : LineChart(theme, parent) {
    setCurve({});
}

void SpeedChart::setCurve(const SpeedCurve& curve) {
    ChartSpec spec;
    spec.title = tr("Training speed");
    spec.x.title = curve.xTitle;
    spec.x.minimum = 0;
    spec.x.leastStep = 1;
    spec.y.title = tr("images per second");
    spec.y.minimum = 0;
    spec.y.format = [](double y) { return tr("%1 img/s").arg(shortText(y, 3)); };
    Series series{QStringLiteral("speed"), curve.label, {}, curve.colour, {}};
    series.width = 1.4;
    for (const QPointF& point : curve.points) {
        series.points.push_back({point.x(), point.y()});
    }
    spec.series.push_back(std::move(series));
    setSpec(std::move(spec));
}

}  // namespace shearbench::widgets
