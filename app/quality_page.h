// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/workbench.h"
#include "widgets/theme.h"

namespace shearbench::widgets {
class Pane;
class QualityView;
}  // namespace shearbench::widgets

namespace shearbench::app {

/// The pane that compares real, reconstructed and generated galaxies, on request.
class QualityPage : public QObject {
    Q_OBJECT
  public:
    /// Galaxies of each kind that are compared.
    static constexpr int kGalaxies = 1000;

    QualityPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent = nullptr);

    widgets::Pane* pane() const { return pane_; }
    widgets::QualityView* view() const { return view_; }

  private:
    void refresh();
    void showEmpty();

    const widgets::Theme& theme_;
    Workbench& workbench_;
    widgets::Pane* pane_;
    widgets::QualityView* view_;
};

}  // namespace shearbench::app
