// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/experiment.h"
#include "core/training/checkpoint.h"
#include "core/training/epoch_record.h"

namespace shearbench::training {

/// A directory that holds an experiment and everything that came out of it:
///   experiment.json   what was asked, completed with what was found, versions, device
///   metrics.jsonl     one line an epoch, appended and flushed
///   checkpoint.h5     the last state; written beside, synced, renamed
///   best.h5           the state after the epoch with the lowest validation loss
///   segments.json     which epochs were trained with which settings (core/training/segments.h)
///   state.json        running, paused, done, stopped or failed, with the sentence why
/// A value; errors are Error(data) naming the file. One trainer at a time writes (RunLock); anyone
/// may read meanwhile.
class RunDirectory {
  public:
    /// `parent`/<UTC time>_<name>, made now; "_2", "_3" ... behind it if that is taken.
    static RunDirectory create(const std::filesystem::path& parent, const Experiment& experiment);
    /// Exactly `directory`, which must not exist or be empty.
    static RunDirectory createAt(const std::filesystem::path& directory,
                                 const Experiment& experiment);
    static RunDirectory open(const std::filesystem::path& directory);

    const std::filesystem::path& path() const { return path_; }  ///< absolute
    std::vector<std::filesystem::path> files() const;            ///< all of the above
    const Experiment& experiment() const { return experiment_; }
    void setExperiment(const Experiment& experiment);

    void appendMetrics(const EpochRecord& record) const;
    /// Replaces all lines: a resumed run repeats the epochs after its checkpoint.
    void setMetrics(std::span<const EpochRecord> records) const;
    /// Leaves out a last line that was never finished.
    std::vector<EpochRecord> metrics() const;

    enum class Kept { last, best };
    void saveCheckpoint(const Checkpoint& checkpoint, Kept which) const;
    bool hasCheckpoint(Kept which) const;
    Checkpoint loadCheckpoint(Kept which) const;
    /// Makes the best epoch's state the last one, to go on from there; later epochs are dropped
    /// from the metrics. Throws Error(usage) when there is no best one yet.
    void returnToBest() const;

    void setState(const std::string& state, const std::string& sentence = {}) const;
    /// "new" when training never started; "interrupted" when the file says running or paused and
    /// nobody trains.
    std::string state() const;
    /// Why, for failed runs; may be empty.
    std::string stateSentence() const;

  private:
    RunDirectory(std::filesystem::path path, Experiment experiment);
    std::filesystem::path file(Kept which) const;

    std::filesystem::path path_;
    Experiment experiment_;
};

/// Holds a run directory for one trainer, within this program and among programs; released when it
/// goes, also by the system when the program is killed.
class RunLock {
  public:
    /// Throws Error(run) when somebody else holds it.
    explicit RunLock(const RunDirectory& run);
    ~RunLock();
    RunLock(const RunLock&) = delete;
    RunLock& operator=(const RunLock&) = delete;

    static bool isHeld(const RunDirectory& run);

  private:
    int descriptor_ = -1;
};

}  // namespace shearbench::training
