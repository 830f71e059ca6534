// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <atomic>

#include "app/background.h"
#include "core/data/simulator/simulate.h"

namespace shearbench::app {

/// Makes a file of simulated galaxies in the background.
class SimulationController : public QObject {
    Q_OBJECT
  public:
    explicit SimulationController(QObject* parent = nullptr);
    ~SimulationController() override;

    /// Ignored while another simulation is under way.
    void start(const data::simulator::SimulationSettings& settings, const QString& file);
    /// The file then holds what was finished.
    void cancel() { cancelled_ = true; }
    bool active() const { return active_; }

  Q_SIGNALS:
    void progressed(qint64 done, qint64 count, double secondsLeft);
    /// `made` galaxies are in `file`; fewer than asked for after a cancel, 0: there is no file.
    void finished(const QString& file, qint64 made);
    void failed(const shearbench::app::Failure& failure);

  private:
    std::atomic<bool> cancelled_ = false;
    bool active_ = false;
    Background background_;  // last: its thread ends before what its jobs use
};

}  // namespace shearbench::app
