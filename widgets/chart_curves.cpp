// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_curves.h"

#include <algorithm>
#include <cmath>
#include <utility>

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

/// Collects the points of a run, along the axes. Of those that share a pixel column it keeps the
/// first, lowest, highest and last, told apart by values: along the axis only what is kept is
/// taken.
class Run {
  public:
    Run(const PlaneView& view, int columns, bool all)
        : view_(view), perColumn_(columns / (view.x1 - view.x0)), all_(all) {}

    void add(const ChartPoint& point) {
        if (all_) {
            append(point);
        } else if (first_ == nullptr || point.x >= columnEnd_) {
            flush();
            first_ = low_ = high_ = last_ = &point;
            const double along = alongAxis(point.x, view_.xScale) - view_.x0;
            columnEnd_ =
                valueAt(view_.x0 + (std::floor(along * perColumn_) + 1) / perColumn_, view_.xScale);
        } else {
            last_ = &point;
            low_ = point.y < low_->y ? &point : low_;
            high_ = point.y > high_->y ? &point : high_;
        }
    }

    /// The run, which begins anew.
    QVector<QPointF> take() {
        flush();
        return std::exchange(kept_, {});
    }

  private:
    void append(const ChartPoint& point) {
        kept_.append({alongAxis(point.x, view_.xScale), alongAxis(point.y, view_.yScale)});
    }
    void flush() {
        if (first_ == nullptr) {
            return;
        }
        const ChartPoint* previous = nullptr;
        for (const ChartPoint* point :
             {first_, std::min(low_, high_), std::max(low_, high_), last_}) {
            if (point != previous) {
                append(*point);
                previous = point;
            }
        }
        first_ = nullptr;
    }

    const PlaneView& view_;
    double perColumn_, columnEnd_ = 0;
    bool all_;
    const ChartPoint *first_ = nullptr, *low_ = nullptr, *high_ = nullptr, *last_ = nullptr;
    QVector<QPointF> kept_;
};

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

std::pair<std::size_t, std::size_t> rangeInView(std::span<const ChartPoint> points,
                                                const PlaneView& view) {
    // What has no position on a log axis lies before it all.
    const auto below = [&](const ChartPoint& point, double x) {
        const double along = alongAxis(point.x, view.xScale);
        return std::isnan(along) ? point.x < 1 : along < x;
    };
    const auto above = [&](double x, const ChartPoint& point) {
        const double along = alongAxis(point.x, view.xScale);
        return std::isnan(along) ? point.x > 1 : along > x;
    };
    const auto first = std::lower_bound(points.begin(), points.end(), view.x0, below);
    const auto last = std::upper_bound(first, points.end(), view.x1, above);
    return {std::size_t(first - points.begin()), std::size_t(last - points.begin())};
}

Curves curvesInView(std::span<const ChartPoint> points, const PlaneView& view, int columns) {
    Curves curves;
    if (points.empty() || columns < 1 || !(view.x1 > view.x0) || !(view.y1 > view.y0)) {
        return curves;
    }
    const auto [first, last] = rangeInView(points, view);
    // One point beyond each edge, so that lines go on to it.
    const std::size_t begin = first > 0 ? first - 1 : first,
                      end = last < points.size() ? last + 1 : last;
    Run run(view, columns, end - begin <= 2 * std::size_t(columns));
    const auto finish = [&] {
        if (const QVector<QPointF> kept = run.take(); !kept.isEmpty()) {
            appendClipped(kept, view, curves);
        }
    };
    const ChartPoint* highest = nullptr;
    for (std::size_t i = begin; i < end; ++i) {
        const ChartPoint& point = points[i];
        if (!hasPosition(point.x, view.xScale)) {
            continue;
        }
        const bool inside = i >= first && i < last;
        if (!hasPosition(point.y, view.yScale)) {
            finish();
            if (inside) {
                curves.notNumbers.push_back(alongAxis(point.x, view.xScale));
            }
            continue;
        }
        if (inside && (highest == nullptr || point.y > highest->y)) {
            highest = &point;
        }
        run.add(point);
    }
    finish();
    if (highest != nullptr && alongAxis(highest->y, view.yScale) > view.y1) {
        curves.cutAbove = true;
        curves.cutAboveX = alongAxis(highest->x, view.xScale);
    }
    return curves;
}

}  // namespace shearbench::widgets
