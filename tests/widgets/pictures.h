// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QApplication>
#include <QColor>
#include <QImage>
#include <QMouseEvent>
#include <QWidget>
#include <cmath>
#include <functional>

// What tests ask of pictures.

namespace shearbench::widgets {

/// The widget as shown at this size.
inline QImage pictureOf(QWidget& widget, const QSize& size) {
    widget.resize(size);
    widget.show();
    QApplication::processEvents();  // layouts settle
    return widget.grab().toImage().convertToFormat(QImage::Format_RGB32);
}

inline double distance(const QColor& a, const QColor& b) {
    return std::hypot(a.redF() - b.redF(), a.greenF() - b.greenF(), a.blueF() - b.blueF());
}

/// Pixels within `tolerance` of a colour in an area (all of the picture if empty).
inline int pixelsOf(const QImage& image, const QColor& colour, QRect area = {},
                    double tolerance = 0.15) {
    area = area.isNull() ? image.rect() : area.intersected(image.rect());
    int count = 0;
    for (int y = area.top(); y <= area.bottom(); ++y) {
        for (int x = area.left(); x <= area.right(); ++x) {
            count += distance(image.pixelColor(x, y), colour) < tolerance;
        }
    }
    return count;
}

/// A mouse moving over a widget, with the left button held down or not.
inline void moveMouse(QWidget* widget, const QPoint& to, bool pressed = false) {
    QMouseEvent event(QEvent::MouseMove, to, widget->mapToGlobal(to), Qt::NoButton,
                      pressed ? Qt::LeftButton : Qt::NoButton, Qt::NoModifier);
    QApplication::sendEvent(widget, &event);
}

/// The square of `half` px around a point.
inline QRect around(const QPointF& point, int half) {
    return QRect(qRound(point.x()) - half, qRound(point.y()) - half, 2 * half + 1, 2 * half + 1);
}

}  // namespace shearbench::widgets
