// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/galaxy_close_up.h"

#include <QFrame>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>

#include "widgets/band_thumbnails.h"
#include "widgets/cutout_canvas.h"
#include "widgets/discard.h"
#include "widgets/elided_label.h"
#include "widgets/icon.h"
#include "widgets/style.h"

namespace shearbench::widgets {

namespace {

constexpr int kNumbersWidth = 190, kNarrow = 480;

}  // namespace

GalaxyCloseUp::GalaxyCloseUp(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      pictures_(new QWidget),
      numbers_(new QWidget),
      bands_(new BandThumbnails(theme)),
      table_(new QGridLayout),
      readout_(new ElidedLabel(theme, TextSize::caption, Colour::text2)),
      back_(new QPushButton(tr("All galaxies"))),
      walk_(new QPushButton(tr("Walk from here"))) {
    back_->setToolTip(tr("Back to all galaxies (Esc)"));
    walk_->setToolTip(tr("Change this galaxy's latent features one by one"));
    auto* row = new QHBoxLayout(pictures_);
    row->setContentsMargins(0, 0, 0, 0);
    for (std::size_t i = 0; i < kMost; ++i) {
        auto* column = new QWidget;
        auto* inside = new QVBoxLayout(column);
        inside->setContentsMargins(0, 0, 0, 0);
        titles_.push_back(new QLabel);
        canvases_.push_back(new CutoutCanvas(theme));
        inside->addWidget(titles_.back());
        inside->addWidget(canvases_.back());
        inside->addStretch(1);
        columns_.push_back(column);
        row->addWidget(column, 0, Qt::AlignTop);
        connect(canvases_.back(), &CutoutCanvas::readout, readout_, &ElidedLabel::setFullText);
    }
    row->addWidget(bands_, 0, Qt::AlignTop);
    auto* told = new QVBoxLayout(numbers_);
    told->setContentsMargins(0, 0, 0, 0);
    told->addLayout(table_);
    told->addStretch(1);
    row->addWidget(numbers_, 0, Qt::AlignTop);
    row->addStretch(1);
    auto* below = new QHBoxLayout;
    below->addWidget(back_);
    below->addWidget(walk_);
    below->addWidget(readout_, 1);
    auto* whole = new QVBoxLayout(this);
    whole->addWidget(pictures_, 1);
    whole->addLayout(below);
    connect(back_, &QPushButton::clicked, this, &GalaxyCloseUp::backRequested);
    connect(walk_, &QPushButton::clicked, this, &GalaxyCloseUp::walkRequested);
    connect(bands_, &BandThumbnails::chosen, this, &GalaxyCloseUp::bandChosen);
    connect(&theme, &Theme::changed, this, [this] {
        fillNumbers();
        arrange();
    });
    setFocusProxy(back_);
    arrange();
}

void GalaxyCloseUp::setFormat(const CutoutFormat& format) {
    for (CutoutCanvas* canvas : canvases_) {
        canvas->setFormat(format);
    }
    bands_->setFormat(format);
}

void GalaxyCloseUp::setDisplay(const CutoutDisplay& display) {
    for (CutoutCanvas* canvas : canvases_) {
        canvas->setDisplay(display);
    }
    bands_->setDisplay(display);
}

void GalaxyCloseUp::setCloseUp(const CloseUp& closeUp) {
    closeUp_ = closeUp;
    const std::size_t count = std::min(kMost, closeUp_.galaxies.size());
    for (std::size_t i = 0; i < kMost; ++i) {
        columns_[i]->setVisible(i < count);
        if (i >= count) {
            continue;
        }
        const CloseUp::Galaxy& galaxy = closeUp_.galaxies[i];
        titles_[i]->setText(galaxy.title);
        setRole(titles_[i], Role::strong);
        canvases_[i]->setAccessibleName(galaxy.title);
        canvases_[i]->setPixels(galaxy.pixels);
    }
    if (count > 0) {
        bands_->setPixels(closeUp_.galaxies[count - 1].pixels);
    }
    walk_->setVisible(closeUp_.canWalk);
    fillNumbers();
    arrange();
}

void GalaxyCloseUp::fillNumbers() {
    while (QLayoutItem* item = table_->takeAt(0)) {
        discard(item->widget());
        delete item;
    }
    table_->setHorizontalSpacing(theme_.px(12));
    table_->setVerticalSpacing(theme_.px(4));
    int row = 0;
    for (const CloseUp::Line& line : closeUp_.lines) {
        auto* name = new QLabel(line.name);
        setRole(name, Role::field);
        table_->addWidget(name, row, 0);
        for (int i = 0; i < line.values.size(); ++i) {
            auto* value = new QLabel(line.values[i]);
            setRole(value, Role::value);
            value->setTextInteractionFlags(Qt::TextSelectableByMouse);
            table_->addWidget(value, row, 1 + i, Qt::AlignRight);
        }
        ++row;
    }
}

void GalaxyCloseUp::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

// Canvases are square: as high as there is room, as wide as leaves room for the others.
void GalaxyCloseUp::arrange() {
    const int margin = theme_.px(12), gap = theme_.px(12);
    layout()->setContentsMargins(margin, theme_.px(4), margin, theme_.px(8));
    layout()->setSpacing(theme_.px(6));
    pictures_->layout()->setSpacing(gap);
    for (QWidget* column : columns_) {
        column->layout()->setSpacing(theme_.px(4));
    }
    const int count = std::max(1, int(std::min(kMost, closeUp_.galaxies.size())));
    const bool narrow = width() < theme_.px(kNarrow);
    numbers_->setVisible(!narrow && !closeUp_.lines.empty());
    const int high = height() - theme_.px(12) - back_->sizeHint().height() - theme_.px(6) -
                     titles_.front()->sizeHint().height() - theme_.px(6);
    const int beside = bands_->sizeHint().width() + gap +
                       (numbers_->isHidden() ? 0 : theme_.px(kNumbersWidth) + gap);
    const int wide = (width() - 2 * margin - beside - (count - 1) * gap) / count;
    const int side = std::max(theme_.px(64), std::min(high, wide));
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        columns_[i]->setFixedWidth(side);
        canvases_[i]->setFixedSize(side, side);
    }
}

// Pictures follow the room there is; they never ask for any.
QSize GalaxyCloseUp::minimumSizeHint() const {
    return {theme_.px(180), theme_.px(110)};
}

void GalaxyCloseUp::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        Q_EMIT backRequested();
        return;
    }
    QWidget::keyPressEvent(event);
}

}  // namespace shearbench::widgets
