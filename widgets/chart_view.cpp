// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_view.h"

#include <QGraphicsLayout>
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

ChartView::ChartView(const Theme& theme, QWidget* parent)
    : QChartView(parent),
      theme_(theme),
      xAxis_(new QtCharts::QValueAxis),
      yAxis_(new QtCharts::QValueAxis) {
    auto* chart = this->chart();
    chart->legend()->hide();
    chart->setBackgroundVisible(false);
    chart->setBackgroundRoundness(0);
    chart->setMargins({0, 0, 0, 0});
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->setAnimationOptions(QtCharts::QChart::NoAnimation);
    chart->setPlotAreaBackgroundVisible(false);
    chart->addAxis(xAxis_, Qt::AlignBottom);
    chart->addAxis(yAxis_, Qt::AlignLeft);
    xAxis_->setVisible(false);
    yAxis_->setVisible(false);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setViewportUpdateMode(FullViewportUpdate);
    setFocusPolicy(Qt::NoFocus);
    setMouseTracking(true);
    viewport()->setMouseTracking(true);
}

void ChartView::setSpec(ChartSpec spec) {
    spec_ = std::move(spec);
    drawable_.clear();
    bare_.clear();
    for (Series& series : spec_.series) {
        drawable_.push_back(orderPoints(series.points));
        bare_.push_back(series.marker == Marker::none &&
                        std::none_of(series.points.begin(), series.points.end(),
                                     [](const ChartPoint& p) { return p.low <= p.high; }));
    }
    refresh();
}

std::span<const ChartPoint> ChartView::pointsOf(std::size_t series) const {
    return {spec_.series[series].points.data(), drawable_[series]};
}

void ChartView::setSparkline(bool on) {
    sparkline_ = on;
    refresh();
}

void ChartView::restyle() {
    refresh();
}

void ChartView::layOut(const QSizeF& size) {
    size_ = size;
    refresh();
}

void ChartView::resizeEvent(QResizeEvent* event) {
    QChartView::resizeEvent(event);
    layOut(QSizeF(event->size()));
}

void ChartView::refresh() {
    if (size_.width() < 8 || size_.height() < 8) {
        return;
    }
    findRanges();
    findMargins();
    // Setting the plot area alone would leave the layout behind at its old geometry.
    if (chart()->size() != size_ || chart()->plotArea() != plot_) {
        chart()->resize(size_);
        chart()->setPlotArea(plot_);
        chart()->layout()->invalidate();
        chart()->layout()->activate();
    }
    if (xAxis_->min() != plane_.x0 || xAxis_->max() != plane_.x1) {
        xAxis_->setRange(plane_.x0, plane_.x1);
    }
    if (yAxis_->min() != plane_.y0 || yAxis_->max() != plane_.y1) {
        yAxis_->setRange(plane_.y0, plane_.y1);
    }
    updateCurves();
    viewport()->update();
}

// ---- ranges and margins ---------------------------------------------------------------------

std::pair<double, double> ChartView::dataX() const {
    double low = kInfinity, high = -kInfinity;
    const auto take = [&](double x) {
        if (!std::isnan(alongAxis(x, spec_.x.scale))) {
            low = std::min(low, x);
            high = std::max(high, x);
        }
    };
    const PlaneView everything{-300, 300, 0, 1, Scale::log, Scale::linear};
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        std::size_t first = 0, last = drawable_[s];
        if (spec_.x.scale == Scale::log) {
            std::tie(first, last) = rangeInView(pointsOf(s), everything);
        }
        if (first < last) {
            take(spec_.series[s].points[first].x);
            take(spec_.series[s].points[last - 1].x);
        }
    }
    for (const ChartMark& mark : spec_.marks) {
        take(mark.x);
    }
    if (spec_.failure) {
        take(spec_.failure->x);
    }
    if (spec_.pending) {
        take(spec_.pending->x);
    }
    if (low > high) {
        return spec_.x.scale == Scale::log ? std::pair(1.0, 10.0) : std::pair(0.0, 1.0);
    }
    return {low, high};
}

std::pair<double, double> ChartView::dataY() const {
    double low = kInfinity, high = -kInfinity;
    const auto take = [&](double y) {
        if (hasPosition(y, spec_.y.scale)) {
            low = std::min(low, y);
            high = std::max(high, y);
        }
    };
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        const std::span<const ChartPoint> points = pointsOf(s);
        const auto [first, last] =
            xView ? rangeInView(points, plane_) : std::pair(std::size_t{0}, points.size());
        for (const ChartPoint& point : points.subspan(first, last - first)) {
            take(point.y);
            take(point.low);
            take(point.high);
        }
    }
    for (const ChartLevel& level : spec_.levels) {
        take(level.y);
    }
    if (spec_.failure) {
        take(spec_.failure->y);
    }
    if (spec_.pending) {
        take(spec_.pending->y);
    }
    if (low > high) {
        return spec_.y.scale == Scale::log ? std::pair(1.0, 10.0) : std::pair(0.0, 1.0);
    }
    return {low, high};
}

// Words of a zone stand in a corner of the plot, clear of the curves.
std::pair<double, double> ChartView::withRoomForWords(double low, double high) const {
    double a = alongAxis(low, plane_.yScale), b = alongAxis(high, plane_.yScale);
    const double height = std::max(1.0, size_.height() - theme_.scaled(74));
    const double room = std::clamp(theme_.scaled(34) / height, 0.16, 0.35) * (b - a);
    if (!(room > 0)) {
        return {low, high};
    }
    const auto words = [&](bool top) {
        return std::any_of(spec_.zones.begin(), spec_.zones.end(), [&](const ChartZone& zone) {
            return zone.textAtTop == top && !zone.text.isEmpty();
        });
    };
    a -= words(false) ? room : 0;
    b += words(true) ? room : 0;
    return {valueAt(a, plane_.yScale), valueAt(b, plane_.yScale)};
}

void ChartView::findRanges() {
    plane_.xScale = spec_.x.scale;
    plane_.yScale = spec_.y.scale;
    const auto along = [](const std::optional<double>& wanted, double other, Scale scale) {
        const double value = wanted ? alongAxis(*wanted, scale) : std::nan("");
        return std::isnan(value) ? alongAxis(other, scale) : value;
    };
    auto [x0, x1] = xView ? *xView : dataX();
    plane_.x0 = along(xView ? std::nullopt : spec_.x.minimum, x0, plane_.xScale);
    plane_.x1 = along(xView ? std::nullopt : spec_.x.maximum, x1, plane_.xScale);
    if (!(plane_.x1 > plane_.x0)) {
        plane_.x0 -= 0.5;
        plane_.x1 = plane_.x0 + 1;
    }

    // A tick every 20 px of height or more, every 48 px of width; at 1, 2, 5 a little closer.
    const double height = size_.height() - theme_.scaled(74);
    const double width = size_.width() - theme_.scaled(120);
    const bool log = plane_.yScale == Scale::log;
    const int mostY = std::clamp(int(height / theme_.scaled(log ? 17 : 20)), 2, log ? 14 : 8);
    const int mostX = std::clamp(int(width / theme_.scaled(48)), 2, 12);
    auto [y0, y1] = dataY();
    if (yView) {
        std::tie(y0, y1) = *yView;
    } else if (sparkline_) {
        const double pad = y1 > y0 ? 0.05 * (y1 - y0) : 1;
        y0 -= pad;
        y1 += pad;
    } else {
        // A given end bounds the data that the other end is chosen for.
        y0 = spec_.y.minimum   ? *spec_.y.minimum
             : spec_.y.maximum ? std::min(y0, *spec_.y.maximum)
                               : y0;
        y1 = spec_.y.maximum ? *spec_.y.maximum : std::max(y1, y0);
        const auto [below, above] = withRoomForWords(y0, y1);
        const auto nice = niceRange(below, above, plane_.yScale, mostY);
        y0 = spec_.y.minimum ? y0 : nice.first;
        y1 = spec_.y.maximum ? y1 : nice.second;
    }
    plane_.y0 = alongAxis(y0, plane_.yScale);
    plane_.y1 = alongAxis(y1, plane_.yScale);
    if (!(plane_.y1 > plane_.y0)) {
        plane_.y0 = (std::isnan(plane_.y1) ? 0 : plane_.y1) - 0.5;
        plane_.y1 = plane_.y0 + 1;
    }

    const double low = valueAt(plane_.y0, plane_.yScale), high = valueAt(plane_.y1, plane_.yScale);
    yTicks_ =
        plane_.yScale == Scale::log ? logTicks(low, high, mostY) : linearTicks(low, high, mostY);
    const double left = valueAt(plane_.x0, plane_.xScale),
                 right = valueAt(plane_.x1, plane_.xScale);
    const auto own = [&](const std::vector<double>& values, double from, double to) {
        std::vector<Tick> ticks;
        for (const double value : values) {
            if (value >= from && value <= to) {
                ticks.push_back({value, shortText(value, 4)});
            }
        }
        return ticks;
    };
    if (!spec_.y.ticks.empty()) {
        yTicks_ = own(spec_.y.ticks, low, high);
    }
    if (!spec_.x.ticks.empty()) {
        xTicks_ = own(spec_.x.ticks, left, right);
    } else {
        xTicks_ = plane_.xScale == Scale::log ? logTicks(left, right, mostX)
                                              : linearTicks(left, right, mostX, spec_.x.leastStep);
    }
}

void ChartView::findMargins() {
    if (sparkline_) {
        const double pad = theme_.scaled(2);
        plot_ = QRectF({0, 0}, size_).adjusted(pad, pad, -pad, -pad);
        return;
    }
    const QFontMetricsF metrics(theme_.font(TextSize::caption));
    const QFontMetricsF strong(theme_.font(TextSize::caption, QFont::DemiBold));
    double widest = theme_.scaled(26);
    for (const Tick& tick : yTicks_) {
        widest = std::max(widest, metrics.horizontalAdvance(tick.text));
    }
    const double left = std::min(widest + theme_.scaled(20), 0.4 * size_.width());
    // A label needs room from its curve's end on, which may lie well within the plot.
    double right = theme_.scaled(16);
    const auto reserve = [&](double x, const QString& text, const QString& note) {
        const double need =
            std::max(strong.horizontalAdvance(text), metrics.horizontalAdvance(note));
        const double along = (alongAxis(x, plane_.xScale) - plane_.x0) / (plane_.x1 - plane_.x0);
        if (need > 0 && along > 0) {
            const double room = size_.width() - left;
            right = std::max(right, room - (room - need - theme_.scaled(20)) /
                                               (xView ? 1 : std::min(along, 1.0)));
        }
    };
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        const Series& series = spec_.series[s];
        reserve(drawable_[s] > 0 ? series.points[drawable_[s] - 1].x : plane_.x1, series.label,
                series.note);
    }
    if (spec_.pending) {
        reserve(spec_.pending->x, spec_.pending->label, spec_.pending->note);
    }
    for (const ChartLevel& level : spec_.levels) {
        right = std::max(right, strong.horizontalAdvance(level.text) + theme_.scaled(20));
    }
    if (spec_.failure) {
        reserve(spec_.failure->x, spec_.failure->text, {});
    }
    right = std::min(right, 0.4 * size_.width());
    const QMarginsF margins(left, theme_.scaled(32), right, theme_.scaled(42));
    plot_ = QRectF({0, 0}, size_).marginsRemoved(margins);
    plot_.setWidth(std::max(plot_.width(), 1.0));
    plot_.setHeight(std::max(plot_.height(), 1.0));
}

// ---- curves ---------------------------------------------------------------------------------

QColor ChartView::line(const SeriesColour& colour) const {
    return std::holds_alternative<Colour>(colour) ? theme_.colour(std::get<Colour>(colour))
                                                  : theme_.line(std::get<DeviceColour>(colour));
}

QColor ChartView::ink(const SeriesColour& colour) const {
    return std::holds_alternative<Colour>(colour) ? theme_.colour(std::get<Colour>(colour))
                                                  : theme_.text(std::get<DeviceColour>(colour));
}

void ChartView::updateCurves() {
    curves_.clear();
    std::size_t used = 0;
    const int columns = std::max(1, int(plot_.width() * devicePixelRatioF()));
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        const Series& series = spec_.series[s];
        curves_.push_back(curvesInView(pointsOf(s), plane_, columns));
        const bool dashed = series.style == LineStyle::dashed;
        const double width = series.width > 0 ? series.width : dashed ? 1.6 : 2.2;
        QPen pen(line(series.colour), theme_.scaled(width), Qt::SolidLine, Qt::FlatCap,
                 Qt::RoundJoin);
        if (dashed) {
            pen.setDashPattern({5, 3});
        }
        for (const auto& points : curves_.back().lines) {
            if (used == lines_.size()) {
                auto* created = new QtCharts::QLineSeries;
                chart()->addSeries(created);
                created->attachAxis(xAxis_);
                created->attachAxis(yAxis_);
                lines_.push_back(created);
            }
            QtCharts::QLineSeries* target = lines_[used++];
            if (target->pen() != pen) {
                target->setPen(pen);
            }
            target->replace(points);
        }
    }
    for (std::size_t i = used; i < lines_.size(); ++i) {
        if (lines_[i]->count() > 0) {
            lines_[i]->clear();
        }
    }
}

// ---- mapping and the point under the cursor -------------------------------------------------

QPointF ChartView::mapAlong(const QPointF& along) const {
    return {plot_.left() + (along.x() - plane_.x0) / (plane_.x1 - plane_.x0) * plot_.width(),
            plot_.bottom() - (along.y() - plane_.y0) / (plane_.y1 - plane_.y0) * plot_.height()};
}

QPointF ChartView::map(double x, double y) const {
    return mapAlong({alongAxis(x, plane_.xScale), alongAxis(y, plane_.yScale)});
}

QPointF ChartView::valueOf(const QPointF& position) const {
    const double x =
        plane_.x0 + (position.x() - plot_.left()) / plot_.width() * (plane_.x1 - plane_.x0);
    const double y =
        plane_.y0 + (plot_.bottom() - position.y()) / plot_.height() * (plane_.y1 - plane_.y0);
    return {valueAt(x, plane_.xScale), valueAt(y, plane_.yScale)};
}

std::optional<double> ChartView::nearestX(double px) const {
    const double wanted = valueOf({px, plot_.bottom()}).x();
    const double near = theme_.scaled(8);
    std::optional<double> best;
    double bestDistance = kInfinity;
    std::size_t bestCount = 0;
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        const auto& points = spec_.series[s].points;
        const auto begin = points.begin(), end = begin + std::ptrdiff_t(drawable_[s]);
        auto next = std::lower_bound(begin, end, wanted,
                                     [](const ChartPoint& p, double x) { return p.x < x; });
        for (auto p : {next == begin ? end : next - 1, next}) {
            if (p == end) {
                continue;
            }
            const double distance = std::abs(map(p->x, 1).x() - px);
            if (std::isnan(distance) || map(p->x, 1).x() < plot_.left() - 1 ||
                map(p->x, 1).x() > plot_.right() + 1) {
                continue;
            }
            // Among several near, the one of the curve with fewer points: an epoch's end rather
            // than a step within it.
            const bool both = distance <= near && bestDistance <= near;
            const bool better = both && drawable_[s] != bestCount ? drawable_[s] < bestCount
                                                                  : distance < bestDistance;
            if (better) {
                best = p->x;
                bestDistance = distance;
                bestCount = drawable_[s];
            }
        }
    }
    return best;
}

std::vector<double> ChartView::steps() const {
    std::vector<double> result;
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        if (drawable_[s] > 1 && drawable_[s] < fewest) {
            fewest = drawable_[s];
        }
    }
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        if (drawable_[s] <= std::max<std::size_t>(2 * fewest, 64) || drawable_[s] == fewest) {
            for (std::size_t i = 0; i < drawable_[s]; ++i) {
                result.push_back(spec_.series[s].points[i].x);
            }
        }
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

const ChartPoint* ChartView::readOut(std::size_t index) const {
    if (!cursor) {
        return nullptr;
    }
    const auto& points = spec_.series[index].points;
    const auto begin = points.begin(), end = begin + std::ptrdiff_t(drawable_[index]);
    const auto next = std::lower_bound(begin, end, *cursor,
                                       [](const ChartPoint& p, double x) { return p.x < x; });
    const double at = map(*cursor, 1).x();
    const ChartPoint* found = nullptr;
    double best = theme_.scaled(6);
    for (auto p : {next == begin ? end : next - 1, next}) {
        if (p != end && std::abs(map(p->x, 1).x() - at) <= best) {
            best = std::abs(map(p->x, 1).x() - at);
            found = &*p;
        }
    }
    return found;
}

QString ChartView::xText(double x) const {
    return spec_.x.format ? spec_.x.format(x) : shortText(x, 4);
}

QString ChartView::yText(double y) const {
    return spec_.y.format ? spec_.y.format(y) : shortText(y, 4);
}

}  // namespace shearbench::widgets
