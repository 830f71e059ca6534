// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/opened_run.h"

namespace shearbench::app {

namespace {

using training::RunDirectory;
using training::TrainingState;

TrainingState stateOf(const std::string& name) {
    if (name == "done")
        return TrainingState::done;
    return name == "failed" ? TrainingState::failed : TrainingState::stopped;
}

}  // namespace

training::Snapshot snapshotOf(const RunDirectory& run) {
    training::Snapshot snapshot;
    snapshot.history = run.metrics();
    snapshot.epoch = static_cast<std::int64_t>(snapshot.history.size());
    snapshot.epochs = run.experiment().training.epochs;
    snapshot.state = stateOf(run.state());
    snapshot.message = run.stateSentence();
    const training::EpochRecord* best = nullptr;
    for (const training::EpochRecord& record : snapshot.history)
        if (!best || record.judgedLoss() < best->judgedLoss())
            best = &record;
    if (best)
        snapshot.bestEpoch = best->epoch;
    if (!snapshot.history.empty())
        snapshot.imagesPerSecond = snapshot.history.back().imagesPerSecond;
    return snapshot;
}

}  // namespace shearbench::app
