// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plain_header.h"

#include <QPainter>

namespace shearbench::widgets {

PlainHeader::PlainHeader(const Theme& theme, double padding, QWidget* parent)
    : QHeaderView(Qt::Horizontal, parent), theme_(theme), padding_(padding) {
    setMinimumSectionSize(1);
    setHighlightSections(false);
    setSectionsClickable(false);
}

void PlainHeader::paintSection(QPainter* painter, const QRect& area, int section) const {
    painter->setFont(theme_.font(TextSize::caption));
    painter->setPen(theme_.colour(Colour::text3));
    const int flags = model()->headerData(section, Qt::Horizontal, Qt::TextAlignmentRole).toInt();
    painter->drawText(QRectF(area).adjusted(0, 0, -theme_.scaled(padding_), 0),
                      flags | Qt::TextDontClip,
                      model()->headerData(section, Qt::Horizontal).toString());
    painter->fillRect(area.left(), area.bottom(), area.width(), 1, theme_.colour(Colour::border));
}

QVariant columnHead(Qt::Orientation orientation, int role, const QString& words, bool ofTexts) {
    if (orientation != Qt::Horizontal) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return int(Qt::AlignVCenter | (ofTexts ? Qt::AlignLeft : Qt::AlignRight));
    }
    return role == Qt::DisplayRole ? QVariant(words) : QVariant();
}

}  // namespace shearbench::widgets
