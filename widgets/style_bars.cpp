// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFrame>
#include <QTabWidget>
#include <QWidget>
#include <algorithm>

#include "widgets/icon.h"
#include "widgets/style_parts.h"

namespace shearbench::widgets::parts {

void paintBox(QPainter& painter, const QRectF& area, const QColor& fill, const QColor& border,
              double width, double radius) {
    const double half = 0.5 * width;
    painter.setBrush(fill);
    painter.setPen(border.alpha() > 0 ? QPen(border, width) : QPen(Qt::NoPen));
    const double inset = border.alpha() > 0 ? half : 0;
    const double inner = std::max(0.0, radius - inset);
    painter.drawRoundedRect(area.adjusted(inset, inset, -inset, -inset), inner, inner);
}

void paintRing(QPainter& painter, const QRectF& area, const QColor& colour, double radius) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintBox(painter, area, Qt::transparent, colour, kRing, radius);
    painter.restore();
}

void paintIconIn(QPainter& painter, const QRectF& area, const char* name, double px,
                 const QColor& colour, const Theme& theme) {
    const double side = theme.scaled(px);
    QRectF place(0, 0, side, side);
    place.moveCenter(area.center());
    paintIcon(painter, place, QString::fromLatin1(name), colour);
}

void paintHeaderSection(QPainter& painter, const QStyleOptionHeader& option, const Theme& theme) {
    const QRect area = option.rect;
    painter.fillRect(area, theme.colour(isPressed(option) ? Colour::pressed : Colour::surface));
    const QRect edge = option.orientation == Qt::Horizontal
                           ? QRect(area.left(), area.bottom(), area.width(), 1)
                           : QRect(area.right(), area.top(), 1, area.height());
    painter.fillRect(edge, theme.colour(Colour::border));
}

void paintTab(QPainter& painter, const QStyleOptionTab& option, const Theme& theme) {
    const QRectF area = QRectF(option.rect).adjusted(0, 0, -theme.px(2), 0);
    if ((option.state & QStyle::State_Selected) != 0) {
        painter.fillRect(QRectF(area.left(), area.bottom() - 2, area.width(), 2),
                         theme.colour(isEnabled(option) ? Colour::accent : Colour::disabled));
    }
    if (hasFocus(option)) {
        paintRing(painter, area.adjusted(0, 3, 0, -4), theme.colour(Colour::focus),
                  theme.scaled(kRadius));
    }
}

void paintTabLabel(QPainter& painter, const QStyleOptionTab& option, const Theme& theme) {
    const bool chosen = (option.state & QStyle::State_Selected) != 0;
    painter.save();
    QFont font = painter.font();
    font.setWeight(chosen ? QFont::DemiBold : QFont::Normal);
    painter.setFont(font);
    painter.setPen(theme.colour(!isEnabled(option)            ? Colour::disabled
                                : chosen || isHovered(option) ? Colour::text
                                                              : Colour::text2));
    QRect area = option.rect.adjusted(0, 0, -theme.px(2), -2);
    if (!option.icon.isNull()) {
        const QSize size = option.iconSize;
        const QRect place(area.left() + theme.px(12), area.center().y() - size.height() / 2,
                          size.width(), size.height());
        option.icon.paint(&painter, place);
        area.setLeft(place.right() - theme.px(6));
    }
    painter.drawText(area, Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine,
                     option.text);
    painter.restore();
}

QSize tabSize(const QStyleOptionTab& option, const QWidget* widget, const Theme& theme) {
    QFont strong = widget != nullptr ? widget->font() : theme.font(TextSize::body);
    strong.setWeight(QFont::DemiBold);
    const QFontMetrics metrics(strong);
    const int icon = option.icon.isNull() ? 0 : option.iconSize.width() + theme.px(6);
    return {metrics.size(Qt::TextShowMnemonic, option.text).width() + icon + theme.px(2 * 12 + 2),
            std::max(theme.px(33) + 2, metrics.height() + theme.px(12))};
}

void paintScrollBar(QPainter& painter, const QStyleOptionSlider& option, const QRectF& slider,
                    const Theme& theme) {
    if (option.maximum <= option.minimum) {
        return;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const bool hot = isHovered(option) || isPressed(option);
    const double radius = 0.5 * std::min(slider.width(), slider.height());
    paintBox(painter, slider, theme.colour(hot ? Colour::text3 : Colour::borderStrong),
             Qt::transparent, 0, radius);
    painter.restore();
}

QRect scrollBarRect(const QStyleOptionSlider& option, QStyle::SubControl part, const Theme& theme) {
    const QRect area = option.rect;
    const bool across = option.orientation == Qt::Horizontal;
    const int length = across ? area.width() : area.height();
    int slider = length;
    if (option.maximum > option.minimum) {
        const double range = double(option.maximum) - double(option.minimum);
        slider = int(double(length) * option.pageStep / (range + option.pageStep));
        slider = std::min(length, std::max(slider, theme.px(24)));
    }
    const int start = QStyle::sliderPositionFromValue(
        option.minimum, option.maximum, option.sliderPosition, length - slider, option.upsideDown);
    const auto along = [&](int from, int size) {
        return across ? QRect(area.left() + from, area.top(), size, area.height())
                      : QRect(area.left(), area.top() + from, area.width(), size);
    };
    switch (part) {
        case QStyle::SC_ScrollBarSlider:
            return along(start, slider);
        case QStyle::SC_ScrollBarSubPage:
            return along(0, start);
        case QStyle::SC_ScrollBarAddPage:
            return along(start + slider, length - start - slider);
        case QStyle::SC_ScrollBarGroove:
            return area;
        default:
            return {};
    }
}

/// Whether a page of tabs, which has a frame, is around it: frames are one deep.
bool isOnPage(const QWidget* widget) {
    for (const QWidget* around = widget->parentWidget(); around != nullptr && !around->isWindow();
         around = around->parentWidget()) {
        if (qobject_cast<const QTabWidget*>(around) != nullptr) {
            return true;
        }
    }
    return false;
}

void paintFrame(QPainter& painter, const QStyleOptionFrame& option, const QWidget* widget,
                const Theme& theme) {
    const QRectF area = option.rect;
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    switch (roleOf(widget)) {
        case Role::pane:
            if (isOnPage(widget)) {
                painter.fillRect(area, theme.colour(Colour::surface));
                break;
            }
            paintBox(painter, area, theme.colour(Colour::surface), theme.colour(Colour::border),
                     kBorder, theme.scaled(6));
            break;
        case Role::keycap:
            // The option's frame leaves out the margins of the words.
            paintBox(painter, widget->rect(), theme.colour(Colour::surface),
                     theme.colour(Colour::borderStrong), kBorder, theme.scaled(kRadius));
            break;
        case Role::line:
        case Role::upright:
            painter.fillRect(area, theme.colour(Colour::border));
            break;
        case Role::strongLine:
            painter.fillRect(area, theme.colour(Colour::borderStrong));
            break;
        default:
            if (option.frameShape == QFrame::HLine) {
                painter.fillRect(QRectF(area.left(), area.center().y(), area.width(), 1),
                                 theme.colour(Colour::border));
            } else if (option.frameShape == QFrame::VLine) {
                painter.fillRect(QRectF(area.center().x(), area.top(), 1, area.height()),
                                 theme.colour(Colour::border));
            } else if (option.frameShape != QFrame::NoFrame && option.lineWidth > 0) {
                const bool popup = widget != nullptr && widget->isWindow();
                painter.setRenderHint(QPainter::Antialiasing, false);
                paintBox(painter, area, Qt::transparent,
                         theme.colour(popup ? Colour::borderStrong : Colour::border), kBorder, 0);
            }
            break;
    }
    painter.restore();
}

}  // namespace shearbench::widgets::parts
