// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QRectF>
#include <QVector>
#include <span>
#include <utility>
#include <vector>

#include "widgets/line_chart.h"

// From points to what is drawn of them: split where there is no number, cut at the edges, reduced
// to the extremes of each pixel column.

namespace shearbench::widgets {

/// The part of an axis-parallel plane that is in view, along the axes.
struct PlaneView {
    double x0 = 0, x1 = 1, y0 = 0, y1 = 1;
    Scale xScale = Scale::linear, yScale = Scale::linear;
};

struct Curves {
    std::vector<QVector<QPointF>> lines;  ///< along the axes, each of two points or more
    std::vector<QPointF> dots;            ///< points without a neighbour to draw a line to
    std::vector<double> notNumbers;       ///< x along the axis of points without a finite y
    bool cutAbove = false;                ///< something lies above the view, at cutAboveX
    double cutAboveX = 0;
};

/// The points whose x is in view, as indices from first to before last. Requires ascending, finite
/// x. Takes logarithmic time.
std::pair<std::size_t, std::size_t> rangeInView(std::span<const ChartPoint> points,
                                                const PlaneView& view);

/// `columns`: pixels along x (device pixels). Where there are more than two points a column, the
/// first, lowest, highest and last of each are kept. Requires ascending, finite x. Takes time for
/// each point in view once, a few comparisons.
Curves curvesInView(std::span<const ChartPoint> points, const PlaneView& view, int columns);

/// Puts points into ascending order of x, those without a finite x last, and returns how many come
/// before the latter.
std::size_t orderPoints(std::vector<ChartPoint>& points);

}  // namespace shearbench::widgets
