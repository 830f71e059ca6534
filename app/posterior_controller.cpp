// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/posterior_controller.h"

#include <algorithm>

#include "core/device/registry.h"
#include "core/training/trained_network.h"

namespace shearbench::app {

namespace {

std::vector<model::Posterior> predictFromRun(const training::RunDirectory& run,
                                             const Dataset& dataset,
                                             const std::vector<std::int64_t>& rows) {
    const DeviceSettings& device = run.experiment().device;
    model::Predictor predictor = training::makePredictor(
        training::loadTrainedNetwork(run), *device::findDevice(device.id), device.threads);
    return predictor.predict(*dataset.prepared.source, rows);
}

}  // namespace

PosteriorController::PosteriorController(TrainingController& training, GalaxySelection& selection,
                                         QObject* parent)
    : QObject(parent), training_(training), selection_(selection) {
    connect(&training_, &TrainingController::started, this, &PosteriorController::forget);
    connect(&training_, &TrainingController::changed, this, &PosteriorController::take);
    connect(&selection_, &GalaxySelection::changed, this, &PosteriorController::includeSelected);
}

PosteriorController::~PosteriorController() = default;

void PosteriorController::setDataset(std::shared_ptr<const Dataset> dataset) {
    const bool sameRows = dataset && dataset_ &&
                          dataset->schema().file == dataset_->schema().file &&
                          dataset->prepared.split.test == dataset_->prepared.split.test;
    dataset_ = std::move(dataset);
    if (sameRows)
        return;
    ++generation_;
    run_.reset();
    posteriors_.clear();
    chosen_ = dataset_ ? representativeRows(*dataset_, kGalaxies) : std::vector<std::int64_t>();
    rows_ = chosen_;
    selection_.select(rows_.empty() ? -1 : rows_.front());
    Q_EMIT rowsChanged();
}

void PosteriorController::useRun(const training::RunDirectory& run) {
    run_ = std::make_shared<const training::RunDirectory>(run);
    predict();
}

void PosteriorController::forget() {
    ++generation_;
    run_.reset();
    posteriors_.clear();
    seenUpdates_ = -1;
    Q_EMIT posteriorsChanged();
}

std::optional<model::Posterior> PosteriorController::posterior(std::int64_t row) const {
    const auto found = posteriors_.find(row);
    return found == posteriors_.end() ? std::nullopt : std::optional(found->second);
}

// A galaxy chosen elsewhere takes the last place.
void PosteriorController::includeSelected() {
    const std::int64_t selected = selection_.row();
    if (selected < 0 || std::find(rows_.begin(), rows_.end(), selected) != rows_.end())
        return;
    rows_ = chosen_;
    if (rows_.size() >= kGalaxies)
        rows_.pop_back();
    rows_.push_back(selected);
    training_.watch(rows_);
    Q_EMIT rowsChanged();
    predict();
}

void PosteriorController::take(const training::Snapshot& snapshot) {
    if (snapshot.posteriorUpdates == seenUpdates_)
        return;
    seenUpdates_ = snapshot.posteriorUpdates;
    posteriors_.clear();
    for (const training::WatchedPosterior& watched : snapshot.posteriors)
        posteriors_[watched.row] = watched.posterior;
    Q_EMIT posteriorsChanged();
}

void PosteriorController::predict() {
    if (!run_ || !dataset_ || training_.active())
        return;
    const std::uint64_t generation = ++generation_;
    worker_.clear();
    predicting_ = generation;
    worker_.run([run = run_, dataset = dataset_,
                 rows = rows_] { return std::pair(rows, predictFromRun(*run, *dataset, rows)); },
                [this, generation](const auto& result) {
                    if (predicting_ == generation)
                        predicting_ = 0;
                    if (generation != generation_)
                        return;
                    posteriors_.clear();
                    for (std::size_t i = 0; i < result.second.size(); ++i)
                        posteriors_[result.first[i]] = result.second[i];
                    Q_EMIT posteriorsChanged();
                },
                [this, generation](const Failure& failure) {
                    if (predicting_ == generation)
                        predicting_ = 0;
                    if (generation == generation_)
                        Q_EMIT failed(failure);
                });
}

}  // namespace shearbench::app
