// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>

#include "app/background.h"
#include "app/local_devices.h"
#include "core/device/step_profile.h"
#include "core/experiment.h"
#include "widgets/operation_chart.h"

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace shearbench::widgets {
class Note;
}

namespace shearbench::app {

/// Shows where the time of a training step goes, for a network, batch and device to choose: starts
/// from the experiment's, measures on a thread of its own, and only when nothing else computes.
class OperationDialog : public QDialog {
    Q_OBJECT
  public:
    explicit OperationDialog(const widgets::Theme& theme, QWidget* parent = nullptr);

    /// Shows the dialog and, unless something else computes, measures the experiment's network on
    /// images of that shape.
    void start(const Experiment& experiment, const network::Shape& input, bool busy);
    /// While `busy`, by a training or benchmark, nothing is measured: it would time both.
    void setBusy(bool busy);
    void measure();
    bool measuring() const { return measuring_; }
    /// What is shown; nothing before the first measurement.
    const widgets::OperationScene& scene() const { return scene_; }

  Q_SIGNALS:
    void measured();  ///< or failed

  private:
    void build();
    void fillChoices();
    void showState();
    void showFound(const device::StepProfile& found);
    QString command() const;

    const widgets::Theme& theme_;
    network::Shape input_{6, 64, 64};
    std::vector<LocalDevice> devices_;
    widgets::OperationScene scene_;
    bool busy_ = false, measuring_ = false;
    QComboBox *network_, *device_;
    QSpinBox *batch_, *threads_;
    QPushButton *measure_, *copyNumbers_, *copyCommand_;
    QLabel *summary_, *remark_;
    widgets::Note* note_;
    widgets::OperationChart* chart_;
    Background background_;  // last: its thread ends before what its jobs use
};

/// Operations that take less than a two-thousandth of the step are left out.
widgets::OperationScene operationScene(const device::StepProfile& found,
                                       widgets::DeviceColour colour);

}  // namespace shearbench::app
