// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFileInfo>
#include <QtTest/QTest>

#include "core/data/simulator/simulate.h"
#include "core/device/registry.h"
#include "core/training/prepare.h"
#include "core/training/trainer.h"
#include "tests/app/window_test.h"

namespace shearbench::test {

QString galaxies() {
    const QString file = app::SessionStore::dataFolder() + QStringLiteral("/test_galaxies.h5");
    if (!QFileInfo::exists(file)) {
        QDir().mkpath(QFileInfo(file).absolutePath());
        data::simulator::SimulationSettings settings;
        settings.count = kGalaxies;
        data::simulator::simulate(settings, file.toStdString());
    }
    return file;
}

QString trainedRun() {
    const QString directory = app::SessionStore::dataFolder() + QStringLiteral("/trained");
    if (!QFileInfo::exists(directory)) {
        Experiment experiment;
        experiment.data.file = galaxies().toStdString();
        experiment.training.epochs = 2;
        const training::PreparedData data = training::prepareData(experiment);
        training::Trainer(
            data, device::findDevice("cpu"),
            training::RunDirectory::createAt(directory.toStdString(), data.experiment))
            .run();
    }
    return directory;
}

bool waitUntil(const std::function<bool()>& done, int milliseconds) {
    const bool reached = QTest::qWaitFor(done, milliseconds);
    EXPECT_TRUE(reached) << "waited in vain";
    return reached;
}

WindowTest::WindowTest() {
    device::allDevices();  // so that the window has them from the start
    theme.applyToApplication();
    workbench = std::make_unique<app::Workbench>();
    window = std::make_unique<app::MainWindow>(theme, *workbench, store);
    QObject::connect(workbench.get(), &app::Workbench::failed, workbench.get(),
                     [this](app::Workbench::Place place, const app::Failure& failure) {
                         failures.push_back({place, failure});
                     });
    window->resize(1680, 1050);
    window->show();
    QTest::qWait(0);
}

WindowTest::~WindowTest() = default;

bool WindowTest::open(const QString& path) {
    const std::size_t before = failures.size();
    workbench->open(path);
    return waitUntil([&] {
               return !workbench->datasets().opening() && !workbench->posteriors().predicting();
           }) &&
           failures.size() == before;
}

void WindowTest::setTraining(const TrainingSettings& settings) {
    Experiment experiment = workbench->experiment();
    experiment.training = settings;
    workbench->setExperiment(experiment, false);
}

void WindowTest::setEpochs(int epochs) {
    TrainingSettings settings = workbench->experiment().training;
    settings.epochs = epochs;
    setTraining(settings);
}

bool WindowTest::waitForEnd() {
    return waitUntil(
        [&] { return !workbench->training().active() && !workbench->posteriors().predicting(); },
        120000);
}

bool WindowTest::trainToEnd() {
    actions().train->trigger();
    return workbench->training().active() && waitForEnd();
}

}  // namespace shearbench::test
