// SPDX-License-Identifier: GPL-3.0-or-later
//
// MainWindow: which panes there are, and which of them fills the window.
#include <QBoxLayout>
#include <QDockWidget>
#include <QSplitter>
#include <QTabWidget>
#include <algorithm>
#include <iterator>
#include <utility>

#include "app/check_page.h"
#include "app/generation_page.h"
#include "app/main_window.h"
#include "app/posterior_page.h"
#include "app/presentation.h"
#include "app/quality_page.h"
#include "app/settings_dock.h"
#include "app/training_page.h"
#include "widgets/pane.h"

namespace shearbench::app {

bool MainWindow::isPresent(const widgets::Pane* pane) const {
    if (pane == posteriors_->pane())
        return posteriors_->applies();
    if (pane == check_->pane())
        return check_->applies();
    return (pane != generation_->pane() && pane != quality_->pane()) || generation_->applies();
}

std::vector<widgets::Pane*> MainWindow::presentPanes() const {
    std::vector<widgets::Pane*> present;
    std::copy_if(panes_.begin(), panes_.end(), std::back_inserter(present),
                 [this](const widgets::Pane* pane) { return isPresent(pane); });
    return present;
}

void MainWindow::showPanes() {
    check_->refresh();
    if (maximised_ && !isPresent(maximised_))
        maximise(maximised_, false);
    if (maximised_)
        return;
    const bool one = posteriors_->pane()->isHidden() || generation_->pane()->isHidden();
    for (widgets::Pane* pane : {posteriors_->pane(), generation_->pane()})
        pane->setVisible(isPresent(pane));
    if (one && posteriors_->applies() && generation_->applies())
        lower_->setSizes(upper_->sizes());
    const std::pair<QSplitter*, const widgets::Pane*> optional[] = {{qualityRow_, quality_->pane()},
                                                                    {checkRow_, check_->pane()}};
    for (const auto& [row, pane] : optional) {
        const int tab = tabs_->indexOf(row);
        if (tabs_->isTabVisible(tab) != isPresent(pane))
            tabs_->setTabVisible(tab, isPresent(pane));
        if (wantedPage_ == row->objectName() && tabs_->isTabVisible(tab))
            showPage(wantedPage_);
    }
    const std::vector<widgets::Pane*> present = presentPanes();
    const auto inGrid =
        std::count_if(present.begin(), present.end(),
                      [this](const widgets::Pane* pane) { return rowBelow(pane) == nullptr; });
    presentationKeys_->setChoices(static_cast<int>(inGrid), workbench_.generation().canGenerate());
    presentationTitle_->setDrawing(generation_->applies() && !posteriors_->applies());
}

QSplitter* MainWindow::rowBelow(const widgets::Pane* pane) const {
    if (pane == training_->lossPane() || pane == training_->speedPane())
        return lossRow_;
    if (pane == check_->pane())
        return checkRow_;
    return pane == quality_->pane() ? qualityRow_ : nullptr;
}

// A maximised pane keeps its place in its splitter; everything around it is hidden. In a
// presentation the docks are hidden anyway.
void MainWindow::maximise(widgets::Pane* pane, bool on) {
    if (on == (maximised_ != nullptr))
        return;
    const bool docks = !theme_.isPresentation();
    maximised_ = on ? pane : nullptr;
    if (on && docks)
        layoutBefore_ = saveState();
    for (widgets::Pane* other : panes_)
        other->setVisible(on ? other == pane : isPresent(other));
    if (QSplitter* below = rowBelow(pane)) {
        // Out of its tab, and back.
        auto* layout = static_cast<QBoxLayout*>(workspace_->layout());
        if (on) {
            rowBefore_ = below->saveState();
            layout->insertWidget(layout->indexOf(rows_), pane, 1);
        } else {
            below->insertWidget(pane == training_->speedPane() ? 1 : 0, pane);
            below->restoreState(rowBefore_);
        }
        pane->show();
        rows_->setVisible(!on);
    } else {
        for (QSplitter* row : {upper_, lower_})
            row->setVisible(!on || row->isAncestorOf(pane));
    }
    if (docks) {
        settings_->setVisible(!on);
        bottom_->setVisible(!on);
        if (!on)
            restoreState(layoutBefore_);
    }
    pane->setMaximised(on);
}

}  // namespace shearbench::app
