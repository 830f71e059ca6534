// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>

#include "app/workbench.h"
#include "core/device/comparison.h"
#include "widgets/check_view.h"
#include "widgets/theme.h"

namespace shearbench::widgets {
class Pane;
}  // namespace shearbench::widgets

namespace shearbench::app {

/// The pane that follows a training whose device is checked by another: how far the two agree,
/// tensor by tensor, step by step.
class CheckPage : public QObject {
    Q_OBJECT
  public:
    CheckPage(const widgets::Theme& theme, Workbench& workbench, QObject* parent = nullptr);

    /// Whether a second device is chosen, or was for the training that is shown.
    bool applies() const;
    widgets::Pane* pane() const { return pane_; }
    widgets::CheckView* view() const { return view_; }

    /// Also when the experiment was edited.
    void refresh();

  private:
    void showEmpty();

    const widgets::Theme& theme_;
    Workbench& workbench_;
    widgets::Pane* pane_;
    widgets::CheckView* view_;
};

/// What a record of steps says, in words and rows; `first` and `second` are the devices' names.
widgets::CheckScene checkScene(const device::CheckRecord& record, const QString& first,
                               const QString& second);

}  // namespace shearbench::app
