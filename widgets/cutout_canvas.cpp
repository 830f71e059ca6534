// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/cutout_canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QResizeEvent>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/analysis/ellipse.h"
#include "widgets/number_text.h"

namespace shearbench::widgets {

namespace {

// On pictures of the sky, which are dark in every theme.
const QColor kPosterior{0xA9, 0xA7, 0xFF};
const QColor kLabel{255, 255, 255, 225};
const QColor kHalo{0, 0, 0, 130};  // where the picture is bright

void paintOutline(QPainter& painter, const QRectF& area,
                  const std::optional<analysis::Shape>& shape, double radius) {
    if (!shape) {
        return;
    }
    const double ratio = std::clamp(shape->axisRatio, 0.02, 1.0);
    painter.save();
    painter.translate(area.center());
    painter.rotate(-shape->angle * 180 / std::numbers::pi);
    painter.drawEllipse(QPointF(), radius / std::sqrt(ratio), radius * std::sqrt(ratio));
    painter.restore();
}

/// A round length of about a fifth of the width.
double roundLength(double arcseconds) {
    const double target = 0.2 * arcseconds;
    const double decade = std::pow(10.0, std::floor(std::log10(target)));
    for (double step : {5.0, 2.0, 1.0}) {
        if (step * decade <= target * 1.05) {
            return step * decade;
        }
    }
    return decade;
}

}  // namespace

void paintOutlines(QPainter& painter, const QRectF& area, const CutoutOutlines& outlines,
                   double radius, double crop, double thickness) {
    const auto shape = [&](const std::array<double, 2>& e) {
        return shapeOf(outlines.definition, e[0], e[1]);
    };
    const double onScreen = radius * area.width() / crop;
    painter.setBrush(Qt::NoBrush);
    const auto halo = [&](const std::array<double, 2>& e, double width) {
        painter.setPen(QPen(kHalo, width));
        paintOutline(painter, area, shape(e), onScreen);
    };
    if (outlines.posterior) {
        halo(*outlines.posterior, 3.2 * thickness);
        painter.setPen(QPen(kPosterior, 1.6 * thickness));
        paintOutline(painter, area, shape(*outlines.posterior), onScreen);
    }
    if (outlines.label) {
        halo(*outlines.label, 2.6 * thickness);
        QPen pen(kLabel, 1.2 * thickness);
        pen.setDashPattern({3.5, 3});
        painter.setPen(pen);
        paintOutline(painter, area, shape(*outlines.label), onScreen);
    }
}

CutoutCanvas::CutoutCanvas(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::CrossCursor);
    setAccessibleName(tr("Galaxy"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void CutoutCanvas::setFormat(const CutoutFormat& format) {
    format_ = format;
    pixels_.reset();
    image_ = {};
    moveCursor(std::nullopt);
    update();
}

void CutoutCanvas::setPixels(CutoutPixels pixels) {
    pixels_ = std::move(pixels);
    image_ = {};
    if (cursor_) {
        moveCursor(cursor_);
    }
    update();
}

void CutoutCanvas::setOutlines(const CutoutOutlines& outlines) {
    outlines_ = outlines;
    update();
}

void CutoutCanvas::setDisplay(const CutoutDisplay& display) {
    display_ = display;
    image_ = {};
    update();
}

QSize CutoutCanvas::sizeHint() const {
    return {theme_.px(244), std::max(theme_.px(96), shownWidth_)};
}

QSize CutoutCanvas::minimumSizeHint() const {
    return {theme_.px(96), theme_.px(96)};
}

void CutoutCanvas::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (width() != shownWidth_) {
        shownWidth_ = width();
        updateGeometry();
    }
}

QRectF CutoutCanvas::picture() const {
    const double side = std::min(width(), height());
    return {0, 0, side, side};
}

double CutoutCanvas::crop() const {
    return std::clamp(display_.crop, 1.0, double(std::max({format_.height, format_.width, 1})));
}

std::optional<QPoint> CutoutCanvas::pixelAt(const QPointF& position) const {
    const QRectF area = picture();
    if (!area.contains(position) || format_.pixels() == 0) {
        return std::nullopt;
    }
    const double scale = crop() / area.width();
    const int x = int(std::floor(0.5 * format_.width + (position.x() - area.center().x()) * scale));
    const int y =
        int(std::floor(0.5 * format_.height - (position.y() - area.center().y()) * scale));
    if (x < 0 || x >= format_.width || y < 0 || y >= format_.height) {
        return std::nullopt;
    }
    return QPoint(x, y);
}

QString CutoutCanvas::pixelText(int x, int y) const {
    if (!pixels_ || pixels_->size() != format_.pixels()) {
        return {};
    }
    const QStringList names = bandNames(format_);
    const auto value = [&](int band) {
        const std::size_t at = (std::size_t(band) * std::size_t(format_.height) + std::size_t(y)) *
                                   std::size_t(format_.width) +
                               std::size_t(x);
        return names.value(band) + ' ' + shortText(double((*pixels_)[at]), 4);
    };
    QStringList values;
    if (display_.band < 0 && format_.colour) {
        for (int band : format_.colour->band) {
            values << value(band);
        }
    } else {
        values << value(std::clamp(display_.band, 0, format_.channels - 1));
    }
    const QString text = tr("x %1, y %2:  %3").arg(x).arg(y).arg(values.join(QStringLiteral("  ")));
    const QString units = format_.units.section(QLatin1Char(','), 0, 0).trimmed();
    return units.isEmpty()                       ? text
           : units == QLatin1String("electrons") ? text + QStringLiteral(" e⁻")
                                                 : text + ' ' + units;
}

void CutoutCanvas::moveCursor(const std::optional<QPoint>& pixel) {
    cursor_ = pixel;
    const QString text = pixel ? pixelText(pixel->x(), pixel->y()) : QString();
    setAccessibleDescription(text);
    Q_EMIT readout(text);
    update();
}

void CutoutCanvas::mouseMoveEvent(QMouseEvent* event) {
    moveCursor(pixelAt(event->localPos()));
}

void CutoutCanvas::leaveEvent(QEvent*) {
    if (!hasFocus()) {
        moveCursor(std::nullopt);
    }
}

void CutoutCanvas::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void CutoutCanvas::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    moveCursor(std::nullopt);
}

void CutoutCanvas::keyPressEvent(QKeyEvent* event) {
    QPoint step;
    switch (event->key()) {
        case Qt::Key_Left:
            step = {-1, 0};
            break;
        case Qt::Key_Right:
            step = {1, 0};
            break;
        case Qt::Key_Up:
            step = {0, 1};
            break;
        case Qt::Key_Down:
            step = {0, -1};
            break;
        default:
            QWidget::keyPressEvent(event);
            return;
    }
    if (format_.pixels() == 0) {
        return;
    }
    const QPoint from = cursor_.value_or(QPoint(format_.width / 2, format_.height / 2) - step);
    const QPoint to = from + step;
    moveCursor(QPoint(std::clamp(to.x(), 0, format_.width - 1),
                      std::clamp(to.y(), 0, format_.height - 1)));
}

void CutoutCanvas::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = picture();
    if (!pixels_) {
        painter.fillRect(area, theme_.colour(Colour::raised));
        return;
    }
    const int size = std::max(1, int(std::lround(area.width() * devicePixelRatioF())));
    if (image_.width() != size) {
        image_ = cutoutImage(format_, *pixels_, display_, size);
    }
    painter.drawImage(area, image_);
    painter.setClipRect(area);
    const double radius =
        outlines_.radius > 0 ? outlines_.radius : std::max(format_.width, format_.height) / 8.0;
    paintOutlines(painter, area, outlines_, radius, crop(), theme_.scaled(1));
    paintScaleBar(painter, area);
    paintCursor(painter, area);
    if (hasFocus()) {
        painter.setPen(QPen(theme_.colour(Colour::focus), 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(area.adjusted(1, 1, -1, -1));
    }
}

void CutoutCanvas::paintScaleBar(QPainter& painter, const QRectF& area) const {
    if (format_.pixelScaleArcsec <= 0) {
        return;
    }
    const double px = theme_.scaled(1);
    const double length = roundLength(crop() * format_.pixelScaleArcsec);
    const double onScreen = length / format_.pixelScaleArcsec * area.width() / crop();
    const double left = area.left() + 10 * px, y = area.bottom() - 12 * px;
    const QString text = shortText(length) + QStringLiteral("″");
    painter.setFont(theme_.font(TextSize::caption, QFont::Medium));
    for (const auto& [colour, width] :
         {std::pair{QColor(0, 0, 0, 120), 4.0}, std::pair{QColor(Qt::white), 2.0}}) {
        painter.setPen(QPen(colour, width * px, Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(QPointF(left, y), QPointF(left + onScreen, y));
    }
    const double room = std::max(onScreen, 40 * px);
    const QRectF words(left + onScreen / 2 - room / 2, y - 20 * px, room, 16 * px);
    painter.setPen(QColor(0, 0, 0, 160));
    for (const QPointF& aside :
         {QPointF(-px, 0), QPointF(px, 0), QPointF(0, -px), QPointF(0, px)}) {
        painter.drawText(words.translated(aside), Qt::AlignCenter, text);
    }
    painter.setPen(Qt::white);
    painter.drawText(words, Qt::AlignCenter, text);
}

void CutoutCanvas::paintCursor(QPainter& painter, const QRectF& area) const {
    if (!cursor_ || !hasFocus()) {
        return;
    }
    const double scale = area.width() / crop();
    const QPointF corner(area.center().x() + (cursor_->x() - 0.5 * format_.width) * scale,
                         area.center().y() - (cursor_->y() + 1 - 0.5 * format_.height) * scale);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(Qt::white, 1));
    painter.drawRect(QRectF(corner, QSizeF(scale, scale)));
}

}  // namespace shearbench::widgets
