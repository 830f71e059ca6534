// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/model/posterior.h"
#include "core/training/epoch_record.h"

namespace shearbench::training {

enum class TrainingState { preparing, running, paused, done, stopped, failed };

/// The posterior of a galaxy that someone watches.
struct WatchedPosterior {
    std::int64_t row = 0;
    model::Posterior posterior;
};

/// Galaxies as a generative network under training makes them.
struct WatchedImages {
    /// Of the galaxies that an autoencoder reconstructs; empty where flow and decoder make new
    /// ones.
    std::vector<std::int64_t> rows;
    std::int64_t count = 0;
    std::vector<float> pixels;  ///< (count, C, H, W), in the units of the file
};

/// Where training stands: a value that the trainer publishes and anyone may copy.
struct Snapshot {
    std::uint64_t version = 0;  ///< grows with every change
    TrainingState state = TrainingState::preparing;
    /// Of a generative experiment: "autoencoder", "flow" or "generation"; epochs, steps, losses and
    /// history are that stage's. Empty otherwise.
    std::string stage;
    std::string message;  ///< what is going on, or why it failed
    std::string remedy;
    /// Where the images lie on a device with memory of its own, in a sentence; else empty.
    std::string imagePlace{};
    ErrorKind failure = ErrorKind::run;  ///< what kind of failure, if it failed
    std::int64_t epoch = 0, epochs = 0, step = 0, stepsPerEpoch = 0;  ///< finished ones
    double imagesPerSecond = 0;  ///< over the last second or so
    double secondsLeft = 0;      ///< from the median step time; 0: not known yet
    std::vector<LossPoint> losses;
    std::vector<EpochRecord> history;
    std::int64_t bestEpoch = 0;
    std::vector<WatchedPosterior> posteriors;
    std::int64_t posteriorUpdates = 0;              ///< how often they were computed
    std::shared_ptr<const WatchedImages> images{};  ///< a new object each time they were made
    double secondsSinceCheckpoint = 0;
};

}  // namespace shearbench::training
