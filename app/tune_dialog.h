// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QDialog>
#include <QElapsedTimer>
#include <QTimer>
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "app/background.h"
#include "core/device/tuning.h"
#include "core/experiment.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QSpinBox;

namespace shearbench::widgets {
class Note;
class Theme;
class TuneTable;
}  // namespace shearbench::widgets

namespace shearbench::app {

/// Has a device try the ways in which it can compute the layers of the experiment's network, on a
/// thread of its own, and shows layer by layer what that gained. Nothing else can be begun in the
/// window meanwhile. What was found before a cancel is kept.
class TuneDialog : public QDialog {
    Q_OBJECT
  public:
    explicit TuneDialog(const widgets::Theme& theme, QWidget* parent = nullptr);
    /// Stops, and waits for the candidate in hand.
    ~TuneDialog() override;

    /// Shows the dialog for the experiment's device, network and batch on images of that shape;
    /// nothing is measured yet. While it measures: shows it alone.
    void open(const Experiment& experiment, const network::Shape& input);
    using QDialog::open;

    void begin();
    /// Ends it soon, or closes the dialog where nothing is measured.
    void reject() override;
    bool tuning() const { return tuning_; }
    void setSeconds(int seconds);
    /// What was found so far, or in the end.
    const std::vector<device::TunedItem>& items() const { return items_; }

  Q_SIGNALS:
    void ended();  ///< done, cancelled or failed

  private:
    /// What the tuning thread tells.
    struct Board {
        std::mutex mutex;
        std::vector<device::TunedItem> items;  ///< in the order they were begun
        std::string doing;
        double done = 0;
        std::atomic<bool> cancelled = false;
    };

    void build();
    void poll();
    void showItems();
    void showFound(const device::TuningReport& report);
    void showFailure(const Failure& failure);
    void showState();
    QString command() const;

    const widgets::Theme& theme_;
    Experiment experiment_;
    network::Shape input_{6, 64, 64};
    bool tuning_ = false;
    std::vector<device::TunedItem> items_;
    std::shared_ptr<Board> board_;
    QTimer timer_;
    QLabel *what_, *summary_;
    QSpinBox* seconds_;
    QPushButton *begin_, *cancel_, *copyCommand_;
    QProgressBar* bar_;
    widgets::Note* note_;
    widgets::TuneTable* table_;
    Background background_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app
