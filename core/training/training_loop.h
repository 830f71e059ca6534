// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

#include "core/data/loader.h"
#include "core/device/device.h"
#include "core/training/control.h"
#include "core/training/divergence.h"
#include "core/training/loss_curve.h"
#include "core/training/objective.h"
#include "core/training/pace.h"
#include "core/training/prepare.h"
#include "core/training/run.h"
#include "core/training/snapshot_board.h"
#include "core/training/training_images.h"
#include "core/training/watcher.h"

namespace shearbench::training {

/// What a Trainer does on its thread: everything from the first step, or the checkpoint, to the
/// end. Steps are queued and their losses read together about ten times a second; whatever else is
/// to be done happens then, and changes no number of the training.
class TrainingLoop {
  public:
    TrainingLoop(const PreparedData& data, const device::Device& device, RunDirectory run,
                 Control& control, SnapshotBoard& board, Watcher& watcher);

    /// Whether the last epoch was finished; false when it was stopped. Saves in both cases. Throws
    /// Error; the best state so far is saved then too.
    bool run();

  private:
    using Clock = std::chrono::steady_clock;

    void prepare();
    void restore();
    void begin();
    void placeImages(const data::LoaderSettings& settings);

    bool trainEpoch();
    void step();
    bool finishEpoch();
    EpochRecord recordOf(const ValidationResult& result) const;

    bool proceed();
    void pauseHere();
    void summarise();
    void housekeeping();
    bool watching() const;
    void updateWatched();
    void publishPosition();

    Checkpoint makeCheckpoint() const;
    void save();
    void saveBest();
    DivergenceGuard::Position position() const;

    const PreparedData& data_;
    const device::Device& device_;
    RunDirectory run_;
    Control& control_;
    SnapshotBoard& board_;
    Watcher& watcher_;
    const TrainingSettings settings_;

    std::unique_ptr<device::Session> session_;
    std::optional<TrainingImages> images_;
    std::unique_ptr<data::Loader> loader_;
    std::unique_ptr<Objective> objective_;
    std::optional<DivergenceGuard> guard_;
    std::optional<LossCurve> curve_;
    Pace pace_;

    std::int64_t stepsPerEpoch_ = 0, steps_ = 0;  ///< of all epochs together
    /// Where training stands, as in a checkpoint; parameters and optimiser state are the session's.
    Checkpoint state_;
    std::int64_t unread_ = 0;       ///< steps whose losses have not been read
    double learningRate_ = 0;       ///< of the last step
    double waitedBefore_ = 0;       ///< the loader's clock at the last reading
    double validationSeconds_ = 0;  ///< how long the last one took

    std::optional<Checkpoint> unsavedBest_;
    std::array<std::int64_t, 2> savedPosition_{-1, -1};  ///< epoch and step
    Clock::time_point saved_ = Clock::now();
    double saveSeconds_ = 0;  ///< how long the last saving took
};

}  // namespace shearbench::training
