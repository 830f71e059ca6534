// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/elided_label.h"

#include <QPainter>

namespace shearbench::widgets {

ElidedLabel::ElidedLabel(const Theme& theme, TextSize size, Colour colour, QWidget* parent)
    : QLabel(parent), theme_(theme), size_(size), colour_(colour) {
    setTextFormat(Qt::PlainText);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    connect(&theme, &Theme::changed, this, &ElidedLabel::restyle);
    restyle();
}

void ElidedLabel::setFullText(const QString& text) {
    if (text == text_) {
        return;
    }
    text_ = text;
    setAccessibleName(text);
    updateToolTip();
    updateGeometry();
    update();
}

void ElidedLabel::setElideMode(Qt::TextElideMode mode) {
    mode_ = mode;
    update();
}

void ElidedLabel::setLeastWidth(int pixels) {
    leastWidth_ = pixels;
    update();
}

void ElidedLabel::setType(double factor, int weight) {
    factor_ = factor;
    weight_ = weight;
    restyle();
}

QFont ElidedLabel::type() const {
    QFont font = theme_.font(size_, weight_);
    font.setPointSizeF(font.pointSizeF() * factor_);
    return font;
}

void ElidedLabel::restyle() {
    setFont(type());
    updateGeometry();
    update();
}

QSize ElidedLabel::sizeHint() const {
    const QFontMetrics metrics(type());
    return {metrics.horizontalAdvance(text_) + 2, metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const {
    return {0, QFontMetrics(type()).height()};
}

void ElidedLabel::updateToolTip() {
    const bool cut = QFontMetrics(type()).horizontalAdvance(text_) > width();
    setToolTip(cut ? text_ : QString());
}

void ElidedLabel::resizeEvent(QResizeEvent* event) {
    QLabel::resizeEvent(event);
    updateToolTip();
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    const QFont font = type();
    if (width() < theme_.px(leastWidth_) && QFontMetrics(font).horizontalAdvance(text_) > width()) {
        return;
    }
    QPainter painter(this);
    painter.setFont(font);
    painter.setPen(theme_.colour(isEnabled() ? colour_ : Colour::disabled));
    painter.drawText(rect(), int(alignment()) | Qt::TextSingleLine,
                     QFontMetrics(font).elidedText(text_, mode_, width()));
}

}  // namespace shearbench::widgets
