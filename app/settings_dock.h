// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDockWidget>
#include <QTimer>
#include <memory>
#include <optional>
#include <vector>

#include "app/background.h"
#include "app/dataset.h"
#include "app/session_store.h"
#include "core/device/compute_mode.h"
#include "core/device/registry.h"
#include "core/experiment.h"
#include "widgets/data_panel.h"
#include "widgets/device_colours.h"
#include "widgets/device_panel.h"
#include "widgets/network_panel.h"
#include "widgets/section.h"
#include "widgets/theme.h"
#include "widgets/training_panel.h"

namespace shearbench::app {

/// The left dock: the experiment, in four sections. It edits the document and shows what follows
/// from it (layers, memory); opening the data is left to the window.
class SettingsDock : public QDockWidget {
    Q_OBJECT
  public:
    SettingsDock(const widgets::Theme& theme, SessionStore& store, QWidget* parent = nullptr);

    void setExperiment(const Experiment& experiment);
    const Experiment& experiment() const { return experiment_; }
    /// Whether every field holds something that can be used.
    bool isValid() const;

    void showDataset(const std::shared_ptr<const Dataset>& dataset);
    void showDataFailure(const Failure& failure);
    void showDeviceFailure(const Failure& failure);
    void setRunning(bool running);
    void setEstimate(const QString& text) { training_->setEstimate(text); }

    const std::vector<widgets::DeviceRow>& devices() const { return deviceRows_; }

  Q_SIGNALS:
    void dataEdited();  ///< the file or how it is read; the dataset has to be opened anew
    void edited();      ///< anything, the data included
    void browseRequested();
    void describeRequested();  ///< the user wants to say how the file is read
    void profileRequested();   ///< the user wants to see where a step's time goes
    void tuneRequested();      ///< the user wants the device's ways to compute tried
    void devicesFound();       ///< devices() has them now
    void devicesChanged();     ///< a self-test or measurement ended

  private:
    void buildSections();
    void findDevices();
    void showDevices();
    /// `again`: also where the result of an earlier test is kept.
    void testDevice(const QString& id, bool again);
    /// A device in another mode that it offers, in a row of its own.
    void showMode(const device::ModeOffer& offer);
    void showExperiment();
    void showTraining();
    void showNetwork();
    void showMemory();
    void storeFolds();

    const widgets::Theme& theme_;
    SessionStore& store_;
    Experiment experiment_;
    std::shared_ptr<const Dataset> dataset_;
    widgets::DeviceColours colours_;
    std::vector<widgets::DeviceRow> deviceRows_;
    widgets::DataPanel* data_;
    widgets::NetworkPanel* network_;
    widgets::DevicePanel* device_;
    widgets::TrainingPanel* training_;
    std::vector<widgets::Section*> sections_;
    Background tester_;
};

}  // namespace shearbench::app
