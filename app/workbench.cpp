// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <filesystem>

#include "app/profile_controller.h"
#include "app/session_store.h"
#include "core/device/registry.h"
#include "core/files.h"
#include "core/training/continuation.h"

namespace shearbench::app {

namespace {

namespace fs = std::filesystem;
using training::RunDirectory;
using training::TrainingState;

constexpr std::int64_t kDemoGalaxies = 2000;
constexpr std::uint64_t kDemoSeed = 20240;

QString demoFolder() {
    return SessionStore::dataFolder() + QStringLiteral("/demo");
}

QString demoFile() {
    return demoFolder() + QStringLiteral("/galaxies.h5");
}

Experiment demoExperiment(const QString& file, int epochs) {
    Experiment experiment;
    experiment.name = "demo";
    experiment.data.file = file.toStdString();
    experiment.training.epochs = epochs;
    return experiment;
}

/// The newest finished run among `folder` that trained the demo for as long.
QString finishedDemo(const QString& folder, const Experiment& wanted) {
    const QStringList names =
        QDir(folder).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name | QDir::Reversed);
    for (const QString& name : names) {
        const QString path = folder + QLatin1Char('/') + name;
        try {
            const RunDirectory run = RunDirectory::open(path.toStdString());
            const Experiment& found = run.experiment();
            if (run.state() == "done" && found.training == wanted.training &&
                found.data.file == wanted.data.file &&
                found.data.checksum == quickChecksum(wanted.data.file))
                return path;
        } catch (const std::exception&) {
            continue;  // not a run, or no longer one
        }
    }
    return {};
}

TrainingState stateOf(const std::string& name) {
    if (name == "done")
        return TrainingState::done;
    return name == "failed" ? TrainingState::failed : TrainingState::stopped;
}

/// What a run's files tell of its training.
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

/// Benchmark results, alone or as a run.
bool holdsResults(const QFileInfo& info) {
    if (info.isDir())
        return benchmark::isBenchmarkRun(info.absoluteFilePath().toStdString());
    QFile file(info.absoluteFilePath());
    constexpr int kHead = 4096;
    return info.suffix().compare(QLatin1String("json"), Qt::CaseInsensitive) == 0 &&
           file.open(QIODevice::ReadOnly) && file.read(kHead).contains("shearbench-benchmark");
}

Failure failureOf(const Error& error) {
    return {QString::fromUtf8(error.what()), QString::fromStdString(error.remedy())};
}

/// As the command line names them. Galaxies of no kind that has a name are in a saved experiment
/// only.
QString dataOption(const DataSettings& data) {
    if (!data.isSimulated())
        return QStringLiteral("--data %1").arg(QString::fromStdString(data.file));
    for (const RecipePreset& preset : recipePresets())
        if (preset.recipe == data.simulated.recipe)
            return QStringLiteral("--simulate %1 --simulate-kind %2 --simulate-seed %3")
                .arg(data.simulated.galaxies)
                .arg(QString::fromStdString(preset.name))
                .arg(data.simulated.seed);
    return QStringLiteral("experiment.json");
}

}  // namespace

Workbench::Workbench(QObject* parent) : QObject(parent), posteriors_(training_, selection_) {
    connectControllers();
}

Workbench::~Workbench() = default;

void Workbench::connectControllers() {
    connect(&datasets_, &DatasetController::opened, this, &Workbench::datasetOpened);
    connect(&datasets_, &DatasetController::failed, this, &Workbench::datasetFailed);
    connect(&datasets_, &DatasetController::pixelsFailed, this, [this](const QString& sentence) {
        fail(Place::data, {sentence, {}});
    });
    connect(&training_, &TrainingController::changed, this,
            [this](const training::Snapshot& snapshot) {
                snapshot_ = snapshot;
                Q_EMIT snapshotChanged();
            });
    connect(&training_, &TrainingController::ended, this, &Workbench::trainingOver);
    connect(&benchmark_, &BenchmarkController::failed, this,
            [this](const Failure& failure) { fail(Place::general, failure); });
    connect(&posteriors_, &PosteriorController::failed, this,
            [this](const Failure& failure) { fail(Place::general, failure); });
    connect(&simulation_, &SimulationController::finished, this,
            [this](const QString& file, qint64 made) {
                Q_EMIT noted(tr("Simulated %1 galaxies into %2.").arg(made).arg(file));
                const bool cutShort = file == demoFile() && made < kDemoGalaxies;
                if (cutShort)
                    QFile::remove(file);
                if (demo_ == DemoStage::simulating)
                    cutShort ? leaveDemo() : openDemoData();
            });
    connect(&simulation_, &SimulationController::failed, this,
            [this](const QString& sentence, const QString& remedy) {
                fail(Place::simulation, {sentence, remedy});
            });
}

template <class Action>
bool Workbench::attempt(Place place, Action action) {
    try {
        action();
        return true;
    } catch (const Error& error) {
        fail(error.kind() == ErrorKind::device ? Place::device : place, failureOf(error));
    } catch (const std::exception& error) {
        fail(place, {QString::fromUtf8(error.what()), {}});
    }
    return false;
}

void Workbench::fail(Place place, const Failure& failure) {
    Q_EMIT failed(place, failure);
    leaveDemo();
}

void Workbench::leaveDemo() {
    if (demo_ == DemoStage::none)
        return;
    if (demo_ == DemoStage::simulating)
        simulation_.cancel();
    demo_ = DemoStage::none;
    Q_EMIT demoFinished();
}

void Workbench::setExperiment(const Experiment& experiment, bool reopenData) {
    experiment_ = experiment;
    if (!reopenData)
        return;
    before_.reset();
    openData();
}

void Workbench::open(const QString& path) {
    if (training_.active()) {
        fail(Place::general,
             {tr("A training is under way; it has to end before something else is opened."),
              tr("Stop it first. It can be resumed later.")});
        return;
    }
    leaveDemo();
    const QFileInfo info(path);
    if (holdsResults(info)) {
        benchmark_.open(info.absoluteFilePath());
        return;
    }
    if (info.isDir()) {
        openRun(info.absoluteFilePath());
        return;
    }
    if (info.suffix().compare(QLatin1String("json"), Qt::CaseInsensitive) == 0) {
        attempt(Place::general, [&] {
            experiment_ = readExperiment(info.absoluteFilePath().toStdString());
            before_.reset();
            Q_EMIT experimentChanged();
            openData();
        });
        return;
    }
    DataSettings fresh;
    fresh.file = info.absoluteFilePath().toStdString();
    takeData(std::move(fresh));
}

bool Workbench::simulateWhileTraining(const SimulatedData& simulated) {
    if (training_.active()) {
        fail(Place::simulation,
             {tr("A training is under way; it has to end before its galaxies are changed."),
              tr("Stop it first. It can be resumed later.")});
        return false;
    }
    leaveDemo();
    DataSettings fresh;
    fresh.simulated = simulated;
    takeData(std::move(fresh));
    return true;
}

/// Other data: what was found in those before does not hold for them.
void Workbench::takeData(DataSettings fresh) {
    if (datasets_.dataset() && !before_)
        before_ = experiment_;
    fresh.normalisation = experiment_.data.normalisation;
    fresh.turnsAndFlips = experiment_.data.turnsAndFlips;
    fresh.splitSeed = experiment_.data.splitSeed;
    fresh.validationFraction = experiment_.data.validationFraction;
    fresh.testFraction = experiment_.data.testFraction;
    experiment_.data = std::move(fresh);
    experiment_.name.clear();
    Q_EMIT experimentChanged();
    openData();
}

void Workbench::readData(const DataSettings& data) {
    if (training_.active()) {
        fail(Place::general,
             {tr("A training is under way; it has to end before the galaxies are read anew."),
              tr("Stop it first. It can be resumed later.")});
        return;
    }
    leaveDemo();
    if (datasets_.dataset() && !before_)
        before_ = experiment_;
    experiment_.data = data;
    // Found in what was read before.
    experiment_.data.checksum.clear();
    experiment_.data.labelsChecksum.clear();
    experiment_.data.normalisationScale.clear();
    experiment_.data.shuffleWindow = -1;
    Q_EMIT experimentChanged();
    openData();
}

DataSettings Workbench::latestData() const {
    DataSettings data = experiment_.data;
    if (!latestFile_.empty() && latestFile_ != data.file) {
        data = {};
        data.file = latestFile_;
    }
    return data;
}

void Workbench::openData() {
    latestFile_ = experiment_.data.file;
    if (experiment_.data.isChosen())
        datasets_.open(experiment_);
    else
        datasets_.close();
}

void Workbench::openRun(const QString& directory) {
    attempt(Place::general, [&] {
        RunDirectory run = RunDirectory::open(directory.toStdString());
        snapshot_ = snapshotOf(run);
        run_ = std::move(run);
        experiment_ = run_->experiment();
        before_.reset();
        runBelongsToDataset_ = true;
        posteriors_.forget();
        Q_EMIT experimentChanged();
        Q_EMIT runOpened();
        Q_EMIT snapshotChanged();
        datasets_.open(experiment_);
    });
}

void Workbench::datasetOpened() {
    before_.reset();
    dataFailed_ = false;
    const Dataset& dataset = *datasets_.dataset();
    Q_EMIT noted(tr("Opened %1: %2 cutouts.")
                     .arg(QString::fromStdString(dataset.schema().file),
                          QLocale(QLocale::English).toString(qlonglong(dataset.schema().count))));
    if (run_ && !runBelongsToDataset_ &&
        (run_->experiment().data.file != dataset.prepared.experiment.data.file ||
         run_->experiment().data.simulated != dataset.prepared.experiment.data.simulated))
        forgetRun();
    posteriors_.setDataset(datasets_.dataset());
    if (run_ && runBelongsToDataset_) {
        usePosteriorsOfRun();
        if (snapshot_->state == TrainingState::failed && !snapshot_->message.empty())
            fail(Place::training, {QString::fromStdString(snapshot_->message), {}});
    }
    runBelongsToDataset_ = false;
    if (demo_ == DemoStage::opening)
        continueDemo();
}

void Workbench::datasetFailed(const Failure& failure) {
    runBelongsToDataset_ = false;
    dataFailed_ = !before_;
    if (before_) {
        experiment_ = *before_;
        before_.reset();
        Q_EMIT experimentChanged();
    }
    fail(Place::data, failure);
}

void Workbench::forgetRun() {
    run_.reset();
    snapshot_.reset();
    Q_EMIT snapshotChanged();
}

void Workbench::usePosteriorsOfRun() {
    if (run_->hasCheckpoint(RunDirectory::Kept::best) ||
        run_->hasCheckpoint(RunDirectory::Kept::last))
        posteriors_.useRun(*run_);
}

void Workbench::saveExperiment(const QString& path) {
    attempt(Place::general, [&] {
        check(experiment_);
        writeExperiment(experiment_, path.toStdString());
        Q_EMIT noted(tr("Saved the experiment as %1.").arg(path));
    });
}

void Workbench::closeAll() {
    if (training_.active())
        return;
    leaveDemo();
    before_.reset();
    dataFailed_ = runBelongsToDataset_ = false;
    experiment_ = {};
    posteriors_.setDataset(nullptr);
    datasets_.close();
    Q_EMIT experimentChanged();
    forgetRun();
}

bool Workbench::canTrain() const {
    return !training_.active() && !benchmark_.active() && datasets_.dataset() &&
           !datasets_.opening() && !dataFailed_ && !demoRunning();
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
        data.experiment.data.turnsAndFlips = experiment_.data.turnsAndFlips;
        check(data.experiment);
        const auto device = device::findDevice(data.experiment.device.id);
        const QString folder =
            demoRunning() ? demoFolder() + QStringLiteral("/runs") : SessionStore::runsFolder();
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
    training_.start(std::move(data), device, std::move(run), posteriors_.rows());
    Q_EMIT noted(tr("Training in %1.").arg(runDirectory()));
    Q_EMIT trainingStarted();
}

void Workbench::trainingOver() {
    const bool failedRun = snapshot_ && snapshot_->state == TrainingState::failed;
    usePosteriorsOfRun();
    Q_EMIT trainingEnded();
    if (failedRun) {
        fail(Place::training, {QString::fromStdString(snapshot_->message),
                               QString::fromStdString(snapshot_->remedy)});
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
        return QStringLiteral("shearbench-cli train %1/experiment.json").arg(runDirectory());
    if (!experiment_.data.isChosen() || !datasets_.dataset())
        return {};
    QString command =
        QStringLiteral("shearbench-cli train %1 --network %2 --device %3 --batch %4 --epochs %5")
            .arg(dataOption(experiment_.data), QString::fromStdString(experiment_.network.preset),
                 QString::fromStdString(experiment_.device.id))
            .arg(experiment_.training.batch)
            .arg(experiment_.training.epochs);
    for (const QString& option : readingOptions(experiment_.data))
        command += QLatin1Char(' ') + option;
    return command;
}

QString Workbench::deviceName() const {
    if (run_ && !run_->experiment().provenance.device.empty())
        return QString::fromStdString(run_->experiment().provenance.device);
    for (const auto& device : device::allDevices())
        if (device->info().id == experiment_.device.id)
            return QString::fromStdString(device->info().name);
    return QString::fromStdString(experiment_.device.id);
}

void Workbench::startDemo(int epochs, bool reuse) {
    if (training_.active() || demoRunning())
        return;
    if (simulation_.active()) {
        fail(Place::simulation, {tr("A simulation is under way; the demo makes galaxies too."),
                                 tr("Wait for it or cancel it, then start the demo.")});
        return;
    }
    demoEpochs_ = epochs;
    demoReuse_ = reuse;
    const QString file = demoFile();
    before_.reset();
    experiment_ = demoExperiment(file, epochs);
    Q_EMIT experimentChanged();
    if (QFileInfo::exists(file)) {
        openDemoData();
        return;
    }
    demo_ = DemoStage::simulating;
    QDir().mkpath(demoFolder());
    data::simulator::SimulationSettings settings;
    settings.count = kDemoGalaxies;
    settings.seed = kDemoSeed;
    simulation_.start(settings, file);
}

void Workbench::openDemoData() {
    demo_ = DemoStage::opening;
    datasets_.open(experiment_);
}

void Workbench::continueDemo() {
    demo_ = DemoStage::training;
    const QString folder = demoFolder() + QStringLiteral("/runs");
    if (const QString run = demoReuse_ ? finishedDemo(folder, experiment_) : QString();
        !run.isEmpty()) {
        demo_ = DemoStage::none;
        Q_EMIT noted(tr("This demo has been trained before; opening that run."));
        openRun(run);
        Q_EMIT demoFinished();
        return;
    }
    train();
}

}  // namespace shearbench::app
