// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QString>
#include <functional>
#include <memory>
#include <optional>

#include "app/benchmark_controller.h"
#include "app/dataset_controller.h"
#include "app/galaxy_selection.h"
#include "app/generation_controller.h"
#include "app/opened_run.h"
#include "app/posterior_controller.h"
#include "app/quality_controller.h"
#include "app/simulation_controller.h"
#include "app/training_controller.h"
#include "core/experiment.h"

namespace shearbench::app {

/// What the window is about, without the window: the experiment, its data, the training under way
/// or the run that was opened, the galaxies that are shown. The window's actions are its functions;
/// all return at once, and every failure comes out of failed().
class Workbench : public QObject {
    Q_OBJECT
  public:
    /// Where a failure belongs.
    enum class Place { data, device, training, simulation, general };

    explicit Workbench(QObject* parent = nullptr);
    ~Workbench() override;

    DatasetController& datasets() { return datasets_; }
    TrainingController& training() { return training_; }
    SimulationController& simulation() { return simulation_; }
    PosteriorController& posteriors() { return posteriors_; }
    GenerationController& generation() { return generation_; }
    QualityController& quality() { return quality_; }
    BenchmarkController& benchmark() { return benchmark_; }
    GalaxySelection& selection() { return selection_; }

    const Experiment& experiment() const { return experiment_; }
    /// Takes over an edited experiment; `reopenData` when its data settings are others.
    void setExperiment(const Experiment& experiment, bool reopenData);

    /// A file of cutouts, an experiment.json, a run's directory or benchmark results. Not while
    /// training. A file that
    /// cannot be opened leaves everything as it was; a run whose data are gone is still shown.
    void open(const QString& path);
    /// Takes galaxies that are simulated while they are trained on for the experiment's data; says
    /// by failed() why not, and returns whether. Not while training.
    bool simulateWhileTraining(const SimulatedData& simulated);
    /// Reads the file of `data` as it says, keeping what has nothing to do with it. Not while
    /// training.
    void readData(const DataSettings& data);
    /// Those of the experiment, or of the file that was asked for last where it could not be
    /// opened.
    DataSettings latestData() const;
    void saveExperiment(const QString& path);
    /// Closes the data and forgets the run; for the start page. Not while training.
    void closeAll();

    /// Trains the experiment in a new run under `runsFolder`.
    void train();
    /// Goes on with the run that was opened or has stopped; `fromBest` from its best epoch, with
    /// the learning rate, schedule and clipping of experiment() instead of those it was stopped
    /// with.
    void resumeRun(bool fromBest = false);
    bool canTrain() const;
    /// Why nothing can be trained on the data that are open; empty: something can.
    QString obstacle() const;
    bool canResume() const;

    /// Simulates galaxies unless that was done before, and trains a network on them: a generative
    /// one on their inner 32 x 32 pixels, so that it makes new ones within a minute or two. With
    /// `reuse` a finished training of an earlier demo is opened instead. `epochs` 0: as many as the
    /// network needs.
    void startDemo(int epochs, bool reuse, const std::string& network = "deterministic");
    bool demoRunning() const { return demo_ != DemoStage::none; }

    /// Where the training under way stands, or how the opened run ended; nothing before either.
    const std::optional<training::Snapshot>& snapshot() const { return snapshot_; }
    /// The newest snapshot of every stage so far; one, but of a generative network.
    const TrainingStages& stages() const { return stages_; }
    QString runDirectory() const;
    /// The command line that does what the window is doing.
    QString command() const;
    /// What the run was trained on, or would be: "AMD EPYC, 2 cores, own kernels, AVX-512".
    QString deviceName() const;

  Q_SIGNALS:
    void experimentChanged();  ///< by other means than setExperiment()
    void snapshotChanged();
    void trainingStarted();
    void trainingEnded();
    void runOpened();
    void demoFinished();
    void failed(shearbench::app::Workbench::Place place, const shearbench::app::Failure& failure);
    void noted(const QString& sentence);  ///< for the log

  private:
    enum class DemoStage { none, simulating, opening, training };

    void connectControllers();
    void noteReplaced(const std::optional<training::Snapshot>& before,
                      const training::Snapshot& now);
    void openData();
    void takeData(DataSettings fresh);
    void openRun(const QString& directory);
    void datasetOpened();
    void datasetFailed(const Failure& failure);
    void forgetRun();
    void keepStage(const training::Snapshot& snapshot);
    void useRun();
    void forgetResults();
    bool isCopyOfRunsFile(const Dataset& dataset) const;
    void sayWhatIsMissing();
    bool dataAreOfRun() const;
    void start(training::RunDirectory run, training::PreparedData data,
               const std::shared_ptr<const device::Device>& device);
    void trainingOver();
    void fail(Place place, const Failure& failure);
    static QString demoRunsFolder();
    void leaveDemo();
    void simulationFinished(const QString& file, qint64 made);
    void openDemoData();
    void continueDemo();
    bool attempt(Place place, const std::function<void()>& action);

    Experiment experiment_;
    std::string latestFile_;
    std::optional<Experiment> before_;  ///< comes back when the file being opened is none
    bool dataFailed_ = false;           ///< the open data are not the experiment's
    GalaxySelection selection_;
    DatasetController datasets_;
    TrainingController training_;
    SimulationController simulation_;
    PosteriorController posteriors_;
    GenerationController generation_;
    QualityController quality_;
    BenchmarkController benchmark_;
    std::optional<training::RunDirectory> run_;
    bool runBelongsToDataset_ = false;  ///< the opened run waits for its data
    bool runLacksFile_ = false;         ///< they could not be read
    std::optional<training::Snapshot> snapshot_;
    TrainingStages stages_;
    DemoStage demo_ = DemoStage::none;
    bool demoReuse_ = false;
};

}  // namespace shearbench::app
