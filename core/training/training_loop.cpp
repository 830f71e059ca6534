// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/training_loop.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/network/presets.h"
#include "core/training/continuation.h"
#include "core/training/segments.h"

namespace shearbench::training {
namespace {

using Kept = RunDirectory::Kept;

constexpr double kSecondsBetweenReadings = 0.1;
constexpr std::int64_t kMostStepsBetweenReadings = 256;
constexpr double kSecondsBetweenCheckpoints = 30;
/// Where epochs are short, this many times as long as saving takes passes before the next saving.
constexpr double kSavingRest = 20;

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

[[noreturn]] void refuseCheckpoint(const RunDirectory& run, const std::string& problem,
                                   const std::string& remedy) {
    throw Error(ErrorKind::data,
                fmt::format("The run {} cannot be continued: {}.", run.path().string(), problem),
                remedy);
}

}  // namespace

TrainingLoop::TrainingLoop(const PreparedData& data, const device::Device& device, RunDirectory run,
                           Control& control, SnapshotBoard& board, Watcher& watcher)
    : data_(data),
      device_(device),
      run_(std::move(run)),
      control_(control),
      board_(board),
      watcher_(watcher),
      settings_(data.experiment.training) {}

bool TrainingLoop::run() {
    try {
        prepare();
        bool finished = true;
        while (finished && state_.epoch < settings_.epochs)
            finished = trainEpoch() && finishEpoch();
        save();
        return finished;
    } catch (...) {
        try {
            saveBest();
        } catch (const Error&) {
            // The first error is the one to tell.
        }
        throw;
    }
}

// --- before the first step ---------------------------------------------------------------------

void TrainingLoop::prepare() {
    board_.draft().message = fmt::format("Preparing {}", device_.info().name);
    board_.publish();
    objective_ = makeObjective(data_);
    session_ = device_.compile(objective_->network(), sessionOptions(data_.experiment));
    guard_.emplace(objective_->reference());

    stepsPerEpoch_ = static_cast<std::int64_t>(data_.split.training.size()) / settings_.batch;
    steps_ = stepsPerEpoch_ * settings_.epochs;
    restore();
    curve_.emplace(stepsPerEpoch_);
    curve_->start(state_.history);

    // A checkpoint may lie between an epoch's last step and its validation.
    const bool atEnd = state_.step == stepsPerEpoch_;
    data::LoaderSettings loading = objective_->loaderSettings();
    loading.rows = data_.split.training;
    loading.batch = settings_.batch;
    loading.seed = settings_.seed;
    loading.window = std::max<std::int64_t>(0, data_.experiment.data.shuffleWindow);
    if (state_.epoch < settings_.epochs) {
        begin();
        placeImages(loading);
        loading.pixels = !images_->onDevice();
    }
    loader_ = std::make_unique<data::Loader>(
        data_.source, std::move(loading), state_.epoch + (atEnd ? 1 : 0), atEnd ? 0 : state_.step);

    Snapshot& draft = board_.draft();
    draft.state = TrainingState::running;
    draft.message.clear();
    draft.epochs = settings_.epochs;
    draft.stepsPerEpoch = stepsPerEpoch_;
    if (watching())
        updateWatched();
    publishPosition();
    board_.publish();
    pace_.start();
}

/// Notes in the run with what it is trained from here on.
void TrainingLoop::begin() {
    beginSegment(run_, data_.experiment, device_, state_.epoch, state_.step);
    run_.setState("running");
}

void TrainingLoop::placeImages(const data::LoaderSettings& settings) {
    const auto progress = [this](std::int64_t done, std::int64_t count) {
        board_.draft().message = fmt::format("Copying images to {}, {} %", device_.info().name,
                                             100 * done / std::max<std::int64_t>(1, count));
        board_.publishNowAndThen();
        return !control_.stopping();
    };
    images_.emplace(*session_, *data_.source, settings, progress);
    board_.draft().imagePlace = images_->sentence();
}

void TrainingLoop::restore() {
    const network::Network& network = session_->network();
    if (run_.hasCheckpoint(Kept::last)) {
        state_ = run_.loadCheckpoint(Kept::last);
        if (state_.input != network.input())
            refuseCheckpoint(
                run_,
                fmt::format(
                    "its network takes images of {} x {} x {} (bands, rows, columns), those "
                    "of {} are {} x {} x {}",
                    state_.input.channels, state_.input.height, state_.input.width,
                    data_.source->schema().file, network.input().channels, network.input().height,
                    network.input().width),
                "Use the data it was started with, or start a new run.");
        if (state_.step > 0 && state_.stepsPerEpoch != stepsPerEpoch_)
            refuseCheckpoint(run_,
                             fmt::format("it stopped within an epoch of {} steps, which now has {}",
                                         state_.stepsPerEpoch, stepsPerEpoch_),
                             "Keep batch size, data and split as they were, or start a new run.");
        session_->setParameters(state_.parameters);
        session_->setOptimiserState(state_.optimiser);
        state_.parameters = {};
        state_.optimiser = {};
        savedPosition_ = {state_.epoch, state_.step};
        if (state_.bestEpoch > 0)
            guard_->lowerReference(state_.bestLoss);
    } else {
        requireLastState(run_);
        session_->setParameters(network::initialParameters(network, settings_.seed));
        state_.input = network.input();
    }
    state_.stepsPerEpoch = stepsPerEpoch_;
    run_.setMetrics(state_.history);
}

// --- the epochs --------------------------------------------------------------------------------

/// False when stopped.
bool TrainingLoop::trainEpoch() {
    while (state_.step < stepsPerEpoch_) {
        if (!proceed())
            return false;
        step();
        const double perStep = pace_.secondsPerStep();
        const double wanted = perStep > 0 ? kSecondsBetweenReadings / perStep : 1;
        if (static_cast<double>(unread_) >= std::min(wanted, double(kMostStepsBetweenReadings)) ||
            state_.step == stepsPerEpoch_) {
            summarise();
            housekeeping();
        }
    }
    return true;
}

void TrainingLoop::step() {
    const data::Batch& batch = loader_->next();
    state_.replaced += batch.replaced;
    const std::int64_t done = state_.epoch * stepsPerEpoch_ + state_.step;
    learningRate_ = learningRateAt(settings_, done, steps_);
    device::StepSettings settings;
    settings.learningRate = learningRate_;
    settings.clipNorm = settings_.clipNorm;
    settings.noise.seed = settings_.seed;
    settings.noise.step = done;
    objective_->addTerms(settings, done, stepsPerEpoch_);
    images_->step(batch, objective_->targets(batch), settings);
    ++state_.step;
    ++unread_;
}

/// Waits for the steps so far and takes in their losses.
void TrainingLoop::summarise() {
    if (unread_ == 0)
        return;
    const device::StepSummary summary = session_->takeSummary();
    state_.seconds += pace_.lap(unread_, unread_ * settings_.batch);
    const double waited = loader_->waited();
    state_.loaderWait += waited - waitedBefore_;
    waitedBefore_ = waited;
    unread_ = 0;
    guard_->look(summary, position());
    state_.lossSum += summary.meanDataLoss * static_cast<double>(summary.steps);
    state_.klSum += summary.meanKl * static_cast<double>(summary.steps);
    state_.gradientNorm = std::max(state_.gradientNorm, summary.largestGradientNorm);
    const double epoch = static_cast<double>(state_.epoch) +
                         static_cast<double>(state_.step) / static_cast<double>(stepsPerEpoch_);
    curve_->add(summary.steps, summary.meanDataLoss, epoch, pace_.imagesPerSecond());
}

/// Validation, records, the next epoch. False when stopped before the validation was through.
bool TrainingLoop::finishEpoch() {
    const Clock::time_point start = Clock::now();
    const std::optional<ValidationResult> result =
        objective_->judge(*session_, [this] { return proceed(); });
    if (!result)
        return false;
    validationSeconds_ = secondsSince(start);
    guard_->lookAtValidation(result->loss, position());
    const EpochRecord record = recordOf(*result);
    state_.history.push_back(record);
    ++state_.epoch;
    state_.step = 0;
    state_.lossSum = state_.klSum = state_.gradientNorm = state_.seconds = state_.loaderWait = 0;
    state_.replaced = 0;
    if (state_.bestEpoch == 0 || record.judgedLoss() < state_.bestLoss) {
        state_.bestEpoch = record.epoch;
        state_.bestLoss = record.judgedLoss();
        guard_->lowerReference(state_.bestLoss);
        unsavedBest_ = makeCheckpoint();
    }
    // The state first: finished epochs without one could not be gone on with.
    if (secondsSince(saved_) >= kSavingRest * saveSeconds_)
        save();
    run_.appendMetrics(record);
    board_.draft().history = state_.history;
    if (watching())
        updateWatched();
    publishPosition();
    board_.publish();
    pace_.start();
    return true;
}

EpochRecord TrainingLoop::recordOf(const ValidationResult& result) const {
    EpochRecord record;
    record.epoch = state_.epoch + 1;
    record.trainingLoss = state_.lossSum / static_cast<double>(stepsPerEpoch_);
    record.kl = state_.klSum / static_cast<double>(stepsPerEpoch_);
    record.validationLoss = result.loss;
    record.validationCount = objective_->validationCount();
    record.validationDraws = result.draws;
    record.validationRms = result.rms;
    record.insideOneSigma = result.insideOneSigma;
    record.learningRate =
        learningRateAt(settings_, state_.epoch * stepsPerEpoch_ + stepsPerEpoch_ - 1, steps_);
    record.gradientNorm = state_.gradientNorm;
    record.seconds = state_.seconds;
    record.imagesPerSecond =
        state_.seconds > 0 ? static_cast<double>(stepsPerEpoch_ * settings_.batch) / state_.seconds
                           : 0;
    record.loaderWait = state_.loaderWait;
    record.replaced = state_.replaced;
    record.losses = curve_->pointsAfter(static_cast<double>(state_.epoch));
    return record;
}

// --- between steps -----------------------------------------------------------------------------

/// Stays here while pausing; false when it is time to stop.
bool TrainingLoop::proceed() {
    if (control_.pausing())
        pauseHere();
    if (!control_.stopping())
        return true;
    summarise();
    return false;
}

void TrainingLoop::pauseHere() {
    summarise();
    save();
    run_.setState("paused");
    board_.draft().state = TrainingState::paused;
    publishPosition();
    board_.publish();
    while (control_.pausing()) {
        if (watching()) {
            updateWatched();
            board_.publish();
        }
        control_.wait();
    }
    if (!control_.stopping())
        run_.setState("running");
    board_.draft().state = TrainingState::running;
    board_.publish();
    pace_.start();
}

/// What is due after a reading; the pace's clock stands still for all that takes time.
void TrainingLoop::housekeeping() {
    bool worked = false;
    if (secondsSince(saved_) >= kSecondsBetweenCheckpoints) {
        save();
        worked = true;
    }
    if (watching()) {
        updateWatched();
        worked = true;
    }
    if (worked)
        pace_.start();
    publishPosition();
    board_.publishNowAndThen();
}

bool TrainingLoop::watching() const {
    return watcher_.due(objective_->network().loss());
}

void TrainingLoop::updateWatched() {
    watcher_.update(*session_, board_.draft());
}

void TrainingLoop::publishPosition() {
    Snapshot& draft = board_.draft();
    draft.epoch = state_.epoch;
    draft.step = state_.step;
    draft.imagesPerSecond = pace_.imagesPerSecond();
    const std::int64_t stepsLeft = steps_ - state_.epoch * stepsPerEpoch_ - state_.step;
    const double perStep = pace_.secondsPerStep();
    draft.secondsLeft =
        perStep > 0 ? perStep * static_cast<double>(std::max<std::int64_t>(0, stepsLeft)) +
                          validationSeconds_ * static_cast<double>(settings_.epochs - state_.epoch)
                    : 0;
    draft.losses = curve_->points();
    if (draft.history.size() != state_.history.size())
        draft.history = state_.history;
    draft.bestEpoch = state_.bestEpoch;
    draft.secondsSinceCheckpoint = secondsSince(saved_);
}

DivergenceGuard::Position TrainingLoop::position() const {
    return {state_.epoch + 1,
            state_.step,
            learningRate_,
            state_.bestEpoch,
            board_.draft().stage,
            settings_.clipNorm > 0,
            settings_.recipe == "stable"};
}

// --- checkpoints -------------------------------------------------------------------------------

Checkpoint TrainingLoop::makeCheckpoint() const {
    Checkpoint checkpoint = state_;
    checkpoint.parameters.resize(session_->network().parameterCount());
    session_->parameters(checkpoint.parameters);
    checkpoint.optimiser = session_->optimiserState();
    return checkpoint;
}

/// The best state first: when a kill comes between the two, a resumed run makes it once more.
void TrainingLoop::save() {
    const std::array<std::int64_t, 2> here{state_.epoch, state_.step};
    if (here == savedPosition_)
        return;
    const Clock::time_point start = Clock::now();
    saveBest();
    const Checkpoint checkpoint = makeCheckpoint();
    guard_->lookAtParameters(checkpoint.parameters, position());
    run_.saveCheckpoint(checkpoint, Kept::last);
    savedPosition_ = here;
    saved_ = Clock::now();
    saveSeconds_ = secondsSince(start);
}

void TrainingLoop::saveBest() {
    if (!unsavedBest_)
        return;
    run_.saveCheckpoint(*unsavedBest_, Kept::best);
    unsavedBest_.reset();
}

}  // namespace shearbench::training
