// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QStandardItemModel>
#include <vector>

#include "app/background.h"
#include "core/benchmark/result.h"

namespace shearbench::app {

/// The paper's table 1 for these devices, with the published ones last: what a device has and,
/// where it was measured, its rates. A row a device; unknown cells stay empty.
class DeviceTable : public QStandardItemModel {
    Q_OBJECT
  public:
    explicit DeviceTable(QObject* parent = nullptr);

    /// Devices of `results`, then `further` ones of this machine that are not among those of the
    /// first, then the published ones.
    void setDevices(const std::vector<benchmark::Results>& results,
                    const std::vector<benchmark::DeviceRecord>& further = {});

  private:
    struct Row;
    void add(const Row& row);
};

/// Shows it, and measures in the background what this machine's devices do.
class DeviceTableDialog : public QDialog {
    Q_OBJECT
  public:
    explicit DeviceTableDialog(const std::vector<benchmark::Results>& results,
                               QWidget* parent = nullptr);

    DeviceTable& table() { return table_; }
    /// Whether all devices have been measured.
    bool isComplete() const { return complete_; }

  private:
    DeviceTable table_;
    bool complete_ = false;
    Background background_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app
