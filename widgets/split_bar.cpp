// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/split_bar.h"

#include <QPainter>
#include <algorithm>

#include "widgets/number_text.h"

namespace shearbench::widgets {

namespace {
constexpr int kTop = 3, kBar = 6, kPartGap = 2, kMark = 6, kHeight = 30, kLeastSpace = 6;
}

QColor splitColour(const Theme& theme, int part) {
    switch (part) {
        case 0:
            return theme.colour(Colour::accent);
        case 1:
            return theme.colour(Colour::accent, 0.5);
        default:
            return theme.colour(Colour::borderStrong);
    }
}

SplitBar::SplitBar(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Split"));
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void SplitBar::setCounts(qint64 training, qint64 validation, qint64 test) {
    counts_ = {training, validation, test};
    setAccessibleDescription(words(countText).join(QStringLiteral(", ")));
    setToolTip(accessibleDescription());
    update();
}

QStringList SplitBar::words(QString (*count)(qint64)) const {
    return {tr("train %1").arg(count(counts_[0])), tr("val %1").arg(count(counts_[1])),
            tr("test %1").arg(count(counts_[2]))};
}

QSize SplitBar::sizeHint() const {
    return {theme_.px(180), theme_.px(kHeight)};
}

QSize SplitBar::minimumSizeHint() const {
    return {theme_.px(120), theme_.px(kHeight)};
}

void SplitBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const double total = double(counts_[0] + counts_[1] + counts_[2]);
    const double px = theme_.scaled(1);
    if (total <= 0) {
        painter.fillRect(QRectF(0, kTop * px, width(), kBar * px), theme_.colour(Colour::hover));
        return;
    }
    const QFont font = theme_.font(TextSize::caption);
    const QFontMetricsF metrics(font);
    painter.setFont(font);
    const auto needed = [&](const QStringList& texts) {
        double sum = 0;
        for (const QString& text : texts)
            sum += metrics.horizontalAdvance(text) + 10 * px;
        return sum;
    };
    QStringList texts = words(countText);
    if (needed(texts) + 2 * kLeastSpace * px > width())
        texts = words(briefCountText);
    const double space = std::max(0.0, (width() - needed(texts)) / 2);
    double left = 0, word = 0;
    for (int part = 0; part < 3; ++part) {
        const QColor colour = splitColour(theme_, part);
        const double share = double(counts_[std::size_t(part)]) / total * width();
        painter.fillRect(QRectF(left, kTop * px, std::max(0.0, share - kPartGap), kBar * px),
                         colour);
        left += share;
        painter.fillRect(QRectF(word, (kTop + 14) * px, kMark * px, kMark * px), colour);
        painter.setPen(theme_.colour(Colour::text2));
        const double advance = metrics.horizontalAdvance(texts[part]);
        painter.drawText(QRectF(word + 10 * px, (kTop + 9) * px, advance + 4 * px, 16 * px),
                         Qt::AlignLeft | Qt::AlignVCenter, texts[part]);
        word += advance + 10 * px + space;
    }
}

}  // namespace shearbench::widgets
