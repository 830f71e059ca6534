// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "widgets/icon.h"
#include "widgets/style_parts.h"

namespace shearbench::widgets::parts {
namespace {

// Left of a menu's words, for the icon or tick; right of them; between words and key.
constexpr double kBefore = 34, kAfter = 16, kBetween = 24, kItemHeight = 26;

bool isSection(const QStyleOptionMenuItem& option) {
    return option.menuItemType == QStyleOptionMenuItem::Separator && !option.text.isEmpty();
}

void paintSeparator(QPainter& painter, const QStyleOptionMenuItem& option, const Theme& theme) {
    const QRectF area = option.rect;
    double top = area.center().y();
    if (isSection(option)) {
        painter.setFont(theme.font(TextSize::caption));
        painter.setPen(theme.colour(Colour::text3));
        painter.drawText(area.adjusted(theme.scaled(12), theme.scaled(4), -theme.scaled(12), 0),
                         Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, option.text);
        top = area.top();
        if (area.top() < theme.px(8)) {
            return;
        }
    }
    painter.fillRect(QRectF(area.left(), qRound(top), area.width(), 1),
                     theme.colour(Colour::border));
}

void paintMark(QPainter& painter, const QStyleOptionMenuItem& option, const QRectF& area,
               const Theme& theme) {
    const Colour colour = isEnabled(option) ? Colour::accent : Colour::disabled;
    if (option.checkType != QStyleOptionMenuItem::NotCheckable && option.checked) {
        paintIconIn(painter, area, "check", kIcon, theme.colour(colour), theme);
    } else if (!option.icon.isNull()) {
        const int side = theme.px(kIcon);
        QRect place(0, 0, side, side);
        place.moveCenter(area.center().toPoint());
        option.icon.paint(&painter, place, Qt::AlignCenter,
                          isEnabled(option) ? QIcon::Normal : QIcon::Disabled);
    }
}

}  // namespace

void paintMenuBarItem(QPainter& painter, const QStyleOptionMenuItem& option, const Theme& theme) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillRect(option.rect, theme.colour(Colour::surface));
    const bool chosen =
        isEnabled(option) && (option.state & (QStyle::State_Selected | QStyle::State_Sunken)) != 0;
    if (chosen) {
        paintBox(painter, option.rect, theme.colour(Colour::hover), Qt::transparent, 0,
                 theme.scaled(kRadius));
    }
    painter.setPen(theme.colour(!isEnabled(option) ? Colour::disabled
                                : chosen           ? Colour::text
                                                   : Colour::text2));
    painter.drawText(option.rect,
                     Qt::AlignCenter | Qt::TextShowMnemonic | Qt::TextSingleLine | Qt::TextDontClip,
                     option.text);
    painter.restore();
}

void paintMenuItem(QPainter& painter, const QStyleOptionMenuItem& option, const Theme& theme) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        paintSeparator(painter, option, theme);
        painter.restore();
        return;
    }
    const QRectF area = option.rect;
    const bool can = isEnabled(option);
    if (can && (option.state & QStyle::State_Selected) != 0) {
        const double inset = theme.scaled(4);
        paintBox(painter, area.adjusted(inset, 0, -inset, 0), theme.colour(Colour::hover),
                 Qt::transparent, 0, theme.scaled(kRadius));
    }
    paintMark(painter, option,
              {area.left() + theme.scaled(4), area.top(), theme.scaled(kBefore - 8), area.height()},
              theme);
    QFont font = option.font;
    if (option.menuItemType == QStyleOptionMenuItem::DefaultItem) {
        font.setWeight(QFont::DemiBold);
    }
    painter.setFont(font);
    const QRectF words = area.adjusted(theme.scaled(kBefore), 0, -theme.scaled(kAfter), 0);
    const int flags = Qt::AlignVCenter | Qt::TextShowMnemonic | Qt::TextSingleLine;
    painter.setPen(theme.colour(can ? Colour::text : Colour::disabled));
    painter.drawText(words, flags | Qt::AlignLeft, option.text.section(QLatin1Char('\t'), 0, 0));
    painter.setPen(theme.colour(can ? Colour::text3 : Colour::disabled));
    painter.drawText(words, flags | Qt::AlignRight, option.text.section(QLatin1Char('\t'), 1));
    if (option.menuItemType == QStyleOptionMenuItem::SubMenu) {
        paintIconIn(painter,
                    {area.right() - theme.scaled(24), area.top(), theme.scaled(20), area.height()},
                    "right", 12, theme.colour(can ? Colour::text2 : Colour::disabled), theme);
    }
    painter.restore();
}

QSize menuItemSize(const QStyleOptionMenuItem& option, QSize contents, const Theme& theme) {
    if (option.menuItemType == QStyleOptionMenuItem::Separator) {
        return isSection(option)
                   ? QSize(option.fontMetrics.horizontalAdvance(option.text) + theme.px(24),
                           theme.px(kItemHeight))
                   : QSize(theme.px(10), theme.px(9));
    }
    const bool key = option.text.contains(QLatin1Char('\t'));
    return {contents.width() + theme.px(kBefore + kAfter + (key ? kBetween : 0)),
            std::max(theme.px(kItemHeight), option.fontMetrics.height() + theme.px(8))};
}

}  // namespace shearbench::widgets::parts
