// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "widgets/chart_view.h"
#include "widgets/number_text.h"

// What a chart shows besides its curves.

namespace shearbench::widgets {
namespace {

/// Breaks a text between words so that its lines are no wider than `room`; a word that is, and what
/// is left after four lines, is cut.
QStringList linesIn(const QString& text, const QFontMetricsF& metrics, double room) {
    constexpr int kMostLines = 4;
    QStringList lines;
    bool number = false;
    for (const QString& word : text.split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const QString longer = lines.isEmpty() ? word : lines.last() + QLatin1Char(' ') + word;
        const bool fits = metrics.horizontalAdvance(longer) <= room;
        if (lines.isEmpty() || (!fits && !number && lines.size() < kMostLines)) {
            lines << word;
        } else if (fits || lines.size() == kMostLines || !lines.last().contains(QLatin1Char(' '))) {
            lines.last() = longer;
        } else {  // "2 cores" stays together
            const int gap = lines.last().lastIndexOf(QLatin1Char(' '));
            lines << lines.last().mid(gap + 1) + QLatin1Char(' ') + word;
            lines[lines.size() - 2].truncate(gap);
        }
        word.toInt(&number);
    }
    for (QString& line : lines) {
        line = metrics.elidedText(line, Qt::ElideRight, room);
    }
    return lines;
}

/// Lines of one pixel lie on pixels.
double crisp(double v) {
    return std::floor(v) + 0.5;
}

}  // namespace

void ChartView::paint(QPainter& painter) {
    drawBackground(&painter, {});
    scene()->render(&painter, QRectF({0, 0}, size_), QRectF({0, 0}, size_));
    painter.setClipping(false);
    drawForeground(&painter, {});
}

void ChartView::drawBackground(QPainter* painter, const QRectF&) {
    if (sparkline_) {
        return;
    }
    painter->save();
    drawZones(*painter);
    drawGrid(*painter);
    drawZoneWords(*painter);
    painter->restore();
}

void ChartView::drawForeground(QPainter* painter, const QRectF&) {
    painter->save();
    painter->setRenderHint(QPainter::Antialiasing);
    if (!sparkline_) {
        drawAxes(*painter);
    }
    drawPoints(*painter);
    if (!sparkline_) {
        drawMisfits(*painter);
        drawMarks(*painter);
        drawEndLabels(*painter);
        drawReadOut(*painter);
    }
    painter->restore();
}

void ChartView::drawGrid(QPainter& p) const {
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen(theme_.colour(Colour::grid), std::max(1.0, std::floor(theme_.scaled(1)))));
    for (const Tick& tick : yTicks_) {
        const double y = crisp(map(1, tick.value).y());
        p.drawLine(QPointF(plot_.left(), y), QPointF(plot_.right(), y));
    }
    p.setRenderHint(QPainter::Antialiasing, true);
    for (const ChartLevel& level : spec_.levels) {
        const double y = map(1, level.y).y();
        if (y >= plot_.top() && y <= plot_.bottom()) {
            p.setPen(QPen(theme_.colour(level.colour), theme_.scaled(1.6)));
            p.drawLine(QPointF(plot_.left(), y), QPointF(plot_.right(), y));
        }
    }
}

void ChartView::drawAxes(QPainter& p) const {
    const QFont font = theme_.font(TextSize::caption);
    const QFontMetricsF metrics(font);
    const double line = std::max(1.0, std::floor(theme_.scaled(1)));
    const double bottom = crisp(plot_.bottom());
    p.setRenderHint(QPainter::Antialiasing, false);
    p.setPen(QPen(theme_.colour(Colour::axis), line));
    p.drawLine(QPointF(plot_.left(), bottom), QPointF(plot_.right(), bottom));
    for (const Tick& tick : xTicks_) {
        const double x = crisp(map(tick.value, 1).x());
        p.drawLine(QPointF(x, bottom), QPointF(x, bottom + theme_.scaled(4)));
    }
    p.setRenderHint(QPainter::Antialiasing, true);

    p.setFont(font);
    p.setPen(theme_.colour(Colour::text3));
    const double height = metrics.height();
    for (const Tick& tick : yTicks_) {
        const double y = map(1, tick.value).y();
        p.drawText(QRectF(0, y - height / 2, plot_.left() - theme_.scaled(8), height),
                   Qt::AlignRight | Qt::AlignVCenter, tick.text);
    }
    // Own ticks may stand close: then those have labels that leave room to the one before.
    double taken = -1e9;
    for (const Tick& tick : xTicks_) {
        const double width = metrics.horizontalAdvance(tick.text);
        const double x = map(tick.value, 1).x();
        if (x - width / 2 < taken + theme_.scaled(6)) {
            continue;
        }
        taken = x + width / 2;
        p.drawText(QRectF(x - width, plot_.bottom() + theme_.scaled(6), 2 * width, height),
                   Qt::AlignHCenter | Qt::AlignTop, tick.text);
    }
    const auto title = [](const ChartAxis& axis) {
        return axis.scale == Scale::log ? axis.title + tr(", log scale") : axis.title;
    };
    const double left = theme_.scaled(12), right = size_.width() - left;
    p.drawText(QRectF(left, plot_.top() - theme_.scaled(26), right - left, theme_.scaled(16)),
               Qt::AlignLeft | Qt::AlignVCenter,
               metrics.elidedText(title(spec_.y), Qt::ElideRight, right - left));
    p.drawText(
        QRectF(left, plot_.bottom() + theme_.scaled(24), plot_.right() - left, theme_.scaled(16)),
        Qt::AlignRight | Qt::AlignVCenter,
        metrics.elidedText(title(spec_.x), Qt::ElideRight, plot_.right() - left));
}

void ChartView::drawMarker(QPainter& p, const QPointF& at, const Series& series) const {
    const double r = theme_.scaled(3.4);
    const QColor colour = line(series.colour);
    p.setPen(QPen(colour, theme_.scaled(1.5)));
    p.setBrush(series.style == LineStyle::dashed ? theme_.colour(Colour::surface) : colour);
    if (series.marker == Marker::square) {
        p.drawRect(QRectF(at.x() - 0.9 * r, at.y() - 0.9 * r, 1.8 * r, 1.8 * r));
    } else if (series.marker == Marker::diamond) {
        const double d = 1.25 * r;
        p.drawPolygon(QPolygonF(
            {at + QPointF(0, -d), at + QPointF(d, 0), at + QPointF(0, d), at + QPointF(-d, 0)}));
    } else {
        p.drawEllipse(at, r, r);
    }
}

void ChartView::drawPoints(QPainter& p) const {
    // Marks would hide each other, and cost much, where points lie closer than they are large.
    const double spacing = theme_.scaled(7);
    const auto before = [](const ChartPoint& point, double x) { return point.x < x; };
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        const Series& series = spec_.series[s];
        p.setPen(Qt::NoPen);
        p.setBrush(line(series.colour));
        for (const QPointF& dot : curves_[s].dots) {
            p.drawEllipse(mapAlong(dot), theme_.scaled(2), theme_.scaled(2));
        }
        if (bare_[s]) {
            continue;
        }
        const auto points = pointsOf(s);
        const auto [first, last] = rangeInView(points, plane_);
        const auto end = points.begin() + std::ptrdiff_t(last);
        for (auto point = points.begin() + std::ptrdiff_t(first); point != end;) {
            const QPointF at = map(point->x, point->y);
            if (std::isnan(at.y()) || at.y() < plot_.top() - 1 || at.y() > plot_.bottom() + 1) {
                ++point;
                continue;
            }
            drawInterval(p, *point, series);
            if (series.marker != Marker::none) {
                drawMarker(p, at, series);
            }
            const double next = valueOf({at.x() + spacing, at.y()}).x();
            point = std::lower_bound(point + 1, end, next, before);
        }
    }
    drawPending(p);
}

void ChartView::drawInterval(QPainter& p, const ChartPoint& point, const Series& series) const {
    const double x = map(point.x, 1).x();
    const double low = map(point.x, point.low).y(), high = map(point.x, point.high).y();
    if (!std::isfinite(low) || !std::isfinite(high) || low - high <= 1) {
        return;
    }
    p.setPen(QPen(line(series.colour), theme_.scaled(1.4)));
    const double cap = theme_.scaled(3.5);
    const double bottom = std::min(low, plot_.bottom()), top = std::max(high, plot_.top());
    p.drawLine(QPointF(x, bottom), QPointF(x, top));
    p.drawLine(QPointF(x - cap, bottom), QPointF(x + cap, bottom));
    p.drawLine(QPointF(x - cap, top), QPointF(x + cap, top));
}

void ChartView::drawPending(QPainter& p) const {
    if (!spec_.pending) {
        return;
    }
    const QPointF at = map(spec_.pending->x, spec_.pending->y);
    if (plot_.adjusted(-1, -1, 1, 1).contains(at)) {
        QPen pen(line(spec_.pending->colour), theme_.scaled(1.6));
        pen.setDashPattern({1.5, 1.5});
        p.setPen(pen);
        p.setBrush(theme_.colour(Colour::surface));
        p.drawEllipse(at, theme_.scaled(5.5), theme_.scaled(5.5));
    }
}

void ChartView::drawCross(QPainter& p, const QPointF& at, double half, double width) const {
    p.setPen(QPen(theme_.colour(Colour::fail), width, Qt::SolidLine, Qt::RoundCap));
    p.drawLine(at + QPointF(-half, -half), at + QPointF(half, half));
    p.drawLine(at + QPointF(-half, half), at + QPointF(half, -half));
}

void ChartView::drawMisfits(QPainter& p) const {
    for (std::size_t s = 0; s < curves_.size(); ++s) {
        double last = -1e9;
        for (const double along : curves_[s].notNumbers) {
            const double x = mapAlong({along, 0}).x();
            if (x - last >= theme_.scaled(4)) {
                drawCross(p, {x, plot_.bottom() - theme_.scaled(5)}, theme_.scaled(2.5),
                          theme_.scaled(1.4));
                last = x;
            }
        }
        if (curves_[s].cutAbove) {
            const double x = mapAlong({curves_[s].cutAboveX, 0}).x(), y = plot_.top();
            const double w = theme_.scaled(4);
            p.setPen(Qt::NoPen);
            p.setBrush(ink(spec_.series[s].colour));
            p.drawPolygon(QPolygonF(
                {QPointF(x - w, y + 1.4 * w), QPointF(x + w, y + 1.4 * w), QPointF(x, y)}));
        }
    }
}

void ChartView::drawChip(QPainter& p, double x, const QString& text) const {
    const QFont font = theme_.font(TextSize::caption, QFont::DemiBold);
    const double width = QFontMetricsF(font).horizontalAdvance(text) + theme_.scaled(14);
    const double height = theme_.scaled(18);
    const double left = std::clamp(x - width / 2, 0.0, std::max(0.0, size_.width() - width));
    const QRectF chip(left, plot_.top() - height / 2, width, height);
    p.setPen(Qt::NoPen);
    p.setBrush(theme_.colour(Colour::text2));
    p.drawRoundedRect(chip, theme_.scaled(3), theme_.scaled(3));
    p.setFont(font);
    p.setPen(theme_.colour(Colour::surface));
    p.drawText(chip, Qt::AlignCenter, text);
}

void ChartView::drawMarks(QPainter& p) const {
    for (const ChartMark& mark : spec_.marks) {
        const double x = map(mark.x, 1).x();
        if (std::isnan(x) || x < plot_.left() || x > plot_.right()) {
            continue;
        }
        QPen pen(theme_.colour(Colour::text2), theme_.scaled(1.2));
        pen.setDashPattern({1.5, 2.5});
        p.setPen(pen);
        p.drawLine(QPointF(x, plot_.top()), QPointF(x, plot_.bottom()));
        drawChip(p, x, mark.text);
    }
    if (spec_.failure) {
        const QPointF at = map(spec_.failure->x, spec_.failure->y);
        if (plot_.adjusted(-1, -1, 1, 1).contains(at)) {
            drawCross(p, at, theme_.scaled(4.5), theme_.scaled(2));
        }
    }
}

// A light edge around letters keeps them readable on curves. Drawn as text twice, not as outlines,
// so that it stays text in vector files.
void ChartView::drawHaloText(QPainter& p, const QPointF& baseline, const QString& text,
                             const QFont& font, const QColor& colour) const {
    QPainterPath outline;
    outline.addText(baseline, font, text);
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(theme_.colour(Colour::surface), theme_.scaled(3), Qt::SolidLine, Qt::RoundCap,
                  Qt::RoundJoin));
    p.drawPath(outline);
    p.setFont(font);
    p.setPen(colour);
    p.drawText(baseline, text);
}

// Words that would not fit beside the curve go on below.
void ChartView::breakLines(EndLabel& label) const {
    const double room = size_.width() - label.at.x() - theme_.scaled(12);
    const QFontMetricsF strong(theme_.font(TextSize::caption, QFont::DemiBold));
    label.textLines = linesIn(label.text, strong, room);
    label.noteLines = linesIn(label.note, QFontMetricsF(theme_.font(TextSize::caption)), room);
}

double ChartView::labelHeight(const EndLabel& label) const {
    return theme_.scaled(16 + 14 * (label.lineCount() - 1));
}

std::vector<ChartView::EndLabel> ChartView::endLabels() const {
    std::vector<EndLabel> labels;
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        const Series& series = spec_.series[s];
        const QPointF* end = nullptr;
        for (const auto& run : curves_[s].lines) {
            if (end == nullptr || run.last().x() > end->x()) {
                end = &run.last();
            }
        }
        for (const QPointF& dot : curves_[s].dots) {
            if (end == nullptr || dot.x() > end->x()) {
                end = &dot;
            }
        }
        if (end != nullptr && !series.label.isEmpty()) {
            labels.push_back(
                {series.label, series.note, ink(series.colour), mapAlong(*end), {}, {}});
        }
    }
    if (spec_.pending && !spec_.pending->label.isEmpty()) {
        labels.push_back({spec_.pending->label,
                          spec_.pending->note,
                          ink(spec_.pending->colour),
                          map(spec_.pending->x, spec_.pending->y) + QPointF(theme_.scaled(4), 0),
                          {},
                          {}});
    }
    if (spec_.failure && !spec_.failure->text.isEmpty()) {
        labels.push_back({spec_.failure->text,
                          {},
                          theme_.colour(Colour::fail),
                          map(spec_.failure->x, spec_.failure->y) + QPointF(theme_.scaled(3), 0),
                          {},
                          {}});
    }
    for (const ChartLevel& level : spec_.levels) {
        labels.push_back({level.text,
                          {},
                          theme_.colour(level.colour),
                          {plot_.right(), map(1, level.y).y()},
                          {},
                          {}});
    }
    for (EndLabel& label : labels) {
        breakLines(label);
    }
    return labels;
}

void ChartView::drawEndLabels(QPainter& p) const {
    const std::vector<EndLabel> labels = endLabels();
    std::vector<double> wanted, heights;
    for (const EndLabel& label : labels) {
        // The first line stands beside the curve's end, others beneath it.
        wanted.push_back(label.at.y() + theme_.scaled(7 * (label.lineCount() - 1)));
        heights.push_back(labelHeight(label));
    }
    if (spec_.failure) {
        // Curves that end in a failure end at one place: its words stay there, theirs go above.
        double above = 0;
        for (std::size_t i = 0; i < labels.size(); ++i) {
            if (labels[i].text != spec_.failure->text &&
                std::abs(labels[i].at.x() - map(spec_.failure->x, 1).x()) < theme_.scaled(40)) {
                above += heights[i];
                wanted[i] = map(1, spec_.failure->y).y() - above;
            }
        }
    }
    const auto tops = spreadLabels(wanted, heights, plot_.top() - theme_.scaled(8), plot_.bottom());
    const QFont strong = theme_.font(TextSize::caption, QFont::DemiBold);
    const QFont plain = theme_.font(TextSize::caption);
    const double ascent = QFontMetricsF(strong).ascent();
    for (std::size_t i = 0; i < labels.size(); ++i) {
        const double x = labels[i].at.x() + theme_.scaled(8);
        if (std::isnan(x) || std::isnan(tops[i]) || size_.width() - x < theme_.scaled(16)) {
            continue;
        }
        QPointF baseline(x, tops[i] + theme_.scaled(7) + ascent / 2);
        for (const QString& line : labels[i].textLines) {
            drawHaloText(p, baseline, line, strong, labels[i].colour);
            baseline += QPointF(0, theme_.scaled(13));
        }
        for (const QString& line : labels[i].noteLines) {
            drawHaloText(p, baseline, line, plain, theme_.colour(Colour::text3));
            baseline += QPointF(0, theme_.scaled(13));
        }
    }
}

void ChartView::drawReadOut(QPainter& p) const {
    if (!cursor) {
        return;
    }
    const double x = map(*cursor, 1).x();
    if (std::isnan(x) || x < plot_.left() - 1 || x > plot_.right() + 1) {
        return;
    }
    p.setPen(QPen(theme_.colour(Colour::axis), theme_.scaled(1)));
    p.drawLine(QPointF(x, plot_.top()), QPointF(x, plot_.bottom()));

    struct Value {
        QPointF at;
        QString text;
        QColor colour, dot;
    };
    std::vector<Value> values;
    std::vector<double> wanted, heights;
    for (std::size_t s = 0; s < spec_.series.size(); ++s) {
        const ChartPoint* point = readOut(s);
        if (point == nullptr) {
            continue;
        }
        const QPointF at = map(point->x, point->y);
        const double y = std::isnan(at.y()) ? plot_.bottom() - theme_.scaled(12)
                                            : std::clamp(at.y(), plot_.top(), plot_.bottom());
        values.push_back({{at.x(), y},
                          yText(point->y),
                          ink(spec_.series[s].colour),
                          line(spec_.series[s].colour)});
        wanted.push_back(y - theme_.scaled(9));
        heights.push_back(theme_.scaled(15));
    }
    const auto tops = spreadLabels(wanted, heights, plot_.top() + theme_.scaled(8), plot_.bottom());
    const QFont font = theme_.font(TextSize::caption, QFont::DemiBold);
    const QFontMetricsF metrics(font);
    for (std::size_t i = 0; i < values.size(); ++i) {
        p.setPen(QPen(theme_.colour(Colour::surface), theme_.scaled(1.5)));
        p.setBrush(values[i].dot);
        p.drawEllipse(values[i].at, theme_.scaled(4), theme_.scaled(4));
        const double width = metrics.horizontalAdvance(values[i].text);
        const double right = values[i].at.x() + theme_.scaled(8);
        const bool fits = right + width < size_.width();
        const QPointF baseline(
            fits ? right : values[i].at.x() - theme_.scaled(8) - width,
            tops[i] + theme_.scaled(7.5) + metrics.ascent() / 2 - theme_.scaled(1));
        drawHaloText(p, baseline, values[i].text, font, values[i].colour);
    }
    drawChip(p, x, xText(*cursor));
}

}  // namespace shearbench::widgets
