// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/band_strip.h"

#include <QPainter>
#include <algorithm>

namespace shearbench::widgets {

namespace {
constexpr int kCell = 30, kGap = 4, kHeight = 18, kBar = 3, kPadding = 6;

/// "r" of "lsst-r".
QString filterOf(const QString& name) {
    const int cut = std::max({name.lastIndexOf('-'), name.lastIndexOf('_'), name.lastIndexOf(' '),
                              name.lastIndexOf('.')});
    return name.mid(cut + 1);
}
}  // namespace

QColor bandColour(const Theme& theme, const QString& name, const QStringList& all) {
    QString filter = filterOf(name);
    const bool hasOther = std::any_of(all.begin(), all.end(), [](const QString& other) {
        return filterOf(other) == QLatin1String("y");
    });
    if (filter == QLatin1String("Y") && !hasOther) {
        filter = QStringLiteral("y");
    }
    const int band = filter.size() == 1 ? QStringLiteral("ugrizy").indexOf(filter) : -1;
    return band >= 0 ? theme.band(band) : theme.colour(Colour::borderStrong);
}

BandStrip::BandStrip(const Theme& theme, QWidget* parent) : QWidget(parent), theme_(theme) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Bands"));
    connect(&theme, &Theme::changed, this, [this] {
        updateGeometry();
        update();
    });
}

void BandStrip::setBands(const QStringList& bands) {
    bands_ = bands;
    const QString list = bands.join(QStringLiteral(", "));
    setToolTip(list);
    setAccessibleDescription(list);
    updateGeometry();
    update();
}

int BandStrip::cellWidth() const {
    const QFontMetrics metrics(theme_.font(TextSize::body, QFont::DemiBold));
    int width = theme_.px(kCell);
    for (const QString& band : bands_) {
        width = std::max(width, metrics.horizontalAdvance(band) + theme_.px(kPadding));
    }
    return width;
}

int BandStrip::columns(int width) const {
    const int gap = theme_.px(kGap);
    return std::max(1, (width + gap) / (cellWidth() + gap));
}

int BandStrip::heightForWidth(int width) const {
    const int lines = std::max(1, (bands_.size() + columns(width) - 1) / columns(width));
    return lines * theme_.px(kHeight) + (lines - 1) * theme_.px(kGap) + theme_.px(2);
}

QSize BandStrip::sizeHint() const {
    const int width = int(bands_.size()) * (cellWidth() + theme_.px(kGap));
    return {width, heightForWidth(std::max(1, width))};
}

QSize BandStrip::minimumSizeHint() const {
    return {cellWidth(), heightForWidth(std::max(1, this->width()))};
}

void BandStrip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(theme_.font(TextSize::body, QFont::DemiBold));
    const double bar = theme_.scaled(kBar);
    const int cell = std::min(cellWidth(), width()), height = theme_.px(kHeight);
    const int gap = theme_.px(kGap), perLine = columns(width());
    for (int i = 0; i < bands_.size(); ++i) {
        const QRectF area(i % perLine * (cell + gap), theme_.px(1) + i / perLine * (height + gap),
                          cell, height);
        painter.setPen(Qt::NoPen);
        painter.setBrush(theme_.colour(Colour::raised));
        painter.drawRoundedRect(area, bar, bar);
        painter.setBrush(bandColour(theme_, bands_[i], bands_));
        painter.drawRoundedRect(QRectF(area.left(), area.bottom() - bar, area.width(), bar), 1, 1);
        painter.setPen(theme_.colour(Colour::text));
        painter.drawText(area.adjusted(0, 0, 0, -bar), Qt::AlignCenter,
                         painter.fontMetrics().elidedText(bands_[i], Qt::ElideRight, cell));
    }
}

}  // namespace shearbench::widgets
