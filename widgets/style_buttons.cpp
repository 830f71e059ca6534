// SPDX-License-Identifier: GPL-3.0-or-later
#include <QAbstractButton>
#include <QButtonGroup>
#include <QPainterPath>
#include <QToolBar>

#include "widgets/icon.h"
#include "widgets/style_parts.h"

namespace shearbench::widgets::parts {
namespace {

struct Look {
    QColor ground, border, words, ring;
};

Look primaryLook(const QStyleOption& option, const Theme& theme) {
    if (!isEnabled(option)) {
        const QColor ground = theme.colour(Colour::hover);
        return {ground, ground, theme.colour(Colour::disabled), {}};
    }
    const QColor ground = theme.colour(isPressed(option)   ? Colour::accentPressed
                                       : isHovered(option) ? Colour::accentHover
                                                           : Colour::accent);
    return {ground, ground, theme.colour(Colour::onAccent), theme.colour(Colour::text)};
}

Look plainLook(const QStyleOption& option, const Theme& theme) {
    if (!isEnabled(option)) {
        return {theme.colour(Colour::surface), theme.colour(Colour::border),
                theme.colour(Colour::disabled), QColor()};
    }
    return {theme.colour(isPressed(option)   ? Colour::pressed
                         : isHovered(option) ? Colour::hover
                                             : Colour::surface),
            theme.colour(Colour::borderStrong), theme.colour(Colour::text),
            theme.colour(Colour::focus)};
}

Look segmentLook(const QStyleOption& option, const Theme& theme) {
    const bool on = (option.state & QStyle::State_On) != 0;
    Look look{theme.colour(Colour::raised), theme.colour(Colour::borderStrong),
              theme.colour(Colour::text2), theme.colour(Colour::focus)};
    if (!isEnabled(option)) {
        look.border = theme.colour(Colour::border);
        look.words = theme.colour(Colour::disabled);
    } else if (on) {
        look.border = look.words = theme.colour(Colour::accent);
    } else if (isHovered(option) || isPressed(option)) {
        look.ground = theme.colour(isPressed(option) ? Colour::pressed : Colour::hover);
    }
    if (on) {
        look.ground = theme.colour(isEnabled(option) ? Colour::accentSoft : Colour::hover);
    }
    return look;
}

/// A box with rounded corners only where it ends the row.
QPainterPath segmentOutline(const QRectF& area, bool first, bool last, double radius) {
    QPainterPath path;
    path.setFillRule(Qt::WindingFill);
    path.addRoundedRect(area, radius, radius);
    if (!first) {
        path.addRect(area.adjusted(0, 0, -radius, 0));
    }
    if (!last) {
        path.addRect(area.adjusted(radius, 0, 0, 0));
    }
    return path.simplified();
}

/// One border between neighbours, in the accent beside the chosen one; round ends.
void paintSegment(QPainter& painter, const QStyleOptionButton& option, const Look& look,
                  const QWidget* widget, const Theme& theme) {
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    const auto* group = button != nullptr ? button->group() : nullptr;
    const int index = group != nullptr ? group->id(const_cast<QAbstractButton*>(button)) : 0;
    const int count = group != nullptr ? group->buttons().size() : 1;
    const int chosen = group != nullptr ? group->checkedId() : -1;
    const double radius = theme.scaled(kRadius);
    QRectF area = QRectF(option.rect);
    painter.save();
    painter.setClipRect(option.rect);
    // The border a neighbour draws is pushed out of sight.
    const bool noLeft = index > 0 && index > chosen && chosen != index;
    const bool noRight = index + 1 < count && index < chosen;
    area.adjust(noLeft ? -kBorder : 0, 0, noRight ? kBorder : 0, 0);
    const double half = 0.5 * kBorder;
    painter.setPen(QPen(look.border, kBorder));
    painter.setBrush(look.ground);
    painter.drawPath(segmentOutline(area.adjusted(half, half, -half, -half), index == 0,
                                    index + 1 == count, radius));
    if (hasFocus(option)) {
        paintRing(painter, option.rect, look.ring, radius);
    }
    painter.restore();
}

void paintWords(QPainter& painter, const QStyleOptionButton& option, const QColor& colour,
                const Theme& theme) {
    int flags = Qt::TextShowMnemonic | Qt::TextSingleLine | Qt::AlignVCenter;
    QRectF area = option.rect;
    if (!option.icon.isNull()) {
        const double gap = theme.scaled(6);
        const QSize size = option.iconSize;
        const double words = painter.fontMetrics().size(Qt::TextShowMnemonic, option.text).width();
        const double whole = size.width() + (option.text.isEmpty() ? 0 : gap + words);
        const double left = area.left() + std::max(0.0, 0.5 * (area.width() - whole));
        const QRectF place(left, area.center().y() - 0.5 * size.height(), size.width(),
                           size.height());
        option.icon.paint(&painter, place.toRect(), Qt::AlignCenter,
                          isEnabled(option) ? QIcon::Normal : QIcon::Disabled,
                          (option.state & QStyle::State_On) != 0 ? QIcon::On : QIcon::Off);
        area.setLeft(left + size.width() + gap);
        flags |= Qt::AlignLeft;
    } else {
        flags |= Qt::AlignHCenter;
    }
    painter.setPen(colour);
    painter.drawText(area, flags, option.text);
}

/// Only words; underlined under the mouse and when the keyboard is there.
void paintLink(QPainter& painter, const QStyleOptionButton& option, const Theme& theme) {
    QFont font = painter.font();
    font.setUnderline(isHovered(option) && !hasFocus(option));
    painter.setFont(font);
    painter.setPen(theme.colour(!isEnabled(option)  ? Colour::disabled
                                : isPressed(option) ? Colour::accentPressed
                                                    : Colour::accent));
    const int flags = Qt::AlignLeft | Qt::AlignVCenter | Qt::TextShowMnemonic | Qt::TextSingleLine;
    painter.drawText(option.rect, flags, option.text);
    if (hasFocus(option)) {
        const QRect words = painter.boundingRect(option.rect, flags, option.text);
        painter.fillRect(
            QRectF(words.left(), option.rect.bottom() - kRing + 1, words.width(), kRing),
            theme.colour(Colour::focus));
    }
}

}  // namespace

void paintPushButton(QPainter& painter, const QStyleOptionButton& option, const QWidget* widget,
                     const Theme& theme) {
    const Role role = roleOf(widget);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (role == Role::link) {
        paintLink(painter, option, theme);
        painter.restore();
        return;
    }
    const Look look = role == Role::primary   ? primaryLook(option, theme)
                      : role == Role::segment ? segmentLook(option, theme)
                                              : plainLook(option, theme);
    const bool on = (option.state & QStyle::State_On) != 0;
    if (role == Role::primary || (role == Role::segment && on)) {
        QFont font = painter.font();
        font.setWeight(QFont::DemiBold);
        painter.setFont(font);
    }
    if (role == Role::segment) {
        paintSegment(painter, option, look, widget, theme);
    } else {
        const bool ring = hasFocus(option);
        const bool flat = (option.features & QStyleOptionButton::Flat) != 0 && !ring &&
                          !isHovered(option) && !isPressed(option);
        if (!flat) {
            paintBox(painter, option.rect, look.ground, ring ? look.ring : look.border,
                     ring ? kRing : kBorder, theme.scaled(kRadius));
        }
    }
    paintWords(painter, option, look.words, theme);
    painter.restore();
}

QSize pushButtonSize(const QStyleOptionButton& option, QSize contents, const QWidget* widget,
                     const Theme& theme) {
    const Role role = roleOf(widget);
    if (role == Role::link) {
        return {contents.width(), std::max(contents.height(), theme.px(18))};
    }
    if (widget != nullptr && (role == Role::primary || role == Role::segment)) {
        QFont strong = widget->font();
        strong.setWeight(QFont::DemiBold);
        contents.rwidth() += QFontMetrics(strong).size(Qt::TextShowMnemonic, option.text).width() -
                             option.fontMetrics.size(Qt::TextShowMnemonic, option.text).width();
    }
    const double padding = role == Role::segment ? 5 : 13;
    const double height = role == Role::segment ? kFieldHeight : kButtonHeight;
    return {contents.width() + 2 * theme.px(padding),
            std::max(theme.px(height), contents.height() + theme.px(6))};
}

bool hasToolArrow(const QStyleOptionToolButton& option, const QWidget* widget) {
    return roleOf(widget) == Role::pick && option.icon.isNull() &&
           (option.features & QStyleOptionToolButton::HasMenu) != 0;
}

void paintToolArrow(QPainter& painter, const QStyleOptionToolButton& option, const QColor& colour,
                    const Theme& theme) {
    QRectF area = option.rect;
    area.setLeft(area.right() - theme.scaled(20));
    paintIconIn(painter, area, "down", 12, colour, theme);
}

QMargins toolMargins(const QStyleOptionToolButton& option, const QWidget* widget,
                     const Theme& theme) {
    switch (roleOf(widget)) {
        case Role::mini:
            return {};
        case Role::pick:
            return {theme.px(8), theme.px(2), theme.px(hasToolArrow(option, widget) ? 22 : 7),
                    theme.px(2)};
        default:
            break;
    }
    const bool words = option.toolButtonStyle != Qt::ToolButtonIconOnly && !option.text.isEmpty();
    const bool bar = widget != nullptr && qobject_cast<QToolBar*>(widget->parentWidget());
    const int side = theme.px(bar ? 6 : 4);
    return {side, side, words ? theme.px(8) : side, side};
}

QColor paintToolGround(QPainter& painter, const QStyleOptionToolButton& option, Role role,
                       const Theme& theme) {
    const double radius = theme.scaled(kRadius);
    const QRectF area = option.rect;
    QColor ground = Qt::transparent, words = theme.colour(Colour::text),
           ring = theme.colour(Colour::focus);
    const bool on = (option.state & QStyle::State_On) != 0;
    if (!isEnabled(option)) {
        words = theme.colour(Colour::disabled);
    } else if (role == Role::primary) {
        const Look look = primaryLook(option, theme);
        ground = look.ground;
        words = look.words;
        ring = look.ring;
    } else {
        if (isPressed(option)) {
            ground = theme.colour(Colour::pressed);
        } else if (isHovered(option)) {
            ground = theme.colour(Colour::hover);
        } else if (role == Role::mini && on) {
            ground = theme.colour(Colour::accentSoft);
        }
        if (role == Role::pick) {
            words = theme.colour(Colour::text2);
        }
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (hasFocus(option)) {
        paintBox(painter, area, ground, ring, kRing, radius);
    } else {
        paintBox(painter, area, ground,
                 role == Role::pick ? theme.colour(Colour::border) : QColor(Qt::transparent),
                 kBorder, radius);
    }
    painter.restore();
    return words;
}

void paintCheck(QPainter& painter, const QStyleOption& option, const Theme& theme) {
    const bool on = (option.state & (QStyle::State_On | QStyle::State_NoChange)) != 0;
    const bool part = (option.state & QStyle::State_NoChange) != 0;
    QColor ground = theme.colour(Colour::field), border = theme.colour(Colour::borderStrong),
           mark = theme.colour(Colour::onAccent);
    double width = kBorder;
    if (!isEnabled(option)) {
        ground = theme.colour(Colour::raised);
        border = theme.colour(Colour::border);
        mark = theme.colour(Colour::disabled);
    } else {
        if (on) {
            ground = border = theme.colour(Colour::accent);
        } else if (isHovered(option)) {
            border = theme.colour(Colour::text3);
        }
        if (hasFocus(option)) {
            border = theme.colour(on ? Colour::text : Colour::focus);
            width = kRing;
        }
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    paintBox(painter, option.rect, ground, border, width, theme.scaled(3));
    const QRectF area = option.rect;
    if (part) {
        painter.fillRect(
            QRectF(area.left() + 0.25 * area.width(), area.center().y() - 1, 0.5 * area.width(), 2),
            mark);
    } else if (on) {
        paintIconIn(painter, area, "check", 12, mark, theme);
    }
    painter.restore();
}

void paintRadio(QPainter& painter, const QStyleOption& option, const Theme& theme) {
    const bool on = (option.state & QStyle::State_On) != 0;
    const QColor border = theme.colour(!isEnabled(option)  ? Colour::border
                                       : hasFocus(option)  ? Colour::focus
                                       : on                ? Colour::accent
                                       : isHovered(option) ? Colour::text3
                                                           : Colour::borderStrong);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF area = option.rect;
    paintBox(painter, area, theme.colour(isEnabled(option) ? Colour::field : Colour::raised),
             border, hasFocus(option) ? kRing : kBorder, 0.5 * area.height());
    if (on) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme.colour(isEnabled(option) ? Colour::accent : Colour::disabled));
        const double inset = 0.28 * area.width();
        painter.drawEllipse(area.adjusted(inset, inset, -inset, -inset));
    }
    painter.restore();
}

}  // namespace shearbench::widgets::parts
