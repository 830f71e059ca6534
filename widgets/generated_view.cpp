// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/generated_view.h"

#include <QStackedWidget>
#include <QVBoxLayout>

#include "widgets/galaxy_grid.h"
#include "widgets/galaxy_table.h"
#include "widgets/generation_bar.h"
#include "widgets/latent_walk.h"

namespace shearbench::widgets {

GeneratedView::GeneratedView(const Theme& theme, QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      bar_(new GenerationBar(theme)),
      pages_(new QStackedWidget),
      grid_(new GalaxyGrid(theme)),
      walk_(new LatentWalk(theme)),
      closeUp_(new GalaxyCloseUp(theme)) {
    setAccessibleName(tr("Generated galaxies"));
    // In the order of Page.
    for (QWidget* page : {static_cast<QWidget*>(grid_), static_cast<QWidget*>(walk_),
                          static_cast<QWidget*>(closeUp_)}) {
        pages_->addWidget(page);
    }
    // Not the widest page's: the one in sight scrolls or shrinks.
    pages_->setMinimumWidth(160);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(bar_);
    column->addWidget(pages_, 1);
    setFocusProxy(grid_);
    connect(closeUp_, &GalaxyCloseUp::backRequested, this, [this] { setPage(Page::galaxies); });
    connect(walk_, &LatentWalk::sceneChanged, this, &GeneratedView::fillTable);
    connect(&theme, &Theme::changed, this, &GeneratedView::showBar);
    showBar();
}

GeneratedView::~GeneratedView() = default;

void GeneratedView::setScene(GalaxyScene scene) {
    walk_->setDisplay(scene.display);
    closeUp_->setFormat(scene.format);
    closeUp_->setDisplay(scene.display);
    grid_->setScene(std::move(scene));
    fillTable();
}

void GeneratedView::showCloseUp(const CloseUp& closeUp) {
    closeUp_->setCloseUp(closeUp);
    setPage(Page::closeUp);
}

void GeneratedView::setPage(Page page) {
    if (page == this->page()) {
        return;
    }
    const bool had = pages_->currentWidget()->isAncestorOf(focusWidget());
    pages_->setCurrentIndex(int(page));
    setFocusProxy(pages_->currentWidget());
    if (had) {
        pages_->currentWidget()->setFocus();
    }
    fillTable();
    showBar();
    Q_EMIT pageChanged();
}

/// Only where there is something to choose by it.
void GeneratedView::showBar() {
    bar_->setVisible(!theme_.isPresentation() && page() == Page::galaxies);
}

GeneratedView::Page GeneratedView::page() const {
    return Page(pages_->currentIndex());
}

const GalaxyScene& GeneratedView::shown() const {
    return page() == Page::walk ? walk_->scene() : grid_->scene();
}

void GeneratedView::fillTable() {
    if (table_ != nullptr) {
        table_->setScene(shown());
    }
}

QString GeneratedView::figureTitle() const {
    return shown().title;
}

QAbstractItemModel* GeneratedView::figureTable() {
    if (table_ == nullptr) {
        table_ = new GalaxyTable(this);
        fillTable();
    }
    return table_;
}

void GeneratedView::paintFigure(QPainter& painter, const QSizeF& size, const Theme& theme) const {
    paintGalaxies(painter, size, shown(), theme);
}

}  // namespace shearbench::widgets
