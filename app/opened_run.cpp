// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/opened_run.h"

#include <cmath>

#include "core/training/generative_sequence.h"
#include "core/training/loss_curve.h"

namespace shearbench::app {

namespace {

using training::RunDirectory;
using training::TrainingState;

TrainingState stateOf(const std::string& name) {
    if (name == "done")
        return TrainingState::done;
    return name == "failed" ? TrainingState::failed : TrainingState::stopped;
}

training::Snapshot historyOf(const RunDirectory& run) {
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
    if (!snapshot.history.empty()) {
        const training::EpochRecord& last = snapshot.history.back();
        snapshot.imagesPerSecond = last.imagesPerSecond;
        snapshot.stepsPerEpoch =
            std::llround(last.imagesPerSecond * last.seconds / run.experiment().training.batch);
    }
    training::LossCurve curve(snapshot.stepsPerEpoch);
    curve.start(snapshot.history);
    snapshot.losses = curve.points();
    return snapshot;
}

}  // namespace

TrainingStages stagesOf(const RunDirectory& run) {
    if (run.experiment().network.preset != "generative")
        return {{"", historyOf(run)}};
    TrainingStages stages{{"autoencoder", historyOf(run)}};
    if (const auto flow = training::flowOf(run))
        stages["flow"] = historyOf(*flow);
    for (auto& [stage, snapshot] : stages)
        snapshot.stage = stage;
    return stages;
}

training::Snapshot snapshotOf(const RunDirectory& run) {
    TrainingStages stages = stagesOf(run);
    training::Snapshot snapshot = stages.count("flow") ? stages.at("flow") : stages.begin()->second;
    snapshot.state = stateOf(run.state());
    snapshot.message = run.stateSentence();
    if (snapshot.stage == "flow" && snapshot.state == TrainingState::done) {
        snapshot = {};
        snapshot.stage = "generation";
        snapshot.state = TrainingState::done;
        snapshot.epochs = snapshot.epoch = 1;
        snapshot.stepsPerEpoch = run.experiment().generative.count;
    }
    return snapshot;
}

}  // namespace shearbench::app
