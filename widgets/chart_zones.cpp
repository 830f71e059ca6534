// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/chart_view.h"

// What a chart shows behind its curves: tinted ranges and their words.

namespace shearbench::widgets {

QRectF ChartView::areaOf(const ChartZone& zone) const {
    const auto edge = [&](double y) {
        const double at = map(1, y).y();
        // Infinite ends, and zero on a log axis, are the plot's own.
        return std::isnan(at) ? (y > 0 ? plot_.top() : plot_.bottom())
                              : std::clamp(at, plot_.top(), plot_.bottom());
    };
    const double bottom = edge(zone.from), top = edge(zone.to);
    return {plot_.left(), top, plot_.width(), std::max(0.0, bottom - top)};
}

QRectF ChartView::areaOf(const ChartSpan& span) const {
    const double from = std::clamp(map(span.from, 1).x(), plot_.left(), plot_.right());
    const double to = std::clamp(map(span.to, 1).x(), plot_.left(), plot_.right());
    return {from, plot_.top(), std::max(0.0, to - from), plot_.height()};
}

void ChartView::drawZones(QPainter& p) const {
    for (const ChartZone& zone : spec_.zones) {
        if (const QRectF area = areaOf(zone); area.height() >= 1) {
            p.fillRect(area, theme_.colour(zone.colour, 0.055));
        }
    }
    for (const ChartSpan& span : spec_.spans) {
        if (const QRectF area = areaOf(span); area.width() >= 1) {
            p.fillRect(area, theme_.colour(Colour::raised));
        }
    }
}

/// Whether no curve runs through `area`.
bool ChartView::isClear(const QRectF& area) const {
    const auto crosses = [&](const QPointF& from, const QPointF& to) {
        const QPointF a = mapAlong(from), b = mapAlong(to);
        if (b.x() < area.left() || a.x() > area.right()) {
            return false;
        }
        const double slope = b.x() > a.x() ? (b.y() - a.y()) / (b.x() - a.x()) : 0;
        const auto heightAt = [&](double x, double otherwise) {
            return b.x() > a.x() ? a.y() + slope * (x - a.x()) : otherwise;
        };
        const double first = heightAt(std::max(a.x(), area.left()), a.y());
        const double last = heightAt(std::min(b.x(), area.right()), b.y());
        return std::min(first, last) <= area.bottom() && std::max(first, last) >= area.top();
    };
    for (const Curves& curve : curves_) {
        for (const auto& run : curve.lines) {
            for (int i = 1; i < run.size(); ++i) {
                if (crosses(run[i - 1], run[i])) {
                    return false;
                }
            }
        }
    }
    return true;
}

/// Moves `place` within `area` towards its other end, to where no curve and no line of the grid
/// runs through; leaves it where there is no such place.
QRectF ChartView::clearPlace(const QRectF& place, const QRectF& area) const {
    const auto crossed = [this](const QRectF& there) {
        const auto lies = [&](const Tick& tick) {
            const double y = map(1, tick.value).y();
            return y >= there.top() && y <= there.bottom();
        };
        return !isClear(there) || std::any_of(yTicks_.begin(), yTicks_.end(), lies);
    };
    const double step = place.center().y() > area.center().y() ? -1 : 1;
    QRectF there = place;
    while (area.contains(there)) {
        if (!crossed(there)) {
            return there;
        }
        there.translate(0, step * theme_.scaled(1));
    }
    return place;
}

// After the grid, whose lines would strike them out.
void ChartView::drawZoneWords(QPainter& p) const {
    p.setPen(theme_.colour(Colour::text3));
    const auto draw = [&](const QFont& font, const QString& words, const QRectF& area,
                          Qt::Alignment where) {
        const QFontMetricsF metrics(font);
        const double pad = theme_.scaled(6);
        QRectF place(0, 0, metrics.horizontalAdvance(words), metrics.capHeight() + pad);
        if (place.width() + pad > area.width() || place.height() + 2 * pad > area.height()) {
            return;
        }
        place.moveCenter(area.center());
        if (where.testFlag(Qt::AlignRight)) {
            place.moveRight(area.right() - pad);
        }
        where.testFlag(Qt::AlignTop) ? place.moveTop(area.top() + pad)
                                     : place.moveBottom(area.bottom() - pad);
        p.setFont(font);
        p.drawText(clearPlace(place, area).bottomLeft() - QPointF(0, pad / 2), words);
    };
    for (const ChartZone& zone : spec_.zones) {
        draw(theme_.font(TextSize::title), zone.text, areaOf(zone),
             Qt::AlignRight | (zone.textAtTop ? Qt::AlignTop : Qt::AlignBottom));
    }
    for (const ChartSpan& span : spec_.spans) {
        draw(theme_.font(TextSize::caption), span.text, areaOf(span),
             Qt::AlignHCenter | Qt::AlignBottom);
    }
}

}  // namespace shearbench::widgets
