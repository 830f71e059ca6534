// SPDX-License-Identifier: GPL-3.0-or-later
#include <QMessageBox>
#include <QPushButton>
#include <QTimer>
#include <QtTest/QTest>

#include "app/progress_view.h"
#include "tests/app/window_test.h"
#include "widgets/note.h"
#include "widgets/pane.h"
#include "widgets/posterior_view.h"
#include "widgets/training_panel.h"

namespace shearbench::test {

namespace {

using training::RunDirectory;
using training::TrainingState;

class TrainingTest : public WindowTest {
  protected:
    bool start(int epochs) {
        if (!openGalaxies())
            return false;
        setEpochs(epochs);
        actions().train->trigger();
        return workbench->training().active() && waitUntil([this] {
                   return state() == TrainingState::running && workbench->snapshot()->step > 0;
               });
    }

    TrainingState state() const { return workbench->snapshot()->state; }

    QString progressText() { return child<app::ProgressView>()->toolTip(); }

    bool allHavePosteriors() const {
        for (const std::int64_t row : workbench->posteriors().rows())
            if (!workbench->posteriors().posterior(row))
                return false;
        return true;
    }

    /// Diverges within the first steps after an epoch that went well.
    static TrainingSettings diverging(int epochs) {
        TrainingSettings settings;
        settings.epochs = epochs;
        settings.recipe = "custom";
        settings.learningRate = 1;
        settings.schedule = "constant";
        settings.warmupSteps = 0;
        settings.clipNorm = 0;
        return settings;
    }

    /// Answers the next question with the button of that text; empty when none was asked.
    void answer(const QString& button) {
        auto* timer = new QTimer(window.get());
        QObject::connect(timer, &QTimer::timeout, window.get(), [this, timer, button] {
            auto* box = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!box)
                return;
            timer->stop();
            question = box->text();
            for (QAbstractButton* candidate : box->buttons())
                if (candidate->text().remove(QLatin1Char('&')) == button)
                    candidate->click();
        });
        timer->start(20);
    }
    QString question;
};

TEST_F(TrainingTest, IsLiveAndEndsWithTheSavedNetwork) {
    ASSERT_TRUE(openGalaxies());
    setEpochs(3);
    std::vector<std::uint64_t> versions;
    bool posteriorsWhileTraining = false;
    QObject::connect(workbench.get(), &app::Workbench::snapshotChanged, window.get(), [&] {
        versions.push_back(workbench->snapshot()->version);
        posteriorsWhileTraining =
            posteriorsWhileTraining || (workbench->training().active() && allHavePosteriors() &&
                                        child<widgets::PosteriorView>()->scene().anyPosterior());
    });
    actions().train->trigger();
    ASSERT_TRUE(workbench->training().active());
    EXPECT_FALSE(actions().train->isEnabled());
    EXPECT_FALSE(actions().open->isEnabled());
    EXPECT_FALSE(actions().closeFile->isEnabled());
    EXPECT_FALSE(actions().demo->isEnabled());
    EXPECT_TRUE(actions().pause->isEnabled());
    EXPECT_TRUE(actions().stop->isEnabled());
    ASSERT_TRUE(waitForEnd());

    EXPECT_GT(versions.size(), 3u);
    EXPECT_TRUE(std::is_sorted(versions.begin(), versions.end()));
    EXPECT_TRUE(posteriorsWhileTraining);
    EXPECT_EQ(state(), TrainingState::done);
    EXPECT_EQ(workbench->snapshot()->history.size(), 3u);
    EXPECT_TRUE(allHavePosteriors());
    EXPECT_TRUE(progressText().contains(QStringLiteral("Done, 3 epochs")));
    EXPECT_TRUE(progressText().contains(QStringLiteral("img/s")));
    EXPECT_TRUE(actions().train->isEnabled());
    EXPECT_FALSE(actions().pause->isEnabled());
    EXPECT_FALSE(actions().stop->isEnabled());
    EXPECT_FALSE(actions().resumeRun->isEnabled());
    EXPECT_TRUE(failures.empty());
    EXPECT_TRUE(workbench->command().contains(workbench->runDirectory()));
}

TEST_F(TrainingTest, PausesAndGoesOn) {
    ASSERT_TRUE(start(200));
    actions().pause->trigger();
    ASSERT_TRUE(waitUntil([&] { return state() == TrainingState::paused; }));
    EXPECT_EQ(actions().pause->text(), QStringLiteral("Resume"));
    EXPECT_TRUE(progressText().contains(QStringLiteral("Paused")));
    EXPECT_TRUE(actions().stop->isEnabled());
    EXPECT_FALSE(actions().train->isEnabled());
    const auto position = [&] {
        return std::pair(workbench->snapshot()->epoch, workbench->snapshot()->step);
    };
    const auto before = position();
    QTest::qWait(500);
    EXPECT_EQ(position(), before);
    actions().pause->trigger();
    ASSERT_TRUE(
        waitUntil([&] { return state() == TrainingState::running && position() > before; }));
    EXPECT_EQ(actions().pause->text(), QStringLiteral("Pause"));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
}

TEST_F(TrainingTest, StopsWhilePausedAndIsResumed) {
    ASSERT_TRUE(start(200));
    actions().pause->trigger();
    ASSERT_TRUE(waitUntil([&] { return state() == TrainingState::paused; }));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    EXPECT_EQ(state(), TrainingState::stopped);
    EXPECT_EQ(actions().pause->text(), QStringLiteral("Pause"));
    EXPECT_TRUE(progressText().contains(QStringLiteral("Stopped")));
    EXPECT_TRUE(allHavePosteriors());
    ASSERT_TRUE(actions().resumeRun->isEnabled());
    const QString run = workbench->runDirectory();
    const auto stoppedAt = std::pair(workbench->snapshot()->epoch, workbench->snapshot()->step);

    actions().resumeRun->trigger();
    ASSERT_TRUE(waitUntil([&] {
        return state() == TrainingState::running &&
               std::pair(workbench->snapshot()->epoch, workbench->snapshot()->step) > stoppedAt;
    }));
    EXPECT_EQ(workbench->runDirectory(), run);
    EXPECT_FALSE(actions().resumeRun->isEnabled());
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    EXPECT_TRUE(failures.empty());
}

TEST_F(TrainingTest, ADivergenceIsSaidWithItsRemedy) {
    ASSERT_TRUE(openGalaxies());
    setTraining(diverging(5));
    ASSERT_TRUE(trainToEnd());
    EXPECT_EQ(state(), TrainingState::failed);
    ASSERT_FALSE(failures.empty());
    EXPECT_EQ(failures[0].place, app::Workbench::Place::training);
    EXPECT_TRUE(failures[0].failure.sentence.contains(QStringLiteral("diverged")));
    EXPECT_FALSE(failures[0].failure.remedy.isEmpty());
    bool shown = false;
    for (const auto* note : window->findChildren<widgets::Note*>())
        shown = shown || (note->isVisible() && note->text().contains(QStringLiteral("diverged")) &&
                          note->text().contains(failures[0].failure.remedy.left(20)));
    EXPECT_TRUE(shown);
    EXPECT_EQ(failures.size(), 1u) << failures.back().failure.sentence.toStdString();
    EXPECT_TRUE(actions().train->isEnabled());
    EXPECT_TRUE(progressText().contains(QStringLiteral("Failed")));
}

TEST_F(TrainingTest, GoesOnFromTheBestEpochWithTheRateThatIsSetNow) {
    ASSERT_TRUE(start(60));
    ASSERT_TRUE(waitUntil([&] { return workbench->snapshot()->epoch >= 1; }));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    // The same run with a rate that it cannot stand.
    auto run = RunDirectory::open(workbench->runDirectory().toStdString());
    Experiment experiment = run.experiment();
    experiment.training = diverging(60);
    run.setExperiment(experiment);
    ASSERT_TRUE(open(workbench->runDirectory()));
    actions().resumeRun->trigger();
    ASSERT_TRUE(waitForEnd());
    ASSERT_EQ(state(), TrainingState::failed);

    QPushButton* button = nullptr;
    for (auto* candidate : window->findChildren<QPushButton*>())
        if (candidate->isVisible() && candidate->text().contains(QStringLiteral("Resume from")))
            button = candidate;
    ASSERT_TRUE(button);
    TrainingSettings gentle;
    gentle.epochs = 60;
    setTraining(gentle);
    button->click();
    ASSERT_TRUE(workbench->training().active());
    ASSERT_TRUE(waitUntil([&] { return state() == TrainingState::running; }));
    const std::int64_t epoch = workbench->snapshot()->epoch;
    ASSERT_TRUE(waitUntil([&] { return workbench->snapshot()->epoch > epoch; }));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    EXPECT_EQ(state(), TrainingState::stopped);
    EXPECT_EQ(RunDirectory::open(workbench->runDirectory().toStdString())
                  .experiment()
                  .training.learningRate,
              gentle.learningRate);
}

TEST_F(TrainingTest, ADeviceThatIsTooSmallSaysSo) {
    ASSERT_TRUE(openGalaxies());
    Experiment experiment = workbench->experiment();
    experiment.device.memoryCapMB = 1;
    workbench->setExperiment(experiment, false);
    EXPECT_FALSE(trainToEnd());
    ASSERT_FALSE(failures.empty());
    EXPECT_FALSE(failures[0].failure.remedy.isEmpty());
    EXPECT_TRUE(actions().train->isEnabled());
    experiment.device.memoryCapMB = 0;
    experiment.training.epochs = 1;
    workbench->setExperiment(experiment, false);
    ASSERT_TRUE(trainToEnd());
    EXPECT_EQ(state(), TrainingState::done);
}

TEST_F(TrainingTest, AsksBeforeItClosesAndGoesOn) {
    ASSERT_TRUE(start(200));
    answer(QStringLiteral("Go on training"));
    EXPECT_FALSE(window->close());
    EXPECT_FALSE(question.isEmpty());
    EXPECT_TRUE(window->isVisible());
    EXPECT_TRUE(workbench->training().active());
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    EXPECT_TRUE(window->close()) << "nothing is under way";
}

TEST_F(TrainingTest, SavesBeforeItLeaves) {
    ASSERT_TRUE(start(200));
    const std::string run = workbench->runDirectory().toStdString();
    answer(QStringLiteral("Save and leave"));
    EXPECT_TRUE(window->close());
    EXPECT_FALSE(window->isVisible());
    window.reset();
    workbench.reset();
    const RunDirectory saved = RunDirectory::open(run);
    EXPECT_TRUE(saved.hasCheckpoint(RunDirectory::Kept::last));
    EXPECT_EQ(saved.state(), "stopped");
}

TEST_F(TrainingTest, NothingElseIsOpenedMeanwhile) {
    ASSERT_TRUE(start(200));
    const Experiment before = workbench->experiment();
    workbench->open(trainedRun());
    workbench->open(galaxies());
    EXPECT_EQ(failures.size(), 2u);
    for (const Failed& failed : failures)
        EXPECT_FALSE(failed.failure.remedy.isEmpty());
    EXPECT_EQ(workbench->experiment(), before);
    EXPECT_TRUE(workbench->training().active());
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
}

TEST_F(TrainingTest, AGalaxyChosenMeanwhileGetsItsPosterior) {
    ASSERT_TRUE(start(200));
    workbench->selection().select(123);
    EXPECT_TRUE(
        waitUntil([&] { return workbench->posteriors().posterior(123) && allHavePosteriors(); }));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    workbench->selection().select(77);
    EXPECT_TRUE(waitUntil([&] { return workbench->posteriors().posterior(77).has_value(); }));
}

TEST_F(TrainingTest, DemoTrainsAndIsReused) {
    workbench->startDemo(1, false);
    EXPECT_TRUE(workbench->demoRunning());
    EXPECT_FALSE(workbench->canTrain());
    ASSERT_TRUE(waitUntil([&] { return !workbench->demoRunning(); }, 300000));
    ASSERT_TRUE(failures.empty()) << failures[0].failure.sentence.toStdString();
    const QString run = workbench->runDirectory();
    EXPECT_EQ(RunDirectory::open(run.toStdString()).state(), "done");
    actions().closeFile->trigger();
    workbench->startDemo(1, true);
    ASSERT_TRUE(
        waitUntil([&] { return !workbench->demoRunning() && !workbench->datasets().opening(); }));
    EXPECT_FALSE(workbench->training().active());
    EXPECT_EQ(workbench->runDirectory(), run);
    EXPECT_TRUE(waitUntil([&] { return allHavePosteriors(); }));

    // Somebody who changes their mind gets what they asked for.
    workbench->startDemo(1, false);
    workbench->open(galaxies());
    ASSERT_TRUE(waitUntil([&] { return !workbench->datasets().opening(); }));
    QTest::qWait(100);
    EXPECT_FALSE(workbench->demoRunning());
    EXPECT_FALSE(workbench->training().active());
    EXPECT_TRUE(workbench->canTrain());
    workbench->startDemo(1, false);
    workbench->closeAll();
    EXPECT_FALSE(workbench->demoRunning());
}

}  // namespace

}  // namespace shearbench::test
