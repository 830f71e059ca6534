// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/device/session.h"
#include "core/experiment.h"

namespace shearbench::training {

/// What one epoch came to.
struct EpochRecord {
    std::int64_t epoch = 0;  ///< from 1
    double trainingLoss = 0, validationLoss = 0;
    std::array<double, 3> validationRms{};  ///< of e1, e2, redshift: posterior mean minus label
    double insideOneSigma = 0;  ///< fraction of validation labels inside the (e1, e2) ellipse of
                                ///< Mahalanobis radius 1; 0.393 expected
    double learningRate = 0, gradientNorm = 0;  ///< at its end; largest
    double seconds = 0;                         ///< training steps only
    double imagesPerSecond = 0;
    double loaderWait = 0;  ///< seconds
};

/// Everything needed to go on exactly as if nothing had happened.
struct Checkpoint {
    std::vector<float> parameters;
    device::OptimiserState optimiser;
    std::int64_t epoch = 0, step = 0;  ///< finished epochs, and finished steps of the next one
    double lossSum = 0;                ///< over those steps
    std::vector<EpochRecord> history;
    std::int64_t bestEpoch = 0;  ///< 0: none yet
    double bestValidationLoss = 0;
};

/// A directory that holds an experiment and everything that came out of it:
///   experiment.json   what was asked, completed with what was found, versions, device
///   metrics.jsonl     one line an epoch, appended and flushed
///   checkpoint.h5     the last state; written beside, synced, renamed
///   best.h5           the state after the epoch with the lowest validation loss
///   state.json        running, paused, done, stopped or failed, with the sentence why
/// Errors are Error(data) naming the file.
class RunDirectory {
  public:
    /// `parent`/<UTC time>_<name>, made now.
    static RunDirectory create(const std::filesystem::path& parent, const Experiment& experiment);
    /// Exactly `directory`, which must not exist or be empty.
    static RunDirectory createAt(const std::filesystem::path& directory, const Experiment& experiment);
    static RunDirectory open(const std::filesystem::path& directory);

    const std::filesystem::path& path() const { return path_; }
    const Experiment& experiment() const { return experiment_; }
    void setExperiment(const Experiment& experiment);

    void appendMetrics(const EpochRecord& record);
    /// Drops epochs after `lastEpoch` (a resumed run repeats them), writing beside and renaming.
    void truncateMetrics(std::int64_t lastEpoch);
    std::vector<EpochRecord> metrics() const;

    enum class Kept { last, best };
    void saveCheckpoint(const Checkpoint& checkpoint, Kept which) const;
    bool hasCheckpoint(Kept which) const;
    Checkpoint loadCheckpoint(Kept which) const;

    void setState(const std::string& state, const std::string& sentence = {}) const;
    std::string state() const;

  private:
    RunDirectory(std::filesystem::path path, Experiment experiment);
    std::filesystem::path path_;
    Experiment experiment_;
};

}  // namespace shearbench::training
