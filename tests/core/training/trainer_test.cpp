// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/trainer.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <functional>
#include <limits>
#include <thread>

#include "core/data/targets.h"
#include "core/device/registry.h"
#include "core/files.h"
#include "core/model/posterior.h"
#include "tests/support/expect_error.h"
#include "tests/support/gaussian_galaxies.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::training {
namespace {

namespace fs = std::filesystem;
using test::expectError;
using test::TemporaryFolder;
using Kept = RunDirectory::Kept;

constexpr std::int64_t kGalaxies = 160;

/// Small enough for many runs: 128 training and 16 validation galaxies, 16 steps an epoch.
Experiment smallExperiment(int epochs = 3) {
    Experiment experiment;
    experiment.device = {"eigen", 1, 0};
    experiment.training.epochs = epochs;
    experiment.training.recipe = "custom";
    experiment.training.learningRate = 1e-3;
    experiment.training.warmupSteps = 8;
    return experiment;
}

PreparedData smallData(const Experiment& experiment = smallExperiment()) {
    return prepareData(experiment, test::gaussianGalaxies(kGalaxies));
}

Trainer makeTrainer(const PreparedData& data, const RunDirectory& run) {
    return Trainer(data, device::findDevice(data.experiment.device.id), run);
}

RunDirectory makeRun(const fs::path& path, const PreparedData& data) {
    return RunDirectory::createAt(path, data.experiment);
}

/// A trainer at work on a thread of its own; what it threw comes out of join().
class Running {
  public:
    explicit Running(Trainer& trainer)
        : trainer_(trainer), thread_([this] {
              try {
                  trainer_.run();
              } catch (...) {
                  failure_ = std::current_exception();
              }
          }) {}
    ~Running() {
        trainer_.stop();
        if (thread_.joinable())
            thread_.join();
    }
    void join() {
        thread_.join();
        if (failure_)
            std::rethrow_exception(failure_);
    }
    /// Waits until the snapshot is as wanted; false when that takes absurdly long.
    bool until(const std::function<bool(const Snapshot&)>& wanted) const {
        for (int i = 0; i < 60'000; ++i) {
            if (wanted(*trainer_.latest()))
                return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        return false;
    }

  private:
    Trainer& trainer_;
    std::exception_ptr failure_;
    std::thread thread_;
};

/// The last checkpoint of a run that nothing interrupted.
const Checkpoint& uninterrupted() {
    static const Checkpoint checkpoint = [] {
        const TemporaryFolder folder;
        const PreparedData data = smallData();
        const RunDirectory run = makeRun(folder / "run", data);
        makeTrainer(data, run).run();
        return run.loadCheckpoint(Kept::last);
    }();
    return checkpoint;
}

void expectSameOutcome(const Checkpoint& found) {
    const Checkpoint& expected = uninterrupted();
    EXPECT_EQ(found.epoch, expected.epoch);
    EXPECT_EQ(found.optimiser.updates, expected.optimiser.updates);
    EXPECT_TRUE(found.parameters == expected.parameters);
    EXPECT_TRUE(found.optimiser.firstMoment == expected.optimiser.firstMoment);
    EXPECT_TRUE(found.optimiser.secondMoment == expected.optimiser.secondMoment);
    EXPECT_EQ(found.bestEpoch, expected.bestEpoch);
    EXPECT_EQ(found.bestLoss, expected.bestLoss);
    ASSERT_EQ(found.history.size(), expected.history.size());
    for (std::size_t i = 0; i < found.history.size(); ++i) {
        EXPECT_EQ(found.history[i].validationLoss, expected.history[i].validationLoss);
        EXPECT_NEAR(found.history[i].trainingLoss, expected.history[i].trainingLoss, 1e-12);
        EXPECT_EQ(found.history[i].gradientNorm, expected.history[i].gradientNorm);
    }
}

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

TEST(Trainer, PausesResumesAndStopsFromAnotherThread) {
    const TemporaryFolder folder;
    const PreparedData data = smallData();
    const RunDirectory run = makeRun(folder / "run", data);
    Trainer trainer = makeTrainer(data, run);
    Running running(trainer);
    ASSERT_TRUE(running.until([](const Snapshot& s) { return s.step >= 3; }));
    trainer.pause();
    ASSERT_TRUE(running.until([](const Snapshot& s) { return s.state == TrainingState::paused; }));
    const Snapshot paused = trainer.snapshot();
    EXPECT_EQ(run.state(), "paused");
    const Checkpoint checkpoint = run.loadCheckpoint(Kept::last);
    EXPECT_EQ(checkpoint.epoch, paused.epoch);
    EXPECT_EQ(checkpoint.step, paused.step);
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(trainer.snapshot().step, paused.step);
    trainer.resume();
    ASSERT_TRUE(running.until([&](const Snapshot& s) {
        return s.state == TrainingState::running &&
               s.epoch * 16 + s.step > paused.epoch * 16 + paused.step;
    }));
    trainer.pause();
    ASSERT_TRUE(running.until([](const Snapshot& s) { return s.state == TrainingState::paused; }));
    trainer.stop();
    running.join();
    EXPECT_EQ(trainer.snapshot().state, TrainingState::stopped);
    EXPECT_EQ(run.state(), "stopped");
    makeTrainer(data, run).run();
    expectSameOutcome(run.loadCheckpoint(Kept::last));
}

TEST(Trainer, StoppedAgainAndAgainWhileWatchedEndsTheSameBitForBit) {
    const TemporaryFolder folder;
    const PreparedData data = smallData();
    const RunDirectory run = makeRun(folder / "run", data);
    for (std::int64_t stopAt : {1, 5, 16, 17, 30, 33, 47}) {
        Trainer trainer = makeTrainer(data, run);
        trainer.watch({0, 3, 5}, 1000);
        Running running(trainer);
        ASSERT_TRUE(running.until([&](const Snapshot& s) {
            return s.epoch * 16 + s.step >= stopAt || s.state == TrainingState::done;
        }));
        trainer.stop();
        running.join();
    }
    makeTrainer(data, run).run();
    expectSameOutcome(run.loadCheckpoint(Kept::last));
    EXPECT_EQ(run.metrics(), run.loadCheckpoint(Kept::last).history);
}

/// Not a test: what the next one starts as a program of its own, to kill it.
TEST(Trainer, DISABLED_TrainsInAChild) {
    const char* path = std::getenv("SHEARBENCH_TEST_RUN");
    ASSERT_TRUE(path);
    makeTrainer(smallData(), RunDirectory::open(path)).run();
}

TEST(Trainer, KilledAgainAndAgainEndsTheSameBitForBit) {
    const TemporaryFolder folder;
    const PreparedData data = smallData();
    const RunDirectory run = makeRun(folder / "run", data);
    const Checkpoint& expected = uninterrupted();
    int killed = 0;
    for (int attempt = 0; attempt < 12; ++attempt) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::setenv("SHEARBENCH_TEST_RUN", run.path().c_str(), 1);
            ::execl("/proc/self/exe", "tests", "--gtest_filter=Trainer.DISABLED_TrainsInAChild",
                    "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
            ::_exit(127);
        }
        // Until it is at work, then for a while that is different each time.
        while (run.state() != "running" && ::waitpid(child, nullptr, WNOHANG) == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const double epochSeconds = expected.history.front().seconds;
        std::this_thread::sleep_for(
            std::chrono::duration<double>(epochSeconds * (0.1 + 0.17 * attempt)));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        if (!WIFSIGNALED(status))
            break;
        ++killed;
        EXPECT_EQ(run.state(), "interrupted");
    }
    EXPECT_GE(killed, 3);
    makeTrainer(data, run).run();
    expectSameOutcome(run.loadCheckpoint(Kept::last));
    EXPECT_EQ(run.metrics(), run.loadCheckpoint(Kept::last).history);
    EXPECT_EQ(run.loadCheckpoint(Kept::best).bestLoss, expected.bestLoss);
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
