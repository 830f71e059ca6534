// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cutouts_page.h"

#include <QFrame>
#include <QHBoxLayout>
#include <algorithm>

#include "app/galaxy_facts.h"
#include "widgets/cutout_browser.h"
#include "widgets/cutout_view.h"
#include "widgets/style.h"

namespace shearbench::app {

namespace {

// Of the large view: below the grid's height there is room only beside the picture.
constexpr int kUprightWidth = 300, kWidestView = 580, kUprightHeight = 480;
constexpr double kViewShare = 0.42;

}  // namespace

CutoutsPage::CutoutsPage(const widgets::Theme& theme, DatasetController& datasets,
                         PosteriorController& posteriors, GalaxySelection& selection,
                         QWidget* parent)
    : QWidget(parent),
      theme_(theme),
      datasets_(datasets),
      posteriors_(posteriors),
      selection_(selection),
      browser_(new widgets::CutoutBrowser(theme)),
      view_(new widgets::CutoutView(theme)) {
    auto* line = new QFrame;
    widgets::setRole(line, widgets::Role::upright);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(browser_, 1);
    layout->addWidget(line);
    layout->addWidget(view_);
    connect(&theme, &widgets::Theme::changed, this, &CutoutsPage::arrange);

    using widgets::CutoutBrowser;
    connect(browser_, &CutoutBrowser::selectionChanged, &selection_, &GalaxySelection::select);
    connect(browser_, &CutoutBrowser::activated, this, &CutoutsPage::posteriorRequested);
    connect(browser_, &CutoutBrowser::pixelsWanted, this, [this](const QVector<qint64>& rows) {
        datasets_.requestPixels(DatasetController::Asker::browser, rows);
    });
    connect(browser_, &CutoutBrowser::displayChanged, this,
            [this] { view_->setDisplay(browser_->display()); });
    connect(browser_, &CutoutBrowser::orderChanged, this, &CutoutsPage::showSelected);
    connect(view_, &widgets::CutoutView::posteriorRequested, this,
            &CutoutsPage::posteriorRequested);
    connect(&selection_, &GalaxySelection::changed, this, [this](qint64 row) {
        browser_->select(row);
        if (row >= 0)
            datasets_.requestPixels(DatasetController::Asker::details, {row});
        showSelected();
    });
    connect(&posteriors_, &PosteriorController::posteriorsChanged, this,
            &CutoutsPage::showSelected);
    connect(&datasets_, &DatasetController::pixelsReady, this, &CutoutsPage::takePixels);
    connect(&datasets_, &DatasetController::opened, this, &CutoutsPage::showDataset);
    connect(&datasets_, &DatasetController::closed, this, &CutoutsPage::showDataset);
}

void CutoutsPage::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    arrange();
}

void CutoutsPage::arrange() {
    const int upright = theme_.px(kUprightWidth);
    const bool beside = height() < theme_.px(kUprightHeight);
    view_->setFixedWidth(
        beside ? std::clamp(static_cast<int>(kViewShare * width()), upright, theme_.px(kWidestView))
               : upright);
    layout()->activate();
}

void CutoutsPage::showDataset() {
    const auto& dataset = datasets_.dataset();
    pixelsRow_ = -1;
    pixels_.reset();
    browser_->setCatalogue(dataset ? dataset->catalogue : nullptr);
    view_->setFormat(dataset ? dataset->catalogue->format : widgets::CutoutFormat());
    if (selection_.row() >= 0 && dataset && selection_.row() < dataset->schema().count) {
        browser_->select(selection_.row());
        datasets_.requestPixels(DatasetController::Asker::details, {selection_.row()});
    }
    showSelected();
}

void CutoutsPage::takePixels(qint64 row, const widgets::CutoutPixels& pixels) {
    browser_->setPixels(row, pixels);
    if (row == selection_.row()) {
        pixelsRow_ = row;
        pixels_ = pixels;
        showSelected();
    }
}

void CutoutsPage::showSelected() {
    const auto& dataset = datasets_.dataset();
    const qint64 row = selection_.row();
    if (!dataset || row < 0 || row >= dataset->schema().count) {
        view_->setDetails(std::nullopt);
        return;
    }
    widgets::CutoutDetails details = cutoutDetails(*dataset, row, posteriors_.posterior(row));
    details.place = browser_->placeText();
    if (pixelsRow_ == row)
        details.pixels = pixels_;
    view_->setDetails(details);
}

}  // namespace shearbench::app
