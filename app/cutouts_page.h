// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>
#include <memory>

#include "app/dataset_controller.h"
#include "app/galaxy_selection.h"
#include "app/posterior_controller.h"
#include "widgets/theme.h"

namespace shearbench::widgets {
class CutoutBrowser;
class CutoutView;
}  // namespace shearbench::widgets

namespace shearbench::app {

/// The file's cutouts beside the chosen galaxy, large, with its label and posterior.
class CutoutsPage : public QWidget {
    Q_OBJECT
  public:
    CutoutsPage(const widgets::Theme& theme, DatasetController& datasets,
                PosteriorController& posteriors, GalaxySelection& selection,
                QWidget* parent = nullptr);

    widgets::CutoutBrowser* browser() const { return browser_; }

  Q_SIGNALS:
    /// The user wants to see this galaxy among the posteriors.
    void posteriorRequested();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void arrange();
    void showDataset();
    void showSelected();
    void takePixels(qint64 row, const widgets::CutoutPixels& pixels);

    const widgets::Theme& theme_;
    DatasetController& datasets_;
    PosteriorController& posteriors_;
    GalaxySelection& selection_;
    widgets::CutoutBrowser* browser_;
    widgets::CutoutView* view_;
    qint64 pixelsRow_ = -1;
    widgets::CutoutPixels pixels_;  ///< of pixelsRow_
};

}  // namespace shearbench::app
