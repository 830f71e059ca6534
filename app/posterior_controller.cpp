// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/posterior_controller.h"

#include <algorithm>

#include "core/device/registry.h"
#include "core/training/trained_network.h"

namespace shearbench::app {

namespace {

/// Of some rows: total posteriors, and of a Bayesian network each draw's.
struct Predicted {
    std::vector<std::int64_t> rows;
    std::vector<model::Posterior> posteriors;
    std::vector<std::vector<model::Posterior>> draws;
};

Predicted predictFromRun(const training::RunDirectory& run, const Dataset& dataset,
                         const std::vector<std::int64_t>& rows, int draws) {
    const DeviceSettings& device = run.experiment().device;
    model::Predictor predictor = training::makePredictor(
        training::loadTrainedNetwork(run), *device::findDevice(device.id), device.threads);
    Predicted predicted{rows, {}, {}};
    if (network::bayesianWeightCount(predictor.network()) == 0) {
        predicted.posteriors = predictor.predict(*dataset.prepared.source, rows);
        return predicted;
    }
    const auto perRow = static_cast<std::size_t>(draws);
    const auto take = [&](std::size_t, std::span<const float> features) {
        const std::vector<model::Posterior> all = model::posteriorsFromFeatures(features);
        for (std::size_t first = 0; first < all.size(); first += perRow) {
            const auto of = std::span(all).subspan(first, perRow);
            predicted.posteriors.push_back(model::combineDraws(of).total);
            predicted.draws.emplace_back(of.begin(), of.end());
        }
    };
    model::DrawsPredictor(predictor.session(), predictor.normalisation(),
                          run.experiment().training.seed)
        .predict(*dataset.prepared.source, rows, draws, take, [](double) { return true; });
    return predicted;
}

}  // namespace

PosteriorController::PosteriorController(TrainingController& training, GalaxySelection& selection,
                                         QObject* parent)
    : QObject(parent), training_(training), selection_(selection) {
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
    drawn_.clear();
    bayesian_ = false;
    stopComparing();
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
    drawn_.clear();
    bayesian_ = false;
    seenUpdates_ = -1;
    Q_EMIT posteriorsChanged();
}

std::optional<model::Posterior> PosteriorController::posterior(std::int64_t row) const {
    const auto found = posteriors_.find(row);
    return found == posteriors_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<model::Posterior> PosteriorController::drawsOf(std::int64_t row) const {
    const auto found = drawn_.find(row);
    if (found == drawn_.end())
        return {};
    const std::size_t count = std::min(static_cast<std::size_t>(draws_), found->second.size());
    return {found->second.begin(), found->second.begin() + static_cast<std::ptrdiff_t>(count)};
}

void PosteriorController::setDraws(int draws) {
    draws_ = std::max(1, draws);
    const bool enough = std::all_of(drawn_.begin(), drawn_.end(), [this](const auto& drawn) {
        return drawn.second.size() >= static_cast<std::size_t>(draws_);
    });
    Q_EMIT posteriorsChanged();
    if (!enough)
        predict();
}

void PosteriorController::compareWith(const training::RunDirectory& run) {
    comparedRun_ = std::make_shared<const training::RunDirectory>(run);
    predictCompared();
}

void PosteriorController::stopComparing() {
    ++comparing_;
    comparedRun_.reset();
    compared_.clear();
    Q_EMIT posteriorsChanged();
}

std::optional<model::Posterior> PosteriorController::compared(std::int64_t row) const {
    const auto found = compared_.find(row);
    return found == compared_.end() ? std::nullopt : std::optional(found->second);
}

QString PosteriorController::comparedRun() const {
    return comparedRun_ ? QString::fromStdString(displayName(comparedRun_->experiment()))
                        : QString();
}

void PosteriorController::predictCompared() {
    if (!comparedRun_ || !dataset_)
        return;
    const std::uint64_t comparing = ++comparing_;
    worker_.run([run = comparedRun_, dataset = dataset_, rows = rows_,
                 draws = draws_] { return predictFromRun(*run, *dataset, rows, draws); },
                [this, comparing](const Predicted& result) {
                    if (comparing != comparing_)
                        return;
                    compared_.clear();
                    for (std::size_t i = 0; i < result.posteriors.size(); ++i)
                        compared_[result.rows[i]] = result.posteriors[i];
                    Q_EMIT posteriorsChanged();
                },
                [this, comparing](const Failure& failure) {
                    if (comparing != comparing_)
                        return;
                    stopComparing();
                    Q_EMIT failed(failure);
                });
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
    if (!training_.trainsGenerative())
        training_.watch(rows_);
    Q_EMIT rowsChanged();
    predict();
    predictCompared();
}

void PosteriorController::take(const training::Snapshot& snapshot) {
    if (snapshot.posteriorUpdates == seenUpdates_ || !snapshot.stage.empty())
        return;
    seenUpdates_ = snapshot.posteriorUpdates;
    posteriors_.clear();
    drawn_.clear();
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
    worker_.run([run = run_, dataset = dataset_, rows = rows_,
                 draws = draws_] { return predictFromRun(*run, *dataset, rows, draws); },
                [this, generation](const auto& result) {
                    if (predicting_ == generation)
                        predicting_ = 0;
                    if (generation != generation_)
                        return;
                    posteriors_.clear();
                    drawn_.clear();
                    for (std::size_t i = 0; i < result.posteriors.size(); ++i)
                        posteriors_[result.rows[i]] = result.posteriors[i];
                    for (std::size_t i = 0; i < result.draws.size(); ++i)
                        drawn_[result.rows[i]] = result.draws[i];
                    bayesian_ = !result.draws.empty();
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
