// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/path_edit.h"

#include <QPainter>
#include <QStyleOptionFrame>

namespace shearbench::widgets {

namespace {

constexpr int kMargin = 2;  // QLineEdit's own, left and right of its text

}  // namespace

QRect PathEdit::textArea() const {
    QStyleOptionFrame option;
    initStyleOption(&option);
    return style()
        ->subElementRect(QStyle::SE_LineEditContents, &option, this)
        .adjusted(kMargin, 0, -kMargin, 0);
}

QString PathEdit::shownText() const {
    return fontMetrics().elidedText(text(), Qt::ElideLeft, textArea().width());
}

void PathEdit::paintEvent(QPaintEvent* event) {
    const QString shown = shownText();
    if (hasFocus() || shown == text()) {
        QLineEdit::paintEvent(event);
        return;
    }
    QStyleOptionFrame option;
    initStyleOption(&option);
    QPainter painter(this);
    style()->drawPrimitive(QStyle::PE_PanelLineEdit, &option, &painter, this);
    painter.setPen(
        palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, QPalette::Text));
    painter.drawText(textArea(), Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, shown);
}

}  // namespace shearbench::widgets
