// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_curves.h"

#include <algorithm>
#include <cmath>

#include "widgets/chart_scale.h"

namespace shearbench::widgets {
namespace {

/// The part of a segment inside the view (Liang and Barsky 1984); false when there is none.
bool clip(QPointF& a, QPointF& b, const PlaneView& view) {
    const double dx = b.x() - a.x(), dy = b.y() - a.y();
    double from = 0, to = 1;
    const auto cut = [&](double p, double q) {
        if (p == 0) {
            return q >= 0;
        }
        const double t = q / p;
        if (p < 0) {
            from = std::max(from, t);
        } else {
            to = std::min(to, t);
        }
        return from <= to;
    };
    if (!cut(-dx, a.x() - view.x0) || !cut(dx, view.x1 - a.x()) || !cut(-dy, a.y() - view.y0) ||
        !cut(dy, view.y1 - a.y())) {
        return false;
    }
    const QPointF start = a;
    a = start + from * QPointF(dx, dy);
    b = start + to * QPointF(dx, dy);
    return true;
}

/// Keeps first, lowest, highest and last of the points that share a pixel column.
QVector<QPointF> envelope(const QVector<QPointF>& points, const PlaneView& view, int columns) {
    if (points.size() <= 2 * columns) {
        return points;
    }
    const double perColumn = columns / (view.x1 - view.x0);
    QVector<QPointF> kept;
    kept.reserve(4 * columns + 8);
    int i = 0;
    while (i < points.size()) {
        const double column = std::floor((points[i].x() - view.x0) * perColumn);
        int low = i, high = i, last = i;
        while (last + 1 < points.size() &&
               std::floor((points[last + 1].x() - view.x0) * perColumn) == column) {
            ++last;
            low = points[last].y() < points[low].y() ? last : low;
            high = points[last].y() > points[high].y() ? last : high;
        }
        int previous = -1;
        for (const int j : {i, std::min(low, high), std::max(low, high), last}) {
            if (j != previous) {
                kept.append(points[j]);
                previous = j;
            }
        }
        i = last + 1;
    }
    return kept;
}

/// Cuts a run at the edges of the view: the pieces inside.
void appendClipped(const QVector<QPointF>& run, const PlaneView& view, Curves& curves) {
    const auto inside = [&](const QPointF& p) {
        return p.x() >= view.x0 && p.x() <= view.x1 && p.y() >= view.y0 && p.y() <= view.y1;
    };
    if (run.size() == 1) {
        if (inside(run[0])) {
            curves.dots.push_back(run[0]);
        }
        return;
    }
    if (std::all_of(run.cbegin(), run.cend(), inside)) {
        curves.lines.push_back(run);
        return;
    }
    QVector<QPointF> line;
    const auto finish = [&] {
        if (line.size() > 1) {
            curves.lines.push_back(line);
        }
        line.clear();
    };
    for (int i = 0; i + 1 < run.size(); ++i) {
        QPointF a = run[i], b = run[i + 1];
        if (!clip(a, b, view)) {
            finish();
            continue;
        }
        if (line.isEmpty() || line.last() != a) {
            finish();
            line.append(a);
        }
        line.append(b);
        if (b != run[i + 1]) {
            finish();
        }
    }
    finish();
}

}  // namespace

std::size_t orderPoints(std::vector<ChartPoint>& points) {
    const auto before = [](const ChartPoint& a, const ChartPoint& b) {
        return std::isfinite(b.x) ? a.x < b.x : std::isfinite(a.x);
    };
    if (!std::is_sorted(points.begin(), points.end(), before)) {
        std::stable_sort(points.begin(), points.end(), before);
    }
    const auto end = std::find_if(points.begin(), points.end(),
                                  [](const ChartPoint& p) { return !std::isfinite(p.x); });
    return std::size_t(end - points.begin());
}

Curves curvesInView(std::span<const ChartPoint> points, const PlaneView& view, int columns) {
    Curves curves;
    if (points.empty() || columns < 1 || !(view.x1 > view.x0) || !(view.y1 > view.y0)) {
        return curves;
    }
    // One point beyond each edge, so that lines go on to it.
    const auto before = [&](const ChartPoint& p, double x) {
        const double along = alongAxis(p.x, view.xScale);
        return std::isnan(along) || along < x;
    };
    auto first = std::lower_bound(points.begin(), points.end(), view.x0, before);
    auto last = std::lower_bound(first, points.end(), view.x1, before);
    first -= first != points.begin();
    last += last != points.end();
    while (last != points.end() && alongAxis(last->x, view.xScale) <= view.x1) {
        ++last;  // several at the edge itself
    }

    QVector<QPointF> run;
    run.reserve(int(last - first));
    double highest = view.y1;
    const auto finish = [&] {
        if (!run.isEmpty()) {
            appendClipped(envelope(run, view, columns), view, curves);
        }
        run.clear();
    };
    for (auto point = first; point != last; ++point) {
        const double x = alongAxis(point->x, view.xScale), y = alongAxis(point->y, view.yScale);
        if (std::isnan(x)) {
            continue;
        }
        const bool inside = x >= view.x0 && x <= view.x1;
        if (std::isnan(y)) {
            finish();
            if (inside) {
                curves.notNumbers.push_back(x);
            }
            continue;
        }
        if (inside && y > highest) {
            highest = y;
            curves.cutAbove = true;
            curves.cutAboveX = x;
        }
        run.append({x, y});
    }
    finish();
    return curves;
}

}  // namespace shearbench::widgets
