// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <csignal>
#include <fstream>
#include <limits>
#include <set>

#include "core/data/hdf5.h"
#include "core/files.h"
#include "core/network/presets.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::training {
namespace {

namespace fs = std::filesystem;
using test::expectError;
using test::TemporaryFolder;
using Kept = RunDirectory::Kept;

EpochRecord record(std::int64_t epoch) {
    return {epoch, 0.1 + 0.2, -1.0 / 3, 41.5,  40,  8,  {1e-300, 0.25, 3},
            0.4,   1e-3,      5.5,      12.25, 100, 0.5};
}

Checkpoint checkpoint() {
    Checkpoint c;
    c.input = {2, 16, 16};
    const network::Network network = network::makePreset("deterministic", c.input);
    c.parameters = network::initialParameters(network, 3);
    c.optimiser.firstMoment.assign(network.parameterCount(), 0.1f);
    c.optimiser.secondMoment.assign(network.parameterCount(), 1e-30f);
    c.optimiser.firstMoment[5] = -7;
    c.optimiser.updates = 23;
    c.stepsPerEpoch = 10;
    c.epoch = 2;
    c.step = 3;
    c.lossSum = 0.1 + 0.7;
    c.gradientNorm = 4;
    c.seconds = 1.5;
    c.loaderWait = 0.25;
    c.history = {record(1), record(2)};
    c.bestEpoch = 1;
    c.bestLoss = -0.5;
    return c;
}

TEST(RunDirectory, IsNamedByTimeAndExperiment) {
    const TemporaryFolder folder;
    Experiment experiment;
    const RunDirectory first = RunDirectory::create(folder / "runs", experiment);
    std::string shape = first.path().filename().string();
    for (char& c : shape)
        c = c >= '0' && c <= '9' ? '0' : c;
    EXPECT_EQ(shape, "0000-00-00T00-00-00_deterministic_b0");
    experiment.name = "e1/e2: früh ..";
    const std::string name =
        RunDirectory::create(folder.path(), experiment).path().filename().string();
    EXPECT_EQ(name.substr(20), "e1_e2__früh_..");
    EXPECT_EQ(readExperiment(first.path() / "experiment.json"), Experiment{});
    EXPECT_EQ(RunDirectory::open(first.path()).experiment(), Experiment{});
}

TEST(RunDirectory, NamesAreUnique) {
    const TemporaryFolder folder;
    std::set<fs::path> paths;
    for (int i = 0; i < 5; ++i)
        paths.insert(RunDirectory::create(folder.path(), {}).path());
    EXPECT_EQ(paths.size(), 5u);
}

TEST(RunDirectory, TakesNoFolderThatHoldsSomething) {
    const TemporaryFolder folder;
    fs::create_directory(folder / "empty");
    EXPECT_EQ(RunDirectory::createAt(folder / "empty", {}).path(), folder / "empty");
    EXPECT_EQ(RunDirectory::createAt(folder / "a/b", {}).path(), folder / "a/b");
    expectError(ErrorKind::data, {"empty", "overwrite"},
                [&] { RunDirectory::createAt(folder / "empty", {}); });
    writeText(folder / "file", "x");
    expectError(ErrorKind::data, {"file"}, [&] { RunDirectory::createAt(folder / "file", {}); });
    expectError(ErrorKind::data, {"/file"}, [&] { RunDirectory::createAt(folder / "file/a", {}); });
    expectError(ErrorKind::data, {"/proc"}, [&] { RunDirectory::create("/proc/runs", {}); });
    expectError(ErrorKind::data, {"nothing", "experiment.json"},
                [&] { RunDirectory::open(folder / "nothing"); });
}

TEST(Metrics, RefuseCurvesWithPartsMissing) {
    for (const char* within : {R"({"epoch": [0.5], "loss": [1, 2], "images_per_second": [3]})",
                               R"({"epoch": ["x"], "loss": [1], "images_per_second": [3]})",
                               R"({"epoch": [0.5], "more": 1})", R"([1, 2])"})
        expectError(ErrorKind::data, {"metrics.jsonl", "within"}, [&] {
            epochRecordFromJson(std::string(R"({"epoch": 1, "within": )") + within + "}",
                                "metrics.jsonl");
        });
}

TEST(Metrics, RoundTripExactlyAndSurviveAHalfLine) {
    const TemporaryFolder folder;
    const RunDirectory run = RunDirectory::createAt(folder / "run", {});
    EXPECT_TRUE(run.metrics().empty());
    run.appendMetrics(record(1));
    run.appendMetrics(record(2));
    EXPECT_EQ(run.metrics(), (std::vector<EpochRecord>{record(1), record(2)}));
    std::ofstream(run.path() / "metrics.jsonl", std::ios::app) << R"({"epoch": 3, "train)";
    EXPECT_EQ(run.metrics().size(), 2u);
    run.setMetrics(std::vector<EpochRecord>{record(1)});
    EXPECT_EQ(run.metrics(), std::vector<EpochRecord>{record(1)});
    run.appendMetrics(record(2));
    EXPECT_EQ(run.metrics().size(), 2u);
    std::ofstream(run.path() / "metrics.jsonl", std::ios::app) << "{\"epoch\": \"x\"}\n";
    expectError(ErrorKind::data, {"metrics.jsonl", "line 3", "epoch"}, [&] { run.metrics(); });
}

TEST(State, SaysInterruptedWhenNobodyTrains) {
    const TemporaryFolder folder;
    const RunDirectory run = RunDirectory::createAt(folder / "run", {});
    EXPECT_EQ(run.state(), "new");
    run.setState("running");
    EXPECT_EQ(run.state(), "interrupted");
    {
        const RunLock lock(run);
        EXPECT_EQ(run.state(), "running");
        expectError(ErrorKind::run, {"run", "already"}, [&] { const RunLock second(run); });
    }
    EXPECT_FALSE(RunLock::isHeld(run));
    run.setState("failed", "because");
    EXPECT_EQ(run.state(), "failed");
    EXPECT_EQ(run.stateSentence(), "because");
}

TEST(Checkpoint, RoundTripIsExact) {
    const TemporaryFolder folder;
    const RunDirectory run = RunDirectory::createAt(folder / "run", {});
    EXPECT_FALSE(run.hasCheckpoint(Kept::last));
    run.saveCheckpoint(checkpoint(), Kept::last);
    EXPECT_TRUE(run.hasCheckpoint(Kept::last));
    EXPECT_TRUE(run.loadCheckpoint(Kept::last) == checkpoint());
    const auto file = data::h5::File::open(run.path() / "checkpoint.h5");
    EXPECT_EQ(file.info("parameter/conv1.kernel").extents, (data::h5::Extents{32, 2, 3, 3}));
    EXPECT_EQ(file.info("second_moment/dense.kernel").extents, (data::h5::Extents{9, 256}));
}

TEST(Checkpoint, ReturnsToTheBest) {
    const TemporaryFolder folder;
    const RunDirectory run = RunDirectory::createAt(folder / "run", {});
    expectError(ErrorKind::usage, {"best"}, [&] { run.returnToBest(); });
    Checkpoint best = checkpoint();
    best.epoch = 1;
    best.step = 0;
    best.history.resize(1);
    run.saveCheckpoint(best, Kept::best);
    run.saveCheckpoint(checkpoint(), Kept::last);
    run.setMetrics(checkpoint().history);
    run.returnToBest();
    EXPECT_TRUE(run.loadCheckpoint(Kept::last) == best);
    EXPECT_EQ(run.metrics(), best.history);
    EXPECT_EQ(run.state(), "stopped");
}

TEST(Checkpoint, TruncatedAndForeignFilesAreRefused) {
    const TemporaryFolder folder;
    const RunDirectory run = RunDirectory::createAt(folder / "run", {});
    const fs::path file = run.path() / "checkpoint.h5";
    const auto load = [&] { run.loadCheckpoint(Kept::last); };
    expectError(ErrorKind::data, {"checkpoint.h5"}, load);
    writeText(file, "");
    expectError(ErrorKind::data, {"checkpoint.h5"}, load);
    writeText(file, "no checkpoint at all, but a text of some length");
    expectError(ErrorKind::data, {"checkpoint.h5", "HDF5"}, load);
    run.saveCheckpoint(checkpoint(), Kept::last);
    for (const double part : {0.01, 0.3, 0.7, 0.999}) {
        run.saveCheckpoint(checkpoint(), Kept::last);
        fs::resize_file(file, static_cast<std::uintmax_t>(part * double(fs::file_size(file))));
        expectError(ErrorKind::data, {"checkpoint.h5"}, load);
    }
    fs::remove(file);
    fs::create_directory(file);
    expectError(ErrorKind::data, {"checkpoint.h5"}, load);
    fs::remove(file);
    fs::copy_file(SHEARBENCH_TESTS_DIR "/golden/deterministic.h5", file);
    expectError(ErrorKind::data, {"checkpoint.h5", "not written by Shearbench"}, load);
}

TEST(Checkpoint, SpoilsOfEveryKindAreNamed) {
    const TemporaryFolder folder;
    const RunDirectory run = RunDirectory::createAt(folder / "run", {});
    const auto expectRefused = [&](const std::string& part, const auto& spoil) {
        run.saveCheckpoint(checkpoint(), Kept::last);
        auto file = data::h5::File::openForWriting(run.path() / "checkpoint.h5");
        spoil(file);
        file.close();
        expectError(ErrorKind::data, {"checkpoint.h5", part},
                    [&] { run.loadCheckpoint(Kept::last); });
    };
    using data::h5::File;
    expectRefused("version", [](File& f) { f.writeInteger("/", "version", 2); });
    expectRefused("other", [](File& f) { f.writeText("/", "network", "other"); });
    expectRefused("epoch", [](File& f) { f.writeInteger("/", "epoch", -1); });
    expectRefused("step", [](File& f) { f.writeInteger("/", "step", 11); });
    expectRefused("history", [](File& f) { f.writeInteger("/", "epoch", 3); });
    expectRefused("loss_sum", [](File& f) { f.writeNumber("/", "loss_sum", std::nan("")); });
    expectRefused("batch_norm.gamma", [](File& f) { f.writeInteger("/", "channels", 3); });
    expectRefused("width", [](File& f) { f.writeInteger("/", "width", std::int64_t{1} << 40); });
    expectRefused("prelu", [](File& f) {
        f.writeInteger("/", "width", 16384);
        f.writeInteger("/", "height", 16384);
    });
    expectRefused("dense.bias", [](File& f) {
        const std::vector<float> values(9, std::numeric_limits<float>::infinity());
        f.dataset("parameter/dense.bias").writeRows<float>(0, values);
    });
}

/// In a process of its own, whose files may grow to 1 MB only, as on a full disk.
TEST(Checkpoint, AFullDiskIsAnErrorAndKeepsTheOldOne) {
    const TemporaryFolder folder;
    const RunDirectory run = RunDirectory::createAt(folder / "run", {});
    run.saveCheckpoint(checkpoint(), Kept::last);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{1'000'000, 1'000'000};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        int code = 1;
        try {
            run.saveCheckpoint(checkpoint(), Kept::last);
        } catch (const Error& error) {
            const bool named = std::string(error.what()).find("checkpoint.h5") != std::string::npos;
            code = error.kind() == ErrorKind::data && named ? 42 : 2;
        }
        ::_exit(code);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 42);
    EXPECT_TRUE(run.loadCheckpoint(Kept::last) == checkpoint());
    for (const auto& entry : fs::directory_iterator(run.path()))
        EXPECT_NE(entry.path().extension(), ".partial");
}

}  // namespace
}  // namespace shearbench::training
