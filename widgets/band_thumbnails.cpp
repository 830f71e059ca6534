// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/band_thumbnails.h"

#include <QAbstractButton>
#include <QGridLayout>
#include <QPainter>
#include <algorithm>
#include <cmath>

#include "widgets/band_strip.h"

namespace shearbench::widgets {

namespace {
constexpr int kPicture = 38, kName = 18;
constexpr int kMostInAColumn = 6, kWide = 56, kNameBelow = 15;
}  // namespace

class BandThumbnails::Button : public QAbstractButton {
  public:
    Button(BandThumbnails& owner, int band, const QString& name)
        : QAbstractButton(&owner), owner_(owner), band_(band) {
        setText(name);
        setAccessibleName(tr("Band %1").arg(name));
        setToolTip(tr("Show band %1 alone").arg(name));
        setCheckable(true);
        setFocusPolicy(Qt::StrongFocus);
    }

    QSize sizeHint() const override {
        const Theme& theme = owner_.theme_;
        return owner_.inRows_ ? QSize(theme.px(kWide + 4), theme.px(kWide + kNameBelow + 4))
                              : QSize(theme.px(kPicture + kName + 4), theme.px(kPicture + 2));
    }

  protected:
    void paintEvent(QPaintEvent*) override {
        const Theme& theme = owner_.theme_;
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const double px = theme.scaled(1);
        const bool below = owner_.inRows_;
        const double side = (below ? kWide : kPicture) * px;
        const QRectF picture(0, 0, side, side);
        CutoutDisplay display = owner_.display_;
        display.band = band_;
        display.limits = Limits::percentile;
        const QImage image =
            owner_.pixels_ ? cutoutImage(owner_.format_, *owner_.pixels_, display,
                                         int(std::lround(picture.width() * devicePixelRatioF())))
                           : QImage();
        if (image.isNull()) {
            painter.fillRect(picture, theme.colour(Colour::raised));
        } else {
            painter.drawImage(picture, image);
        }
        if (isChecked() || hasFocus()) {
            painter.setPen(QPen(theme.colour(Colour::accent), 2));
            painter.drawRect(picture.adjusted(1, 1, -1, -1));
        }
        const QRectF name = below
                                ? QRectF(0, picture.bottom(), side, kNameBelow * px)
                                : QRectF(picture.right() + 4 * px, 0, kName * px, picture.height());
        painter.setFont(theme.font(below ? TextSize::caption : TextSize::body, QFont::DemiBold));
        painter.setPen(theme.colour(isChecked() ? Colour::accent : Colour::text2));
        painter.drawText(
            name, Qt::AlignLeft | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(text(), Qt::ElideRight, int(name.width())));
        if (!below) {
            painter.fillRect(QRectF(name.left(), name.center().y() + 9 * px, 8 * px, 2 * px),
                             bandColour(theme, text(), bandNames(owner_.format_)));
        }
    }

  private:
    BandThumbnails& owner_;
    int band_;
};

BandThumbnails::BandThumbnails(const Theme& theme, QWidget* parent)
    : QWidget(parent), theme_(theme), grid_(new QGridLayout(this)) {
    grid_->setContentsMargins(0, 0, 0, 0);
    setAccessibleName(tr("Bands"));
    connect(&theme, &Theme::changed, this, &BandThumbnails::measure);
    measure();
}

void BandThumbnails::measure() {
    grid_->setSpacing(theme_.px(1));
    for (Button* button : buttons_) {
        button->setFixedSize(button->sizeHint());
    }
}

void BandThumbnails::setFormat(const CutoutFormat& format) {
    qDeleteAll(buttons_);
    buttons_.clear();
    format_ = format;
    pixels_.reset();
    const QStringList names = bandNames(format);
    const QFontMetrics metrics(theme_.font(TextSize::body, QFont::DemiBold));
    inRows_ = names.size() > kMostInAColumn ||
              std::any_of(names.begin(), names.end(), [&](const QString& name) {
                  return metrics.horizontalAdvance(name) > theme_.px(kName);
              });
    for (int band = 0; band < names.size(); ++band) {
        auto* button = new Button(*this, band, names[band]);
        buttons_.push_back(button);
        connect(button, &QAbstractButton::clicked, this, [this, band] {
            Q_EMIT chosen(display_.band == band && format_.colour ? -1 : band);
        });
    }
    const int across = inRows_ ? across_ : 1;
    for (int band = 0; band < int(buttons_.size()); ++band) {
        grid_->addWidget(buttons_[std::size_t(band)], band / across, band % across,
                         Qt::AlignLeft | Qt::AlignTop);
    }
    setDisplay(display_);
    measure();
}

void BandThumbnails::setPixels(CutoutPixels pixels) {
    pixels_ = std::move(pixels);
    for (Button* button : buttons_) {
        button->update();
    }
}

void BandThumbnails::setDisplay(const CutoutDisplay& display) {
    display_ = display;
    for (std::size_t band = 0; band < buttons_.size(); ++band) {
        buttons_[band]->setChecked(int(band) == display.band);
        buttons_[band]->update();
    }
}

}  // namespace shearbench::widgets
