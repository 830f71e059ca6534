// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/training_controller.h"

namespace shearbench::app {

namespace {

// Looking costs next to nothing; drawing costs the training, which shares the processor, about as
// much as it takes. So news is shown at once, and steps that merely went by now and then.
constexpr int kPollMilliseconds = 100;
constexpr qint64 kShowMilliseconds = 400;
constexpr double kPosteriorsPerSecond = 2;

}  // namespace

TrainingController::TrainingController(QObject* parent) : QObject(parent) {
    timer_.setInterval(kPollMilliseconds);
    connect(&timer_, &QTimer::timeout, this, &TrainingController::poll);
}

TrainingController::~TrainingController() {
    if (trainer_)
        trainer_->stop();
    if (thread_.joinable())
        thread_.join();
}

void TrainingController::start(training::PreparedData data,
                               std::shared_ptr<const device::Device> device,
                               training::RunDirectory run, std::vector<std::int64_t> watched) {
    if (active())
        return;
    if (thread_.joinable())
        thread_.join();
    check_ = std::dynamic_pointer_cast<const device::CheckDevice>(device);
    trainer_ =
        std::make_unique<training::Trainer>(std::move(data), std::move(device), std::move(run));
    trainer_->watch(std::move(watched), kPosteriorsPerSecond);
    finished_ = false;
    ended_ = false;
    snapshot_ = trainer_->snapshot();
    thread_ = std::thread([this] {
        try {
            trainer_->run();
        } catch (const std::exception&) {
            // The snapshot says what happened and what to do.
        }
        finished_ = true;
    });
    timer_.start();
    sinceShown_.start();
    Q_EMIT started();
    Q_EMIT changed(snapshot_);
}

void TrainingController::pause() {
    if (active())
        trainer_->pause();
}

void TrainingController::resume() {
    if (active())
        trainer_->resume();
}

void TrainingController::stop() {
    if (active())
        trainer_->stop();
}

void TrainingController::watch(std::vector<std::int64_t> rows) {
    if (trainer_)
        trainer_->watch(std::move(rows), kPosteriorsPerSecond);
}

QString TrainingController::directory() const {
    return trainer_ ? QString::fromStdString(trainer_->directory().path().string()) : QString();
}

const Experiment* TrainingController::experiment() const {
    return trainer_ ? &trainer_->directory().experiment() : nullptr;
}

void TrainingController::poll() {
    const bool finished = finished_;
    const std::shared_ptr<const training::Snapshot> latest = trainer_->latest();
    const bool news = latest->state != snapshot_.state || latest->epoch != snapshot_.epoch ||
                      latest->posteriorUpdates != snapshot_.posteriorUpdates ||
                      latest->images != snapshot_.images || latest->stage != snapshot_.stage;
    if (latest->version != snapshot_.version &&
        (news || finished || sinceShown_.elapsed() >= kShowMilliseconds)) {
        sinceShown_.start();
        snapshot_ = *latest;
        Q_EMIT changed(snapshot_);
    }
    if (!finished)
        return;
    timer_.stop();
    ended_ = true;
    thread_.join();
    Q_EMIT ended();
}

}  // namespace shearbench::app
