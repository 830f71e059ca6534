// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workbench.h"

#include <QFile>
#include <QFileInfo>
#include <QLocale>

#include "app/opened_run.h"

namespace shearbench::app {

namespace {

using training::RunDirectory;
using training::TrainingState;

/// Benchmark results, alone or as a run.
bool holdsResults(const QFileInfo& info) {
    if (info.isDir())
        return benchmark::isBenchmarkRun(info.absoluteFilePath().toStdString());
    QFile file(info.absoluteFilePath());
    constexpr int kHead = 4096;
    return info.suffix().compare(QLatin1String("json"), Qt::CaseInsensitive) == 0 &&
           file.open(QIODevice::ReadOnly) && file.read(kHead).contains("shearbench-benchmark");
}

}  // namespace

Workbench::Workbench(QObject* parent)
    : QObject(parent), posteriors_(training_, selection_), generation_(training_) {
    connectControllers();
}

Workbench::~Workbench() = default;

void Workbench::connectControllers() {
    connect(&datasets_, &DatasetController::opened, this, &Workbench::datasetOpened);
    connect(&datasets_, &DatasetController::failed, this, &Workbench::datasetFailed);
    connect(&datasets_, &DatasetController::pixelsFailed, this, [this](const QString& sentence) {
        fail(Place::data, {sentence, {}, ErrorKind::data});
    });
    connect(&training_, &TrainingController::changed, this,
            [this](const training::Snapshot& snapshot) {
                keepStage(snapshot);
                noteReplaced(snapshot_, snapshot);
                if (!snapshot.imagePlace.empty() &&
                    (!snapshot_ || snapshot_->imagePlace != snapshot.imagePlace))
                    Q_EMIT noted(QString::fromStdString(snapshot.imagePlace));
                snapshot_ = snapshot;
                Q_EMIT snapshotChanged();
            });
    connect(&training_, &TrainingController::ended, this, &Workbench::trainingOver);
    const auto show = [this](const Failure& failure) { fail(Place::general, failure); };
    connect(&posteriors_, &PosteriorController::failed, this, show);
    connect(&generation_, &GenerationController::failed, this, show);
    connect(&quality_, &QualityController::failed, this, show);
    connect(&benchmark_, &BenchmarkController::failed, this, show);
    connect(&simulation_, &SimulationController::finished, this, &Workbench::simulationFinished);
    connect(&simulation_, &SimulationController::failed, this,
            [this](const Failure& failure) { fail(Place::simulation, failure); });
}

/// Says of epochs that ended how many of their images could not be used, where that is another
/// number than in the epoch before.
void Workbench::noteReplaced(const std::optional<training::Snapshot>& before,
                             const training::Snapshot& now) {
    const bool goesOn =
        before && before->stage == now.stage && before->history.size() <= now.history.size();
    for (std::size_t i = goesOn ? before->history.size() : 0; i < now.history.size(); ++i)
        if (now.history[i].replaced != (i > 0 ? now.history[i - 1].replaced : 0))
            if (const std::string sentence = replacedSentence(now.history[i]); !sentence.empty())
                Q_EMIT noted(QString::fromStdString(sentence));
}

bool Workbench::attempt(Place place, const std::function<void()>& action) {
    try {
        action();
        return true;
    } catch (const Error& error) {
        fail(error.kind() == ErrorKind::device ? Place::device : place, failureOf(error));
    } catch (const std::exception& error) {
        fail(place, failureOf(error));
    }
    return false;
}

void Workbench::fail(Place place, const Failure& failure) {
    Q_EMIT failed(place, failure);
    leaveDemo();
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
        stages_ = stagesOf(run);
        run_ = std::move(run);
        experiment_ = run_->experiment();
        before_.reset();
        runBelongsToDataset_ = true;
        forgetResults();
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
    for (const auto* notes : {&dataset.schema().notes, &dataset.prepared.notes})
        for (const std::string& note : *notes)
            Q_EMIT noted(QString::fromStdString(note));
    const bool moved = run_ && runLacksFile_ && isCopyOfRunsFile(dataset);
    runLacksFile_ = false;
    if (run_ && !runBelongsToDataset_ && !moved &&
        (run_->experiment().data.file != dataset.prepared.experiment.data.file ||
         run_->experiment().data.simulated != dataset.prepared.experiment.data.simulated))
        forgetRun();
    posteriors_.setDataset(datasets_.dataset());
    generation_.setDataset(datasets_.dataset());
    quality_.setDataset(datasets_.dataset());
    if (moved)
        useRun();
    if (run_ && runBelongsToDataset_) {
        useRun();
        sayWhatIsMissing();
        if (snapshot_->state == TrainingState::failed && !snapshot_->message.empty())
            fail(Place::training, {QString::fromStdString(snapshot_->message), {}});
    }
    runBelongsToDataset_ = false;
    if (demo_ == DemoStage::opening)
        continueDemo();
}

void Workbench::datasetFailed(const Failure& failure) {
    const bool ofRun = runBelongsToDataset_;
    runBelongsToDataset_ = false;
    dataFailed_ = !before_;
    if (before_) {
        experiment_ = *before_;
        before_.reset();
        Q_EMIT experimentChanged();
    }
    runLacksFile_ = ofRun;
    Failure told = failure;
    if (ofRun && !experiment_.data.isSimulated()) {
        told.sentence =
            tr("The galaxies that this run was trained on cannot be read. ") + failure.sentence;
        told.remedy =
            tr("What the run has learnt stays as it is. If the file lies elsewhere now, "
               "choose it there.");
    }
    fail(Place::data, told);
}

/// The file that the run was trained on, under another name.
bool Workbench::isCopyOfRunsFile(const Dataset& dataset) const {
    const DataSettings& open = dataset.prepared.experiment.data;
    const DataSettings& known = run_->experiment().data;
    return !known.checksum.empty() && open.checksum == known.checksum && open.file != known.file;
}

void Workbench::sayWhatIsMissing() {
    if (run_->experiment().network.preset == "generative" || run_->metrics().empty() ||
        run_->hasCheckpoint(RunDirectory::Kept::best))
        return;
    const bool last = run_->hasCheckpoint(RunDirectory::Kept::last);
    fail(Place::general,
         {tr("The run has no best.h5, the network as it was in its best epoch."),
          last ? tr("What is shown is of last.h5, its latest epoch.")
               : tr("Its losses are shown; what it says of galaxies cannot be. Copy the file back "
                    "into %1, or train anew.")
                     .arg(runDirectory()),
          ErrorKind::data});
}

void Workbench::forgetRun() {
    run_.reset();
    snapshot_.reset();
    stages_.clear();
    Q_EMIT snapshotChanged();
}

/// A stage may have gone on after its last snapshot that was seen here: its files tell.
void Workbench::keepStage(const training::Snapshot& snapshot) {
    if (snapshot_ && snapshot_->stage != snapshot.stage && stages_.count(snapshot_->stage)) {
        training::Snapshot& before = stages_[snapshot_->stage];
        const std::vector<training::LossPoint> losses = std::move(before.losses);
        before = stagesOf(*run_)[snapshot_->stage];
        before.losses = losses;
    }
    const bool generative = run_->experiment().network.preset == "generative";
    if (generative != snapshot.stage.empty() && snapshot.stage != "generation")
        stages_[snapshot.stage] = snapshot;
}

/// What the run has learnt is shown.
void Workbench::useRun() {
    if (!run_->hasCheckpoint(RunDirectory::Kept::best) &&
        !run_->hasCheckpoint(RunDirectory::Kept::last))
        return;
    if (run_->experiment().network.preset != "generative") {
        posteriors_.useRun(*run_);
        return;
    }
    generation_.useRun(*run_);
    quality_.useRun(*run_);
}

void Workbench::forgetResults() {
    posteriors_.forget();
    generation_.forget();
    quality_.forget();
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
    generation_.setDataset(nullptr);
    quality_.setDataset(nullptr);
    datasets_.close();
    Q_EMIT experimentChanged();
    forgetRun();
}

}  // namespace shearbench::app
