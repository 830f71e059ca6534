// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/data/hdf5.h"
#include "core/experiment.h"
#include "core/training/run.h"
#include "tests/app/program.h"

// Repeating a run from its document, and going on with one under changed settings.

namespace shearbench::test {
namespace {

namespace fs = std::filesystem;
using training::RunDirectory;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::string contentOf(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
}

/// A run of two epochs on 64 galaxies, copied for every test that goes on with it.
class Continuation : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        shared_ = std::make_unique<TemporaryFolder>();
        ASSERT_EQ(
            runCli({"simulate", "--count", "64", "--seed", "3", "--out", *shared_ / "galaxies.h5"})
                .exitCode,
            0);
        const Outcome outcome =
            runCli({"train", "--data", *shared_ / "galaxies.h5", "--threads", "1", "--batch", "4",
                    "--epochs", "2", "--seed", "18446744073709551615", "--learning-rate", "2e-4",
                    "--warmup", "3", "--turns-and-flips", "false", "--out", *shared_ / "run"});
        ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    }
    static void TearDownTestSuite() { shared_.reset(); }

    void SetUp() override { fs::copy(*shared_ / "run", run_, fs::copy_options::recursive); }

    Outcome resume(std::vector<std::string> options) const {
        options.insert(options.begin(), {"train", "--resume", "--out", run_});
        return runCli(options);
    }

    void expectRefused(const std::vector<std::string>& options, const std::string& part) const {
        const std::string before = contentOf(run_ + "/experiment.json");
        const Outcome outcome = resume(options);
        EXPECT_EQ(outcome.exitCode, 2) << outcome.output << outcome.errors;
        EXPECT_TRUE(contains(outcome.errors, part)) << outcome.errors;
        EXPECT_EQ(contentOf(run_ + "/experiment.json"), before);
    }

    static std::unique_ptr<TemporaryFolder> shared_;
    TemporaryFolder folder_;
    const std::string run_ = folder_ / "run";
};

std::unique_ptr<TemporaryFolder> Continuation::shared_;

TEST_F(Continuation, TheDocumentOfARunRepeatsIt) {
    const std::string again = folder_ / "again";
    const Outcome outcome = runCli({"train", run_ + "/experiment.json", "--out", again});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const auto first = RunDirectory::open(run_).loadCheckpoint(RunDirectory::Kept::last);
    const auto second = RunDirectory::open(again).loadCheckpoint(RunDirectory::Kept::last);
    EXPECT_TRUE(first.parameters == second.parameters);
    EXPECT_TRUE(first.optimiser.secondMoment == second.optimiser.secondMoment);
    Experiment expected = RunDirectory::open(run_).experiment();
    expected.provenance = RunDirectory::open(again).experiment().provenance;
    EXPECT_EQ(RunDirectory::open(again).experiment(), expected);
}

TEST_F(Continuation, GoesOnWithALowerRateForLonger) {
    const Outcome outcome = resume({"--learning-rate", "1e-5", "--epochs", "3"});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const RunDirectory run = RunDirectory::open(run_);
    EXPECT_EQ(run.experiment().training.learningRate, 1e-5);
    EXPECT_EQ(run.experiment().training.recipe, "custom");
    EXPECT_EQ(run.metrics().size(), 3u);
    EXPECT_EQ(run.state(), "done");
}

TEST_F(Continuation, GoesBackToTheBestEpoch) {
    const RunDirectory run = RunDirectory::open(run_);
    const training::Checkpoint best = run.loadCheckpoint(RunDirectory::Kept::best);
    training::Checkpoint last = run.loadCheckpoint(RunDirectory::Kept::last);
    for (float& parameter : last.parameters)
        parameter = 100;
    run.saveCheckpoint(last, RunDirectory::Kept::last);
    const Outcome outcome =
        resume({"--from-best", "--learning-rate", "1e-30", "--epochs", "3", "--clip", "0"});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const auto found = run.loadCheckpoint(RunDirectory::Kept::last);
    EXPECT_EQ(found.epoch, 3);
    // With next to no rate, all but the moving averages of the six bands stay as they were.
    for (std::size_t i = 24; i < found.parameters.size(); ++i)
        ASSERT_NEAR(found.parameters[i], best.parameters[i], 1e-20) << i;
}

TEST_F(Continuation, AcceptsTheSameOptionsAgainAndAMovedFile) {
    const std::string moved = folder_ / "moved.h5";
    fs::copy(*shared_ / "galaxies.h5", moved);
    EXPECT_EQ(resume({"--seed", "18446744073709551615", "--batch", "4", "--data", moved}).exitCode,
              0);
    EXPECT_EQ(RunDirectory::open(run_).experiment().data.file, moved);
}

TEST_F(Continuation, RefusesWhatWouldBreakTheRun) {
    expectRefused({"--seed", "5"}, "seed 18446744073709551615, not 5");
    expectRefused({"--network", "other"}, "the network deterministic");
    expectRefused({"--normalisation", "none"}, "other data");
    expectRefused({"--split-seed", "7"}, "other data");
    expectRefused({"--epochs", "1"}, "2 are finished");
    const RunDirectory run = RunDirectory::open(run_);
    training::Checkpoint within = run.loadCheckpoint(RunDirectory::Kept::last);
    within.step = 1;
    run.saveCheckpoint(within, RunDirectory::Kept::last);
    expectRefused({"--batch", "8", "--epochs", "4"}, "stopped within epoch 3");
}

TEST_F(Continuation, NeedsARunToGoOnWith) {
    const Outcome alone = runCli({"train", "--from-best", "--out", run_});
    EXPECT_EQ(alone.exitCode, 2);
    EXPECT_TRUE(contains(alone.errors, "--resume")) << alone.errors;
    const Outcome nowhere =
        runCli({"train", "--resume", "--from-best", "--out", folder_ / "nowhere"});
    EXPECT_EQ(nowhere.exitCode, 2);
    EXPECT_TRUE(contains(nowhere.errors, "nowhere")) << nowhere.errors;
}

TEST_F(Continuation, ResultsNeverReplaceWhatTheyWereMadeOf) {
    const std::string galaxies = folder_ / "galaxies.h5";
    fs::copy(*shared_ / "galaxies.h5", galaxies);
    fs::create_symlink(galaxies, folder_ / "link.h5");
    for (const std::string& out : {galaxies, (folder_ / "link.h5").string(), run_ + "/best.h5"}) {
        const auto before = contentOf(out);
        EXPECT_EQ(runCli({"predict", "--run", run_, "--data", galaxies, "--out", out}).exitCode, 2);
        EXPECT_TRUE(contentOf(out) == before);
    }
    EXPECT_EQ(runCli({"export", "--run", run_, "--out", run_ + "/checkpoint.h5"}).exitCode, 2);
    EXPECT_EQ(runCli({"inspect", galaxies, "--split", galaxies}).exitCode, 2);
    EXPECT_EQ(runCli({"export", "--run", run_, "--out", folder_ / "no/p.h5"}).exitCode, 3);
    EXPECT_EQ(runCli({"simulate", "--count", "4", "--out", run_}).exitCode, 3);
}

TEST_F(Continuation, ARunThatCannotBeginLeavesNoFolder) {
    const std::string data = *shared_ / "galaxies.h5", out = folder_ / "new";
    EXPECT_EQ(runCli({"train", "--data", data, "--memory-cap", "1", "--out", out}).exitCode, 4);
    EXPECT_EQ(runCli({"train", "--data", data, "--e1", "none", "--out", out}).exitCode, 3);
    EXPECT_EQ(runCli({"train", "--data", data, "--seed", "-1", "--out", out}).exitCode, 2);
    EXPECT_EQ(runCli({"train", "--data", "", "--out", out}).exitCode, 2);
    EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace shearbench::test
