// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "core/benchmark/store.h"
#include "tests/app/program.h"

namespace shearbench::test {
namespace {

namespace fs = std::filesystem;
using benchmark::Results;
using benchmark::Status;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

std::vector<std::string> quickSweep(const std::string& run) {
    return {
        "benchmark", "--devices", "cpu",   "eigen", "--batch",      "2,4", "--threads",      "1",
        "--budget",  "0.2",       "--run", run,     "--image-size", "16",  "--epoch-images", "64"};
}

TEST(BenchmarkCommand, SweepsAndWritesJsonAndCsv) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments = quickSweep(folder / "run");
    arguments.insert(arguments.end(), {"--out", folder / "results.json"});
    const Outcome outcome = runCli(arguments);
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_TRUE(contains(outcome.output, "deterministic batch 2 on cpu")) << outcome.output;
    // 64 images of 16 x 16 pixels are neither as many nor as large as the published ones.
    EXPECT_FALSE(contains(outcome.output, "Tesla V100")) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "images of 6 x 16 x 16")) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "100 epochs of 64 images are scaled")) << outcome.output;
    const Results results = benchmark::openResults(folder / "results.json");
    ASSERT_EQ(results.points.size(), 4u);
    for (const auto& point : results.points)
        EXPECT_EQ(point.status, Status::done) << point.sentence;
    EXPECT_TRUE(fs::exists(folder / "results.csv"));
    EXPECT_EQ(toJson(benchmark::openResults(folder / "run")), toJson(results));
    EXPECT_EQ(results.command,
              "shearbench-cli benchmark --devices cpu,eigen --batch 2,4 --threads 1 --budget 0.2 "
              "--run " +
                  folder.path().string() + "/run --image-size 16 --epoch-images 64 --out " +
                  folder.path().string() + "/results.json");
}

TEST(BenchmarkCommand, StopsAndResumes) {
    const TemporaryFolder folder;
    std::vector<std::string> arguments = quickSweep(folder / "run");
    arguments.insert(arguments.end(), {"--protocol", "paper", "--epochs", "100000"});
    {
        Program program(SHEARBENCH_CLI, arguments);
        const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(2);
        while (!fs::exists(folder / "run/results.json") && !program.ended() &&
               std::chrono::steady_clock::now() < end)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        program.signal(SIGINT);
        const Outcome outcome = program.wait();
        EXPECT_EQ(outcome.exitCode, 130) << outcome.errors;
        EXPECT_TRUE(contains(outcome.output, "--resume")) << outcome.output;
    }
    Results results = benchmark::openResults(folder / "run");
    EXPECT_NE(results.points[3].status, Status::done);
    results.protocol.epochs = results.protocol.warmupEpochs = 2;
    writeResults(results, benchmark::resultsFile(folder / "run"));
    const Outcome rest = runCli({"benchmark", "--resume", folder / "run"});
    EXPECT_EQ(rest.exitCode, 0) << rest.errors;
    for (const auto& point : benchmark::openResults(folder / "run").points)
        EXPECT_EQ(point.status, Status::done);
}

TEST(BenchmarkCommand, SaysWhatFits) {
    const Outcome outcome = runCli({"benchmark", "--fits", "--devices", "eigen", "--batch", "2,64",
                                    "--threads", "1", "--memory-cap", "100"});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    EXPECT_TRUE(contains(outcome.output, "yes")) << outcome.output;
    EXPECT_TRUE(contains(outcome.output, "no")) << outcome.output;
}

TEST(BenchmarkCommand, RefusesWhatIsNotThere) {
    const TemporaryFolder folder;
    EXPECT_EQ(runCli({"benchmark", "--networks", "lenet"}).exitCode, 2);
    EXPECT_EQ(runCli({"benchmark", "--batch", "0"}).exitCode, 2);
    EXPECT_EQ(runCli({"benchmark", "--protocol", "lazy"}).exitCode, 2);
    EXPECT_EQ(runCli({"benchmark", "--devices", "nobody"}).exitCode, 4);
    EXPECT_EQ(runCli({"benchmark", "--data", "gone.h5", "--run", folder / "r"}).exitCode, 3);
    EXPECT_EQ(runCli({"benchmark", "--resume", folder / "gone"}).exitCode, 3);
    EXPECT_FALSE(fs::exists(folder / "r"));
}

}  // namespace
}  // namespace shearbench::test
