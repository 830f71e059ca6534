// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trainer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <limits>

#include "core/data/targets.h"
#include "core/files.h"
#include "core/model/posterior.h"
#include "core/model/weight_draws.h"
#include "core/training/trained_network.h"
#include "core/training/validation.h"
#include "tests/core/training/small_run.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::training {
namespace {

namespace fs = std::filesystem;
using test::expectError;
using test::TemporaryFolder;
using Kept = RunDirectory::Kept;

TEST(Trainer, Learns) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(smallExperiment(12));
    const RunDirectory run = makeRun(folder / "run", data);
    Trainer trainer = makeTrainer(data, run);
    trainer.run();
    const Snapshot snapshot = trainer.snapshot();
    EXPECT_EQ(snapshot.state, TrainingState::done);
    ASSERT_EQ(snapshot.history.size(), 12u);
    std::vector<float> labels;
    for (const double value : data::readTargets(*data.source, data.experiment.data.targets))
        labels.push_back(static_cast<float>(value));
    const double fitted = model::fittedGaussianNll(labels, labels);
    const Checkpoint best = run.loadCheckpoint(Kept::best);
    EXPECT_LT(best.bestLoss, fitted - 0.7);
    EXPECT_LT(snapshot.history.back().trainingLoss, fitted - 0.7);
    EXPECT_EQ(best.epoch, best.bestEpoch);
    EXPECT_EQ(best.bestLoss,
              snapshot.history[static_cast<std::size_t>(best.epoch - 1)].validationLoss);
    EXPECT_EQ(run.metrics(), snapshot.history);
    EXPECT_EQ(run.state(), "done");
    EXPECT_GE(snapshot.losses.size(), 12u);
    EXPECT_LE(snapshot.losses.size(), 12u * 16);
    EXPECT_GT(snapshot.imagesPerSecond, 0);
    const Experiment written = RunDirectory::open(run.path()).experiment();
    EXPECT_EQ(written.data.group, "none");
    EXPECT_EQ(written.data.normalisationScale, std::vector<double>{1});
    EXPECT_NE(written.provenance.device, "");
}

TEST(Trainer, JudgesDistributedWeightsByTheMixtureOfSomeDraws) {
    const TemporaryFolder folder;
    Experiment experiment = smallExperiment(1);
    choosePreset(experiment, "bayesian");
    experiment.network.rhoStart = -4;
    const PreparedData data = smallData(experiment);
    const RunDirectory run = makeRun(folder / "run", data);
    Trainer trainer = makeTrainer(data, run);
    trainer.run();
    const EpochRecord found = trainer.snapshot().history.at(0);
    EXPECT_EQ(found.validationDraws, kValidationDraws);
    model::Predictor predictor =
        makePredictor(loadTrainedNetwork(run), *device::findDevice("eigen"), 1);
    const std::vector<float> targets = data::targetsOf(
        data::readTargets(*data.source, data.experiment.data.targets), data.split.validation);
    double sum = 0;
    std::size_t image = 0;
    model::DrawsPredictor(predictor.session(), predictor.normalisation(), experiment.training.seed)
        .predict(
            *data.source, data.split.validation, kValidationDraws,
            [&](std::size_t, std::span<const float> features) {
                const std::size_t width = 9 * kValidationDraws;
                for (std::size_t i = 0; i < features.size(); i += width, ++image)
                    sum += model::mixtureNll(
                        features.subspan(i, width),
                        std::span<const float>(targets).subspan(3 * image).first<3>());
            },
            [](double) { return true; });
    EXPECT_NEAR(found.validationLoss, sum / static_cast<double>(image), 1e-4);
    EXPECT_EQ(static_cast<std::int64_t>(image), found.validationCount);
}

TEST(Trainer, GoesOnAfterTheLastEpochWithMoreOfThem) {
    const TemporaryFolder folder;
    PreparedData data = smallData(smallExperiment(1));
    const RunDirectory run = makeRun(folder / "run", data);
    makeTrainer(data, run).run();
    makeTrainer(data, run).run();
    EXPECT_EQ(run.metrics().size(), 1u);
    data.experiment.training.epochs = 2;
    makeTrainer(data, run).run();
    EXPECT_EQ(run.metrics().size(), 2u);
    EXPECT_EQ(run.loadCheckpoint(Kept::last).optimiser.updates, 32);
}

TEST(Trainer, WithoutValidationTheTrainingLossDecides) {
    const TemporaryFolder folder;
    Experiment experiment = smallExperiment(2);
    experiment.data.validationFraction = 0;
    const PreparedData data = smallData(experiment);
    const RunDirectory run = makeRun(folder / "run", data);
    makeTrainer(data, run).run();
    const Checkpoint best = run.loadCheckpoint(Kept::best);
    EXPECT_EQ(best.history.back().validationCount, 0);
    EXPECT_EQ(best.bestLoss, best.history.back().trainingLoss);
}

TEST(Trainer, SaysThatItDivergedAndKeepsTheBest) {
    const TemporaryFolder folder;
    PreparedData data = smallData(smallExperiment(1));
    const RunDirectory run = makeRun(folder / "run", data);
    makeTrainer(data, run).run();
    const Checkpoint good = run.loadCheckpoint(Kept::best);

    data.experiment.training.epochs = 30;
    data.experiment.training.learningRate = 500;
    data.experiment.training.schedule = "constant";
    data.experiment.training.clipNorm = 0;
    Trainer trainer = makeTrainer(data, run);
    expectError(ErrorKind::run,
                {"diverged", "epoch 2", "step", "learning rate 500", "gradient norm",
                 "best epoch, 1", "or less"},
                [&] { trainer.run(); });
    EXPECT_EQ(trainer.snapshot().state, TrainingState::failed);
    EXPECT_NE(trainer.snapshot().message.find("diverged"), std::string::npos);
    EXPECT_NE(trainer.snapshot().remedy, "");
    EXPECT_EQ(run.state(), "failed");
    EXPECT_NE(run.stateSentence().find("diverged"), std::string::npos);
    EXPECT_TRUE(run.loadCheckpoint(Kept::best) == good);

    run.returnToBest();
    data.experiment.training.epochs = 2;
    data.experiment.training.learningRate = 1e-4;
    makeTrainer(data, run).run();
    EXPECT_EQ(run.state(), "done");
    EXPECT_EQ(run.metrics().size(), 2u);
}

TEST(Trainer, WatchedGalaxiesComeBackInTheirOrder) {
    const TemporaryFolder folder;
    const auto source = test::gaussianGalaxies(kGalaxies);
    const PreparedData data = prepareData(smallExperiment(), source);
    source->images[7 * 256 + 3] = std::numeric_limits<float>::quiet_NaN();
    PreparedData withNan = data;
    std::erase(withNan.split.training, 7);
    std::erase(withNan.split.validation, 7);
    const RunDirectory run = makeRun(folder / "run", data);
    Trainer trainer = makeTrainer(withNan, run);
    expectError(ErrorKind::usage, {"160"}, [&] { trainer.watch({0, kGalaxies}); });
    trainer.watch({9, 7, 2});
    Running running(trainer);
    ASSERT_TRUE(running.until([](const Snapshot& s) { return s.posteriors.size() == 2; }));
    EXPECT_EQ(trainer.snapshot().posteriors[0].row, 9);
    EXPECT_EQ(trainer.snapshot().posteriors[1].row, 2);
    EXPECT_GT(trainer.snapshot().posteriors[1].posterior.covariance[0][0], 0);
    trainer.pause();
    ASSERT_TRUE(running.until([](const Snapshot& s) { return s.state == TrainingState::paused; }));
    trainer.watch({4});
    EXPECT_TRUE(running.until(
        [](const Snapshot& s) { return s.posteriors.size() == 1 && s.posteriors[0].row == 4; }));
}

TEST(Trainer, OneAtATimeInADirectory) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(smallExperiment(100));
    const RunDirectory run = makeRun(folder / "run", data);
    Trainer first = makeTrainer(data, run), second = makeTrainer(data, run);
    Running running(first);
    ASSERT_TRUE(running.until([](const Snapshot& s) { return s.step >= 1; }));
    expectError(ErrorKind::run, {"already"}, [&] { second.run(); });
    EXPECT_EQ(second.snapshot().state, TrainingState::failed);
    EXPECT_EQ(run.state(), "running");
    first.stop();
    running.join();
}

TEST(Trainer, RefusesCheckpointsThatDoNotFit) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(smallExperiment(1));
    const RunDirectory run = makeRun(folder / "run", data);
    const auto expectRefused = [&](const PreparedData& prepared,
                                   const std::vector<std::string>& parts) {
        Trainer trainer = makeTrainer(prepared, run);
        expectError(ErrorKind::data, parts, [&] { trainer.run(); });
        EXPECT_EQ(run.state(), "failed");
    };
    writeText(run.path() / "checkpoint.h5", "something else");
    expectRefused(data, {"checkpoint.h5"});
    EXPECT_EQ(readText(run.path() / "checkpoint.h5"), "something else");
    fs::remove(run.path() / "checkpoint.h5");

    makeTrainer(data, run).run();
    expectRefused(prepareData(smallExperiment(1), test::gaussianGalaxies(40, 32)),
                  {"1 x 16 x 16", "1 x 32 x 32"});
    Checkpoint within = run.loadCheckpoint(Kept::last);
    within.step = 3;
    run.saveCheckpoint(within, Kept::last);
    Experiment other = smallExperiment(2);
    other.training.batch = 4;
    expectRefused(smallData(other), {"16", "32", "batch"});
}

TEST(Trainer, AFullDiskStopsItAndKeepsTheLastCheckpoint) {
    const TemporaryFolder folder;
    PreparedData data = smallData(smallExperiment(1));
    const RunDirectory run = makeRun(folder / "run", data);
    makeTrainer(data, run).run();
    const Checkpoint before = run.loadCheckpoint(Kept::last);
    data.experiment.training.epochs = 2;
    Trainer trainer = makeTrainer(data, run);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    const rlimit tight{1'000'000, limit.rlim_max};
    const auto handler = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &tight);
    expectError(ErrorKind::data, {".h5"}, [&] { trainer.run(); });
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::signal(SIGXFSZ, handler);
    EXPECT_EQ(run.state(), "failed");
    EXPECT_TRUE(run.loadCheckpoint(Kept::last) == before);
}

TEST(Trainer, ADirectoryThatIsGoneIsAnError) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(smallExperiment(1));
    const RunDirectory run = makeRun(folder / "run", data);
    fs::remove_all(run.path());
    Trainer trainer = makeTrainer(data, run);
    expectError(ErrorKind::data, {"run"}, [&] { trainer.run(); });
    EXPECT_EQ(trainer.snapshot().state, TrainingState::failed);
}

TEST(Trainer, AReadOnlyDirectoryIsAnError) {
    if (::geteuid() == 0)
        GTEST_SKIP() << "The superuser may write into read-only directories.";
    const TemporaryFolder folder;
    const PreparedData data = smallData(smallExperiment(1));
    const RunDirectory run = makeRun(folder / "run", data);
    fs::permissions(run.path(), fs::perms::owner_read | fs::perms::owner_exec);
    Trainer trainer = makeTrainer(data, run);
    expectError(ErrorKind::data, {"run", "ermission"}, [&] { trainer.run(); });
    fs::permissions(run.path(), fs::perms::owner_all);
}

}  // namespace
}  // namespace shearbench::training
