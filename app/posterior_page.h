// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QObject>
#include <map>

#include "app/workbench.h"
#include "widgets/theme.h"

class QLabel;
class QSpinBox;
class QToolButton;

namespace shearbench::widgets {
class Pane;
class PosteriorView;
}  // namespace shearbench::widgets

namespace shearbench::app {

/// The pane of posterior ellipses: the galaxies shown, their pictures, labels and posteriors.
class PosteriorPage : public QObject {
    Q_OBJECT
  public:
    PosteriorPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent = nullptr);

    widgets::Pane* pane() const { return pane_; }
    widgets::PosteriorView* view() const { return view_; }
    /// Whether there is anything to show, or will be with the network that is chosen.
    bool applies() const;

  Q_SIGNALS:
    /// Someone wants to say which columns are the labels.
    void labelsRequested();

  private:
    void showDataset();
    void showRows();
    void refresh();
    void buildHeader();
    void chooseCompared();
    void takePixels(qint64 row, const widgets::CutoutPixels& pixels);

    const widgets::Theme& theme_;
    Workbench& workbench_;
    widgets::Pane* pane_;
    widgets::PosteriorView* view_;
    QLabel* drawsLabel_ = nullptr;
    QSpinBox* draws_ = nullptr;
    QToolButton* compare_ = nullptr;
    std::map<std::int64_t, QImage> pictures_;
};

}  // namespace shearbench::app
