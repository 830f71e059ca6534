// SPDX-License-Identifier: GPL-3.0-or-later
//
// Workbench: training, and in what words it can be repeated.
#include <algorithm>

#include "app/session_store.h"
#include "app/workbench.h"
#include "core/device/registry.h"
#include "core/training/continuation.h"
#include "core/training_command.h"

namespace shearbench::app {

namespace {

using training::RunDirectory;
using training::TrainingState;

}  // namespace

QString Workbench::obstacle() const {
    const auto& dataset = datasets_.dataset();
    if (!dataset || !dataset->obstacle.isEmpty())
        return dataset ? dataset->obstacle : QString();
    if (!training::needsLabels(experiment_))
        return {};
    const auto& targets = dataset->prepared.experiment.data.targets;
    const bool labelled = std::none_of(targets.begin(), targets.end(),
                                       [](const std::string& name) { return name.empty(); });
    return labelled ? QString()
                    : tr("No columns of the file are known to be e₁, e₂ and redshift, which this "
                         "network learns.");
}

bool Workbench::canTrain() const {
    return obstacle().isEmpty() && !training_.active() && !benchmark_.active() &&
           datasets_.dataset() && !datasets_.opening() && !dataFailed_ && !demoRunning();
}

bool Workbench::canResume() const {
    const bool more = run_ && snapshot_ &&
                      (snapshot_->state != TrainingState::done ||
                       experiment_.training.epochs > run_->experiment().training.epochs);
    return !training_.active() && run_ && more && dataAreOfRun() &&
           run_->hasCheckpoint(RunDirectory::Kept::last);
}

bool Workbench::dataAreOfRun() const {
    if (!datasets_.dataset() || datasets_.opening())
        return false;
    DataSettings open = datasets_.dataset()->prepared.experiment.data;
    open.turnsAndFlips = run_->experiment().data.turnsAndFlips;
    return open == run_->experiment().data;
}

void Workbench::train() {
    if (!datasets_.dataset() || training_.active())
        return;
    attempt(Place::training, [&] {
        training::PreparedData data = datasets_.dataset()->prepared;
        data.experiment.name = experiment_.name;
        data.experiment.network = experiment_.network;
        data.experiment.device = experiment_.device;
        data.experiment.training = experiment_.training;
        data.experiment.generative = experiment_.generative;
        data.experiment.data.turnsAndFlips = experiment_.data.turnsAndFlips;
        check(data.experiment);
        const auto device = device::findDevice(data.experiment.device.id);
        training::requireTrainable(data, *device);
        const QString folder = demoRunning() ? demoRunsFolder() : SessionStore::runsFolder();
        RunDirectory run = RunDirectory::create(folder.toStdString(), data.experiment);
        start(std::move(run), std::move(data), device);
    });
}

void Workbench::resumeRun(bool fromBest) {
    if (!canResume())
        return;
    attempt(Place::training, [&] {
        const auto kept = fromBest ? RunDirectory::Kept::best : RunDirectory::Kept::last;
        Experiment wanted = run_->experiment();
        wanted.device = experiment_.device;
        wanted.training = experiment_.training;
        training::PreparedData data = datasets_.dataset()->prepared;
        data.experiment = training::continuation(*run_, wanted, kept);
        if (fromBest)
            run_->returnToBest();
        const auto device = device::findDevice(data.experiment.device.id);
        start(*run_, std::move(data), device);
    });
}

void Workbench::start(RunDirectory run, training::PreparedData data,
                      const std::shared_ptr<const device::Device>& device) {
    run_ = run;
    forgetResults();
    snapshot_.reset();
    stages_ = stagesOf(run);
    const bool generative = data.experiment.network.preset == "generative";
    training_.start(std::move(data), device, std::move(run),
                    generative ? generation_.watchedRows() : posteriors_.rows());
    Q_EMIT noted(tr("Training in %1.").arg(runDirectory()));
    Q_EMIT trainingStarted();
}

void Workbench::trainingOver() {
    const bool failedRun = snapshot_ && snapshot_->state == TrainingState::failed;
    useRun();
    Q_EMIT trainingEnded();
    if (failedRun) {
        fail(Place::training, {QString::fromStdString(snapshot_->message),
                               QString::fromStdString(snapshot_->remedy), snapshot_->failure});
        return;
    }
    Q_EMIT noted(snapshot_ && snapshot_->state == TrainingState::done
                     ? tr("Training is done: %1.").arg(runDirectory())
                     : tr("Training was stopped: %1.").arg(runDirectory()));
    if (demo_ == DemoStage::training) {
        demo_ = DemoStage::none;
        Q_EMIT demoFinished();
    }
}

QString Workbench::runDirectory() const {
    return run_ ? QString::fromStdString(run_->path().string()) : QString();
}

QString Workbench::command() const {
    if (run_)
        return QStringLiteral("shearbench-cli train ") +
               QString::fromStdString(shellWord(run_->path() / "experiment.json"));
    if (!experiment_.data.isChosen() || !datasets_.dataset())
        return {};
    return QString::fromStdString(trainingCommand(experiment_));
}

QString Workbench::deviceName() const {
    if (run_ && !run_->experiment().provenance.device.empty())
        return QString::fromStdString(run_->experiment().provenance.device);
    if (device::devicesFound())  // else this would wait for drivers
        try {
            const auto device = device::findDevice(experiment_.device.id);
            return QString::fromStdString(device->info().name);
        } catch (const Error&) {
            // It is said where the device is chosen.
        }
    return QString::fromStdString(experiment_.device.id);
}

}  // namespace shearbench::app
