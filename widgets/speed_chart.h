// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <vector>

#include "widgets/line_chart.h"

namespace shearbench::widgets {

/// Training speed: points are (epoch or minutes, images a second).
struct SpeedCurve {
    QString xTitle;  ///< "epoch" or "minutes"
    QString label;   ///< the device
    SeriesColour colour = DeviceColour::green;
    std::vector<QPointF> points;
};

/// Images a second against time, from zero; or, with setSparkline, a line in the size of a word.
class SpeedChart : public LineChart {
    Q_OBJECT
  public:
    explicit SpeedChart(const Theme& theme, QWidget* parent = nullptr);
    void setCurve(const SpeedCurve& curve);
};

}  // namespace shearbench::widgets
