// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/band_histograms.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "widgets/number_text.h"

namespace shearbench::widgets {

BandHistograms::BandHistograms(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme) {
    setAccessibleName(tr("Histograms of the normalised pixels"));
    connect(&theme, &Theme::changed, this, [this] { update(); });
}

void BandHistograms::setHistograms(const QStringList& bands,
                                   std::vector<BandHistogram> histograms) {
    bands_ = bands;
    histograms_ = std::move(histograms);
    QStringList words;
    for (std::size_t i = 0; i < histograms_.size(); ++i) {
        words << tr("%1: mean %2, standard deviation %3")
                     .arg(bands_.value(int(i)))
                     .arg(histograms_[i].mean, 0, 'f', 2)
                     .arg(histograms_[i].sigma, 0, 'f', 2);
    }
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    setToolTip(words.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

QSize BandHistograms::sizeHint() const {
    return {theme_.px(300), theme_.px(34) * std::max(1, int(histograms_.size())) + theme_.px(20)};
}

QSize BandHistograms::minimumSizeHint() const {
    return {theme_.px(160), sizeHint().height()};
}

void BandHistograms::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QFont font = theme_.font(TextSize::caption);
    painter.setFont(font);
    const QFontMetrics metrics(font);
    int names = 0;
    for (const QString& band : bands_) {
        names = std::max(names, metrics.horizontalAdvance(band));
    }
    const int left = names + theme_.px(8), rowHeight = theme_.px(34), gap = theme_.px(4);
    const QColor ink = theme_.colour(Colour::text2), line = theme_.colour(Colour::border);
    for (std::size_t i = 0; i < histograms_.size(); ++i) {
        const BandHistogram& histogram = histograms_[i];
        const QRectF area(left, double(i) * rowHeight, width() - left, rowHeight - gap);
        painter.setPen(ink);
        painter.drawText(QRectF(0, area.top(), names, area.height()),
                         Qt::AlignRight | Qt::AlignVCenter, bands_.value(int(i)));
        painter.setPen(line);
        painter.drawLine(area.bottomLeft(), area.bottomRight());
        const auto most = std::max_element(histogram.counts.begin(), histogram.counts.end());
        if (most == histogram.counts.end() || *most <= 0) {
            continue;
        }
        const double step = area.width() / double(histogram.counts.size());
        QPainterPath outline(area.bottomLeft());
        for (std::size_t bin = 0; bin < histogram.counts.size(); ++bin) {
            const double top = area.bottom() - area.height() * std::log1p(histogram.counts[bin]) /
                                                   std::log1p(*most);
            outline.lineTo(area.left() + double(bin) * step, top);
            outline.lineTo(area.left() + double(bin + 1) * step, top);
        }
        outline.lineTo(area.bottomRight());
        painter.fillPath(outline, theme_.colour(Colour::accent, 0.75));
    }
    if (histograms_.empty()) {
        return;
    }
    const QRectF axis(left, double(histograms_.size()) * rowHeight, width() - left, theme_.px(16));
    painter.setPen(ink);
    painter.drawText(axis, Qt::AlignLeft | Qt::AlignVCenter, shortText(histograms_.front().low));
    painter.drawText(axis, Qt::AlignRight | Qt::AlignVCenter, shortText(histograms_.front().high));
    painter.drawText(axis, Qt::AlignCenter, tr("pixel value, heights logarithmic"));
}

}  // namespace shearbench::widgets
