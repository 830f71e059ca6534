// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/memory_bar.h"

#include <QPainter>
#include <algorithm>

#include "widgets/number_text.h"

namespace shearbench::widgets {
namespace {

constexpr int kHeight = 48;

QString sizeText(double megabytes) {
    return bytesText(quint64(std::max(0.0, megabytes) * 1e6));
}

/// "97 of 286 MB", "359 MB of 15.6 GB".
QString sizeOf(double used, double limit) {
    const QString whole = sizeText(limit);
    QString part = sizeText(used);
    const QString unit = whole.section(' ', -1);
    if (part.endsWith(' ' + unit)) {
        part.chop(unit.size() + 1);
    }
    return MemoryBar::tr("%1 of %2").arg(part, whole);
}

}  // namespace

MemoryBar::MemoryBar(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    setAccessibleName(tr("Memory"));
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
    setUse(std::nullopt);
}

void MemoryBar::setUse(const std::optional<MemoryUse>& use) {
    use_ = use;
    const Words words = this->words();
    setAccessibleDescription(
        QStringList{words.title, words.amount, words.parts, words.fits}.join(QStringLiteral("; ")));
    update();
}

void MemoryBar::setDeviceColour(DeviceColour colour) {
    colour_ = colour;
    update();
}

QSize MemoryBar::sizeHint() const {
    return {theme_.px(200), theme_.px(kHeight)};
}

QSize MemoryBar::minimumSizeHint() const {
    return {theme_.px(160), theme_.px(kHeight)};
}

MemoryBar::Words MemoryBar::words() const {
    Words words;
    if (!use_) {
        words.title = tr("Memory");
        words.parts = tr("planned once there are a file and a network");
        return words;
    }
    const MemoryUse& use = *use_;
    words.title = tr("Memory for batch %1").arg(countText(use.batch));
    words.amount = use.limit > 0 ? sizeOf(use.total(), use.limit) : sizeText(use.total());
    words.parts = tr("weights, Adam %1; activations %2")
                      .arg(fixedText(use.weights, 0), fixedText(use.activations, 0));
    words.good = use.fits();
    if (!use.fits()) {
        words.fits = use.fitsUpTo > 0 ? tr("fits up to %1").arg(countText(use.fitsUpTo))
                                      : tr("does not fit");
    } else if (use.fitsUpTo > 0 && use.limit > 0) {
        words.fits = tr("fits up to %1").arg(countText(use.fitsUpTo));
    } else if (use.limit > 0) {
        words.fits = tr("fits");
    }
    return words;
}

void MemoryBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const double px = theme_.scaled(1), w = width();
    const Words words = this->words();
    const auto write = [&](const QRectF& area, const QString& text, TextSize role, Colour colour,
                           int weight, Qt::Alignment side) {
        painter.setFont(theme_.font(role, weight));
        painter.setPen(theme_.colour(colour));
        painter.drawText(area, int(side | Qt::AlignVCenter), text);
    };
    const QRectF top(0, 0, w, 16 * px), bottom(0, 31 * px, w, 16 * px);
    write(top, words.title, TextSize::body, Colour::text2, QFont::Normal, Qt::AlignLeft);
    write(top, words.amount, TextSize::body, Colour::text, QFont::Medium, Qt::AlignRight);
    write(bottom, words.parts, TextSize::caption, Colour::text3, QFont::Normal, Qt::AlignLeft);
    write(bottom, words.fits, TextSize::caption, words.good ? Colour::ok : Colour::fail,
          QFont::Medium, Qt::AlignRight);

    const QRectF bar(0, 20 * px, w, 8 * px);
    painter.setPen(Qt::NoPen);
    painter.setBrush(theme_.colour(Colour::hover));
    painter.drawRoundedRect(bar, 2, 2);
    if (!use_ || use_->total() <= 0) {
        return;
    }
    const double whole = std::max(use_->limit, use_->total());
    const double weights = std::max(2.0, use_->weights / whole * w);
    const double activations = use_->activations / whole * w;
    QColor colour = use_->fits() ? theme_.line(colour_) : theme_.colour(Colour::fail);
    painter.fillRect(QRectF(0, bar.top(), weights - 1, bar.height()), colour);
    colour.setAlphaF(0.5);
    painter.fillRect(QRectF(weights, bar.top(), std::min(activations, w - weights), bar.height()),
                     colour);
    if (!use_->fits()) {
        const double limit = use_->limit / whole * w;
        painter.fillRect(QRectF(limit - 1, bar.top() - 2 * px, 2, bar.height() + 4 * px),
                         theme_.colour(Colour::text));
    }
}

}  // namespace shearbench::widgets
