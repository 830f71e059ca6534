// SPDX-License-Identifier: GPL-3.0-or-later
//
// Workbench: the demo.
#include <QDir>
#include <QFile>
#include <QFileInfo>

#include "app/session_store.h"
#include "app/workbench.h"
#include "core/files.h"

namespace shearbench::app {

namespace {

using training::RunDirectory;

constexpr std::int64_t kDemoGalaxies = 2000;
constexpr std::uint64_t kDemoSeed = 20240;
constexpr int kDemoEpochs = 12;
constexpr int kGenerativeDemoEpochs = 30, kGenerativeDemoFlowEpochs = 10;
constexpr int kGenerativeDemoStamp = 32;
constexpr std::int64_t kGenerativeDemoGalaxies = 100;

QString demoFolder() {
    return SessionStore::dataFolder() + QStringLiteral("/demo");
}

QString demoFile() {
    return demoFolder() + QStringLiteral("/galaxies.h5");
}

Experiment demoExperiment(const QString& file, int epochs, const std::string& network) {
    Experiment experiment;
    experiment.name = "demo";
    choosePreset(experiment, network);
    experiment.data.file = file.toStdString();
    const bool generative = network == "generative";
    experiment.training.epochs = epochs > 0   ? epochs
                                 : generative ? kGenerativeDemoEpochs
                                              : kDemoEpochs;
    if (generative) {
        experiment.data.stamp = kGenerativeDemoStamp;
        experiment.generative.flowEpochs = kGenerativeDemoFlowEpochs;
        experiment.generative.count = kGenerativeDemoGalaxies;
    }
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
                found.network == wanted.network && found.generative == wanted.generative &&
                found.data.file == wanted.data.file &&
                found.data.checksum == quickChecksum(wanted.data.file))
                return path;
        } catch (const std::exception&) {
            continue;  // not a run, or no longer one
        }
    }
    return {};
}

}  // namespace

QString Workbench::demoRunsFolder() {
    return demoFolder() + QStringLiteral("/runs");
}

void Workbench::leaveDemo() {
    if (demo_ == DemoStage::none)
        return;
    if (demo_ == DemoStage::simulating)
        simulation_.cancel();
    demo_ = DemoStage::none;
    Q_EMIT demoFinished();
}

void Workbench::startDemo(int epochs, bool reuse, const std::string& network) {
    if (training_.active() || demoRunning())
        return;
    if (simulation_.active()) {
        fail(Place::simulation, {tr("A simulation is under way; the demo makes galaxies too."),
                                 tr("Wait for it or cancel it, then start the demo.")});
        return;
    }
    demoReuse_ = reuse;
    const QString file = demoFile();
    before_.reset();
    experiment_ = demoExperiment(file, epochs, network);
    Q_EMIT experimentChanged();
    if (network == "generative")
        Q_EMIT noted(tr("This demo trains for a minute or two on %1 x %1 pixels; a network for use "
                        "takes whole cutouts and hours.")
                         .arg(kGenerativeDemoStamp));
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
    const QString folder = demoRunsFolder();
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

void Workbench::simulationFinished(const QString& file, qint64 made) {
    Q_EMIT noted(tr("Simulated %1 galaxies into %2.").arg(made).arg(file));
    const bool cutShort = file == demoFile() && made < kDemoGalaxies;
    if (cutShort)
        QFile::remove(file);
    if (demo_ == DemoStage::simulating)
        cutShort ? leaveDemo() : openDemoData();
}

}  // namespace shearbench::app
