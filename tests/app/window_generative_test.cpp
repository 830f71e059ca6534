// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTableView>
#include <QtTest/QTest>

#include "app/generation_file_dialog.h"
#include "app/generation_page.h"
#include "app/progress_view.h"
#include "app/quality_page.h"
#include "tests/app/window_test.h"
#include "widgets/galaxy_grid.h"
#include "widgets/generated_view.h"
#include "widgets/latent_walk.h"
#include "widgets/network_panel.h"
#include "widgets/pane.h"
#include "widgets/posterior_view.h"
#include "widgets/quality_view.h"

namespace shearbench::test {

namespace {

using Kind = app::GenerationController::Kind;
using training::TrainingState;
using widgets::GeneratedView;

class GenerativeTest : public WindowTest {
  protected:
    void choose(const QString& preset) {
        auto* panel = child<widgets::NetworkPanel>();
        panel->setState({preset});
        Q_EMIT panel->edited();
        ASSERT_TRUE(waitUntil([&] { return !workbench->datasets().opening(); }));
    }
    /// As little training as there can be.
    void shorten() {
        Experiment experiment = workbench->experiment();
        experiment.training.epochs = 1;
        experiment.training.batch = 16;
        experiment.generative.flowEpochs = 1;
        experiment.generative.flowDraws = 1;
        experiment.generative.flowBatch = 32;
        experiment.generative.count = 6;
        workbench->setExperiment(experiment, false);
    }
    app::GenerationController& generation() { return workbench->generation(); }
    GeneratedView* view() { return child<GeneratedView>(); }
    widgets::Pane* paneOf(QWidget* content) {
        for (auto* pane : window->findChildren<widgets::Pane*>())
            if (pane->content() == content)
                return pane;
        return nullptr;
    }
    bool qualityShown() {
        auto* tabs = child<QTabWidget>();
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->widget(i)->objectName() == QStringLiteral("quality"))
                return tabs->isTabVisible(i);
        return false;
    }
    bool settle() {
        return waitUntil([&] { return !generation().working(); });
    }
};

TEST_F(GenerativeTest, PanesFollowTheNetworkThatIsChosen) {
    ASSERT_TRUE(openGalaxies());
    widgets::Pane* generated = paneOf(view());
    widgets::Pane* ellipses = paneOf(child<widgets::PosteriorView>());
    EXPECT_TRUE(generated->isHidden());
    EXPECT_FALSE(qualityShown());
    choose(QStringLiteral("generative"));
    EXPECT_EQ(workbench->experiment().network.preset, "generative");
    EXPECT_TRUE(generated->isVisible());
    EXPECT_TRUE(generated->isEmpty());
    EXPECT_TRUE(ellipses->isHidden());
    EXPECT_TRUE(qualityShown());
    EXPECT_EQ(child<widgets::NetworkPanel>()->summary(), QStringLiteral("6.59 M parameters"));
    EXPECT_TRUE(actions().train->isEnabled());
    for (widgets::Pane* pane : {generated, paneOf(child<widgets::QualityView>())}) {
        window->showPage(QStringLiteral("quality"));
        QTest::keyClick(pane, Qt::Key_F);
        QTest::qWait(0);
        EXPECT_TRUE(pane->isMaximised());
        EXPECT_GT(pane->width(), window->width() * 9 / 10);
        QTest::keyClick(pane, Qt::Key_Escape);
        QTest::qWait(0);
        EXPECT_TRUE(pane->isVisible());
        EXPECT_TRUE(ellipses->isHidden());
    }
    choose(QStringLiteral("deterministic"));
    EXPECT_TRUE(generated->isHidden());
    EXPECT_TRUE(ellipses->isVisible());
    EXPECT_FALSE(qualityShown());
}

TEST_F(GenerativeTest, TrainsShowsWalksAndCompares) {
    ASSERT_TRUE(openGalaxies());
    choose(QStringLiteral("generative"));
    shorten();
    bool reconstructions = false, stageNamed = false;
    QObject::connect(&generation(), &app::GenerationController::galaxiesChanged, window.get(), [&] {
        const auto& galaxies = generation().galaxies();
        reconstructions = reconstructions ||
                          (galaxies.live && galaxies.kind == Kind::reconstructed &&
                           galaxies.real.size() == galaxies.made.size() && galaxies.real.front());
    });
    QObject::connect(workbench.get(), &app::Workbench::snapshotChanged, window.get(), [&] {
        stageNamed = stageNamed || child<app::ProgressView>()->toolTip().contains(
                                       QStringLiteral("autoencoder, stage 1 of 3"));
    });
    ASSERT_TRUE(trainToEnd());
    ASSERT_TRUE(settle());
    ASSERT_TRUE(failures.empty()) << failures.front().failure.sentence.toStdString();
    EXPECT_TRUE(reconstructions);
    EXPECT_TRUE(stageNamed);
    EXPECT_EQ(workbench->snapshot()->state, TrainingState::done);
    EXPECT_EQ(workbench->stages().size(), 2u);
    EXPECT_EQ(workbench->stages().at("autoencoder").history.size(), 1u);
    EXPECT_TRUE(child<app::ProgressView>()->toolTip().contains(QStringLiteral("6 galaxies")));

    // Generated ones, the same for the same seed.
    EXPECT_TRUE(generation().canGenerate());
    EXPECT_EQ(generation().galaxies().kind, Kind::generated);
    EXPECT_EQ(generation().galaxies().made.size(), 40u);
    generation().setRequest({3, 7, 1});
    ASSERT_TRUE(settle());
    const std::vector<float> seventh = *generation().galaxies().made[1];
    generation().setRequest({2, 8, 1});
    ASSERT_TRUE(settle());
    EXPECT_NE(*generation().galaxies().made[1], seventh);
    generation().setRequest({3, 7, 1});
    ASSERT_TRUE(settle());
    EXPECT_EQ(*generation().galaxies().made[1], seventh);
    EXPECT_EQ(view()->grid()->scene().groups[1].pixels.size(), 3u);

    // One of them large, and a walk from it.
    auto* grid = view()->grid();
    QTest::qWait(0);
    QTest::mouseClick(grid->viewport(), Qt::LeftButton, {}, grid->rectOf({1, 1}).center());
    EXPECT_EQ(view()->page(), GeneratedView::Page::closeUp);
    EXPECT_EQ(view()->closeUp()->closeUp().galaxies.front().pixels,
              generation().galaxies().made[1]);
    Q_EMIT view()->closeUp()->walkRequested();
    EXPECT_EQ(view()->page(), GeneratedView::Page::walk);
    EXPECT_EQ(view()->walk()->start(), 1);
    const auto changed = [&]() -> widgets::CutoutPixels {
        const auto& groups = view()->walk()->scene().groups;
        return groups.size() == 2 && !groups[1].pixels.empty() ? groups[1].pixels[0] : nullptr;
    };
    ASSERT_TRUE(waitUntil([&] { return changed() != nullptr; }));
    const widgets::CutoutPixels before = changed();
    view()->walk()->moveFeature(3, 2);
    ASSERT_TRUE(waitUntil([&] { return changed() != before; }));

    // Some of them into a file, stopped and gone on with.
    auto* page = child<app::GenerationPage>();
    page->writeFile();
    app::GenerationFileDialog* dialog = page->fileDialog();
    ASSERT_TRUE(dialog && dialog->isVisible());
    app::GenerationWriter::Request request = dialog->request();
    EXPECT_EQ(request.seed, generation().request().seed);
    request.file = workbench->runDirectory() + QStringLiteral("/experiment.json");
    request.count = 300;
    dialog->ask(request, 1);
    QSignalSpy refused(&dialog->writer(), &app::GenerationWriter::failed);
    dialog->start();
    ASSERT_TRUE(waitUntil([&] { return !dialog->writer().active(); }));
    EXPECT_EQ(refused.size(), 1) << "a run's own file was written over";
    request.file = QString::fromStdString(folder / "galaxies_made.h5");
    dialog->ask(request, 1);
    QSignalSpy ended(&dialog->writer(), &app::GenerationWriter::finished);
    dialog->start();
    dialog->reject();
    ASSERT_TRUE(waitUntil([&] { return !dialog->writer().active(); }));
    EXPECT_FALSE(ended.at(0).at(0).toBool());
    EXPECT_TRUE(dialog->statusText().contains(QStringLiteral("of 300")));
    dialog->start();
    ASSERT_TRUE(waitUntil([&] { return !dialog->writer().active(); }));
    EXPECT_TRUE(ended.at(1).at(0).toBool());
    EXPECT_TRUE(QFile::exists(request.file));
    dialog->reject();
    EXPECT_FALSE(dialog->isVisible());

    // Reconstructions, and the comparison.
    generation().setKind(Kind::reconstructed);
    ASSERT_TRUE(settle());
    EXPECT_EQ(generation().galaxies().made.size(), generation().galaxies().real.size());
    ASSERT_TRUE(workbench->quality().canCompare());
    workbench->quality().compare(20);
    ASSERT_TRUE(waitUntil([&] { return workbench->quality().comparison().has_value(); }));
    EXPECT_EQ(child<widgets::QualityView>()->table()->model()->rowCount(), 13);
    EXPECT_EQ(child<widgets::QualityView>()->scene().neighbours.size(),
              app::QualityController::kNeighboursOf);

    // The same from the run's directory.
    const QString run = workbench->runDirectory();
    actions().closeFile->trigger();
    EXPECT_EQ(generation().galaxies().kind, Kind::none);
    ASSERT_TRUE(open(run));
    ASSERT_TRUE(settle());
    EXPECT_TRUE(generation().canGenerate());
    EXPECT_EQ(workbench->stages().size(), 2u);
    EXPECT_FALSE(workbench->canResume());
}

TEST_F(GenerativeTest, StoppedBeforeTheFlowItShowsReconstructionsAndGoesOn) {
    ASSERT_TRUE(openGalaxies());
    choose(QStringLiteral("generative"));
    shorten();
    setEpochs(50);
    actions().train->trigger();
    ASSERT_TRUE(waitUntil([&] {
        return workbench->snapshot() && workbench->snapshot()->state == TrainingState::running &&
               workbench->snapshot()->step > 0;
    }));
    actions().pause->trigger();
    ASSERT_TRUE(waitUntil([&] { return workbench->snapshot()->state == TrainingState::paused; }));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    ASSERT_TRUE(settle());
    EXPECT_TRUE(failures.empty());
    EXPECT_EQ(generation().galaxies().kind, Kind::reconstructed);
    EXPECT_FALSE(generation().galaxies().live);
    EXPECT_FALSE(generation().canGenerate());
    EXPECT_FALSE(workbench->quality().canCompare());
    ASSERT_TRUE(workbench->canResume());
    actions().resumeRun->trigger();
    ASSERT_TRUE(waitUntil([&] { return workbench->snapshot()->state == TrainingState::running; }));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
}

}  // namespace

}  // namespace shearbench::test
