// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/data/hdf5.h"
#include "core/experiment.h"
#include "core/training/run.h"
#include "core/training/segments.h"
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

std::map<std::string, std::string> contentsOf(const std::string& folder) {
    std::map<std::string, std::string> contents;
    for (const auto& entry : fs::directory_iterator(folder))
        contents[entry.path().filename()] = contentOf(entry.path());
    return contents;
}

TEST_F(Continuation, AFinishedRunIsLeftAsItIs) {
    const auto before = contentsOf(run_);
    for (const std::vector<std::string>& options :
         {std::vector<std::string>{"--batch", "2"},
          {"--device", "eigen", "--learning-rate", "0.5"}}) {
        const Outcome outcome = resume(options);
        EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
        EXPECT_TRUE(contains(outcome.output, "finished already")) << outcome.output;
        EXPECT_TRUE(contentsOf(run_) == before);
    }
}

TEST_F(Continuation, KeepsWhatEachEpochWasTrainedWith) {
    ASSERT_EQ(resume({"--batch", "8", "--threads", "2", "--epochs", "3"}).exitCode, 0);
    const RunDirectory run = RunDirectory::open(run_);
    const std::vector<training::Segment> segments = training::segmentsOf(run);
    ASSERT_EQ(segments.size(), 2u);
    EXPECT_EQ(segments[0].epoch, 0);
    EXPECT_EQ(segments[0].settings.at("training.batch"), "4");
    EXPECT_EQ(segments[1].epoch, 2);
    const std::map<std::string, std::string> changed = {
        {"training.batch", "8"}, {"training.epochs", "3"}, {"device.threads", "2"}};
    EXPECT_EQ(segments[1].settings, changed);
    EXPECT_EQ(segments[1].device, run.experiment().provenance.device);
    EXPECT_EQ(run.experiment().training.batch, 8);
}

TEST_F(Continuation, WithoutItsLastStateARunIsNotBegunAnew) {
    fs::remove(run_ + "/checkpoint.h5");
    const auto before = contentsOf(run_);
    const Outcome outcome = resume({"--epochs", "4"});
    EXPECT_EQ(outcome.exitCode, 3) << outcome.output;
    EXPECT_TRUE(contains(outcome.errors, "--resume --from-best")) << outcome.errors;
    EXPECT_TRUE(contentsOf(run_) == before);
    fs::remove(run_ + "/best.h5");
    EXPECT_EQ(resume({"--epochs", "4"}).exitCode, 3);
}

TEST_F(Continuation, ADamagedLastStateNamesTheWayOut) {
    fs::resize_file(run_ + "/checkpoint.h5", 1000);
    const Outcome outcome = resume({"--epochs", "4"});
    EXPECT_EQ(outcome.exitCode, 3) << outcome.output;
    EXPECT_TRUE(contains(outcome.errors, "--resume --from-best")) << outcome.errors;
    EXPECT_EQ(resume({"--from-best", "--epochs", "3"}).exitCode, 0);
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
    EXPECT_EQ(
        resume({"--seed", "18446744073709551615", "--batch", "4", "--data", moved, "--epochs", "3"})
            .exitCode,
        0);
    EXPECT_EQ(RunDirectory::open(run_).experiment().data.file, moved);
}

TEST_F(Continuation, RefusesWhatWouldBreakTheRun) {
    expectRefused({"--seed", "5"}, "seed 18446744073709551615, not 5");
    expectRefused({"--network", "bayesian"}, "the network deterministic");
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

TEST_F(Continuation, PipesAreNeitherReplacedNorWaitedFor) {
    const std::string pipe = folder_ / "pipe", galaxies = *shared_ / "galaxies.h5";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"simulate", "--count", "4", "--out", pipe},
          {"export", "--run", run_, "--out", pipe},
          {"predict", "--run", run_, "--data", galaxies, "--out", pipe},
          {"inspect", galaxies, "--split", pipe},
          {"inspect", pipe},
          {"train", pipe},
          {"train", "--data", pipe, "--out", folder_ / "new"}}) {
        const Outcome outcome = runCli(arguments);
        EXPECT_EQ(outcome.exitCode, 3) << arguments[0] << outcome.output;
        EXPECT_TRUE(contains(outcome.errors, "it is a pipe")) << outcome.errors;
        EXPECT_TRUE(fs::is_fifo(pipe));
    }
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
