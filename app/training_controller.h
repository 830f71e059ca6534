// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <atomic>
#include <memory>
#include <thread>

#include "app/background.h"
#include "core/device/check_device.h"
#include "core/training/trainer.h"

namespace shearbench::app {

/// Runs a trainer on its own thread and hands its snapshots to the window: the window asks for the
/// newest one at its own pace and leaves the others aside.
class TrainingController : public QObject {
    Q_OBJECT
  public:
    explicit TrainingController(QObject* parent = nullptr);
    /// Stops the training, which saves a checkpoint, and waits for that.
    ~TrainingController() override;

    /// Ignored while another training is under way.
    void start(training::PreparedData data, std::shared_ptr<const device::Device> device,
               training::RunDirectory run, std::vector<std::int64_t> watched);

    void pause();
    void resume();
    void stop();
    bool active() const { return trainer_ != nullptr && !ended_; }
    bool paused() const { return snapshot_.state == training::TrainingState::paused; }

    /// Galaxies whose posteriors are wanted.
    void watch(std::vector<std::int64_t> rows);

    const training::Snapshot& snapshot() const { return snapshot_; }
    /// Of the training under way or the last one; empty before.
    QString directory() const;
    /// That run's experiment; null before.
    const Experiment* experiment() const;
    /// Its device, or the last one's, where that is checked by another; null else.
    const device::CheckDevice* check() const { return check_.get(); }
    bool trainsGenerative() const {
        return active() && experiment()->network.preset == "generative";
    }

  Q_SIGNALS:
    void started();
    void changed(const shearbench::training::Snapshot& snapshot);
    /// After the last changed(): done, stopped or failed.
    void ended();

  private:
    void poll();

    std::unique_ptr<training::Trainer> trainer_;
    std::shared_ptr<const device::CheckDevice> check_;
    std::thread thread_;
    std::atomic<bool> finished_ = false;
    bool ended_ = true;
    training::Snapshot snapshot_;
    QTimer timer_;
    QElapsedTimer sinceShown_;
};

}  // namespace shearbench::app
