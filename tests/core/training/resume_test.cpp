// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/core/training/small_run.h"
#include "tests/support/temporary_folder.h"

// However a run of a network is interrupted, on a device and with as many threads as the build
// names, it ends as if it had not been.

namespace shearbench::training {
namespace {

using test::TemporaryFolder;
using Kept = RunDirectory::Kept;

Experiment experiment() {
    Experiment experiment = smallExperiment(3, SHEARBENCH_TEST_DEVICE, SHEARBENCH_TEST_THREADS);
    experiment.network.preset = SHEARBENCH_TEST_NETWORK;
    experiment.training.klWarmupEpochs = 2;
    return experiment;
}

/// The last checkpoint of a run that nothing interrupted.
const Checkpoint& uninterrupted() {
    static const Checkpoint checkpoint = [] {
        const TemporaryFolder folder;
        const PreparedData data = smallData(experiment());
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
        EXPECT_NEAR(found.history[i].kl, expected.history[i].kl, 1e-9 * expected.history[i].kl);
        EXPECT_EQ(found.history[i].gradientNorm, expected.history[i].gradientNorm);
    }
}

TEST(Resume, PausesResumesAndStopsFromAnotherThread) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(experiment());
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

TEST(Resume, StoppedAgainAndAgainWhileWatchedEndsTheSameBitForBit) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(experiment());
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
TEST(Resume, DISABLED_TrainsInAChild) {
    const char* path = std::getenv("SHEARBENCH_TEST_RUN");
    ASSERT_TRUE(path);
    makeTrainer(smallData(experiment()), RunDirectory::open(path)).run();
}

TEST(Resume, KilledAgainAndAgainEndsTheSameBitForBit) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(experiment());
    const RunDirectory run = makeRun(folder / "run", data);
    const Checkpoint& expected = uninterrupted();
    int killed = 0;
    for (int attempt = 0; attempt < 12; ++attempt) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::setenv("SHEARBENCH_TEST_RUN", run.path().c_str(), 1);
            ::execl("/proc/self/exe", "tests", "--gtest_filter=Resume.DISABLED_TrainsInAChild",
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

}  // namespace
}  // namespace shearbench::training
