// SPDX-License-Identifier: GPL-3.0-or-later
#include <QVariant>
#include <QWidget>
#include <algorithm>

#include "widgets/icon.h"
#include "widgets/style_parts.h"

namespace shearbench::widgets::parts {

void paintField(QPainter& painter, const QStyleOption& option, const QWidget* widget,
                const Theme& theme) {
    Colour border = Colour::borderStrong;
    double width = kBorder;
    if (!isEnabled(option)) {
        border = Colour::border;
    } else if (widget != nullptr && widget->property("bad").toBool()) {
        border = Colour::fail;
        width = kRing;
    } else if (hasFocus(option)) {
        border = Colour::focus;
        width = kRing;
    } else if (isHovered(option)) {
        border = Colour::text3;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintBox(painter, option.rect, theme.colour(isEnabled(option) ? Colour::field : Colour::raised),
             theme.colour(border), width, theme.scaled(kRadius));
    painter.restore();
}

void paintComboBox(QPainter& painter, const QStyleOptionComboBox& option, const QWidget* widget,
                   const Theme& theme) {
    paintField(painter, option, widget, theme);
    paintIconIn(painter, comboRect(option, QStyle::SC_ComboBoxArrow, theme), "down", 12,
                theme.colour(isEnabled(option) ? Colour::text2 : Colour::disabled), theme);
}

void paintComboLabel(QPainter& painter, const QStyleOptionComboBox& option, const Theme& theme) {
    if (option.editable) {
        return;
    }
    QRect area = comboRect(option, QStyle::SC_ComboBoxEditField, theme);
    if (!option.currentIcon.isNull()) {
        const QRect place(QPoint(area.left(), area.center().y() - option.iconSize.height() / 2),
                          option.iconSize);
        option.currentIcon.paint(&painter, place, Qt::AlignCenter,
                                 isEnabled(option) ? QIcon::Normal : QIcon::Disabled);
        area.setLeft(place.right() + theme.px(6));
    }
    painter.save();
    painter.setPen(theme.colour(isEnabled(option) ? Colour::text : Colour::disabled));
    painter.drawText(
        area, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine,
        option.fontMetrics.elidedText(option.currentText, Qt::ElideRight, area.width()));
    painter.restore();
}

QRect comboRect(const QStyleOptionComboBox& option, QStyle::SubControl part, const Theme& theme) {
    QRect area = option.rect;
    const int arrow = theme.px(kArrowWidth);
    if (part == QStyle::SC_ComboBoxArrow) {
        area.setLeft(area.right() - arrow + 1);
    } else if (part == QStyle::SC_ComboBoxEditField) {
        area.adjust(theme.px(kFieldPadding), 2, -arrow, -2);
    }
    return area;
}

void paintSpinBox(QPainter& painter, const QStyleOptionSpinBox& option, const QWidget* widget,
                  const Theme& theme) {
    if (option.frame) {
        paintField(painter, option, widget, theme);
    }
    if (option.buttonSymbols == QAbstractSpinBox::NoButtons) {
        return;
    }
    const auto step = [&](QStyle::SubControl part, QAbstractSpinBox::StepEnabledFlag way,
                          const char* icon) {
        const bool can = isEnabled(option) && (option.stepEnabled & way) != 0;
        const bool hot = (option.activeSubControls & part) != 0 && isHovered(option);
        paintIconIn(painter, spinRect(option, part, theme), icon, 10,
                    theme.colour(!can  ? Colour::disabled
                                 : hot ? Colour::text
                                       : Colour::text2),
                    theme);
    };
    step(QStyle::SC_SpinBoxUp, QAbstractSpinBox::StepUpEnabled, "up");
    step(QStyle::SC_SpinBoxDown, QAbstractSpinBox::StepDownEnabled, "down");
}

QRect spinRect(const QStyleOptionSpinBox& option, QStyle::SubControl part, const Theme& theme) {
    const QRect area = option.rect;
    const int width =
        option.buttonSymbols == QAbstractSpinBox::NoButtons ? 0 : theme.px(kSpinWidth);
    const int left = area.right() - width, half = area.height() / 2;
    switch (part) {
        case QStyle::SC_SpinBoxUp:
            return {left, area.top() + 2, width, half - 2};
        case QStyle::SC_SpinBoxDown:
            return {left, area.top() + half, width, half - 2};
        case QStyle::SC_SpinBoxEditField:
            return area.adjusted(theme.px(kFieldPadding), 2, -width - 2, -2);
        default:
            return area;
    }
}

void paintSlider(QPainter& painter, const QStyleOptionSlider& option, const QRectF& handle,
                 const Theme& theme) {
    const bool across = option.orientation == Qt::Horizontal;
    const double thick = theme.scaled(4), radius = 0.5 * thick;
    QRectF groove = option.rect, before;
    if (across) {
        groove = {groove.left(), groove.center().y() - radius, groove.width(), thick};
        before = groove;
        option.upsideDown ? before.setLeft(handle.center().x())
                          : before.setRight(handle.center().x());
    } else {
        groove = {groove.center().x() - radius, groove.top(), thick, groove.height()};
        before = groove;
        option.upsideDown ? before.setTop(handle.center().y())
                          : before.setBottom(handle.center().y());
    }
    const QColor strong = theme.colour(isEnabled(option) ? Colour::accent : Colour::disabled);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.colour(Colour::border));
    painter.drawRoundedRect(groove, radius, radius);
    painter.setBrush(strong);
    painter.drawRoundedRect(before, radius, radius);
    const double side = std::min(handle.width(), handle.height());
    QRectF knob(0, 0, side, side);
    knob.moveCenter(handle.center());
    paintBox(painter, knob,
             theme.colour(isPressed(option)   ? Colour::pressed
                          : isHovered(option) ? Colour::hover
                                              : Colour::surface),
             strong, 2, 0.5 * side);
    if (hasFocus(option)) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.colour(Colour::focus));
        painter.drawEllipse(knob.center(), 0.26 * side, 0.26 * side);
    }
    painter.restore();
}

void paintProgress(QPainter& painter, const QStyleOptionProgressBar& option, const Theme& theme) {
    const QRectF area = option.rect;
    const double radius = std::min(0.5 * area.height(), theme.scaled(kRadius));
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme.colour(Colour::border));
    painter.drawRoundedRect(area, radius, radius);
    const double range = double(option.maximum) - double(option.minimum);
    // Without a range nobody knows how far it is: all of the bar, softly.
    const double part =
        range > 0 ? std::clamp((double(option.progress) - double(option.minimum)) / range, 0.0, 1.0)
                  : 1;
    painter.setBrush(theme.colour(!isEnabled(option) ? Colour::disabled
                                  : range > 0        ? Colour::accent
                                                     : Colour::accentSoft));
    if (part > 0) {
        painter.drawRoundedRect(QRectF(area.topLeft(), QSizeF(part * area.width(), area.height())),
                                radius, radius);
    }
    if (option.textVisible && area.height() >= option.fontMetrics.height()) {
        const QRectF filled(area.topLeft(), QSizeF(part * area.width(), area.height()));
        for (const bool inside : {false, true}) {
            painter.setClipRect(inside ? filled : area);
            painter.setPen(theme.colour(inside && range > 0 ? Colour::onAccent : Colour::text));
            painter.drawText(area, Qt::AlignCenter, option.text);
        }
    }
    painter.restore();
}

}  // namespace shearbench::widgets::parts
