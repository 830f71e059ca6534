// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <thread>

#include "core/data/hdf5.h"
#include "tests/app/program.h"

namespace shearbench::test {
namespace {

using data::h5::File;

/// A simulated file that all tests of this program share.
const std::string& galaxies() {
    static const TemporaryFolder folder;
    static const std::string file = [] {
        const std::string path = folder / "galaxies.h5";
        EXPECT_EQ(runCli({"simulate", "--count", "240", "--seed", "3", "--out", path}).exitCode, 0);
        return path;
    }();
    return file;
}

std::vector<std::string> trainArguments(const std::string& out, const std::string& device) {
    return {"train",   "--data",    galaxies(),     "--device", device,   "--threads", "1",
            "--batch", "8",         "--epochs",     "3",        "--seed", "5",         "--out",
            out,       "--network", "deterministic"};
}

std::map<std::string, std::vector<float>> parametersOf(const std::string& run,
                                                       const std::string& out) {
    const Outcome outcome = runCli({"export", "--last", "--run", run, "--out", out});
    EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
    const File file = File::open(out);
    std::map<std::string, std::vector<float>> parameters;
    for (const auto& info : file.datasets())
        if (info.path.find("parameter/") != std::string::npos)
            parameters[info.path] = file.read<float>(info.path);
    return parameters;
}

void waitForCheckpoint(Program& program, const std::string& run) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::minutes(3);
    while (!std::filesystem::exists(run + "/checkpoint.h5") && !program.ended() &&
           std::chrono::steady_clock::now() < end)
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

TEST(CommandLine, TrainsPredictsAndExports) {
    TemporaryFolder folder;
    const Outcome trained = runCli(trainArguments(folder / "run", "cpu"));
    ASSERT_EQ(trained.exitCode, 0) << trained.output << trained.errors;
    EXPECT_NE(trained.output.find("rms e1"), std::string::npos) << trained.output;

    const Outcome predicted = runCli({"predict", "--run", folder / "run", "--data", galaxies(),
                                      "--out", folder / "posteriors.h5"});
    ASSERT_EQ(predicted.exitCode, 0) << predicted.errors;
    const File posteriors = File::open(folder / "posteriors.h5");
    EXPECT_EQ(posteriors.info("mean").extents, (data::h5::Extents{240, 3}));
    EXPECT_EQ(posteriors.info("covariance").extents, (data::h5::Extents{240, 3, 3}));
    const std::vector<std::int64_t> index = posteriors.read<std::int64_t>("index");
    EXPECT_EQ(index.front(), 0);
    EXPECT_EQ(index.back(), 239);
    EXPECT_EQ(posteriors.read<double>("label/e1"), File::open(galaxies()).read<double>("e1"));

    const auto parameters = parametersOf(folder / "run", folder / "parameters.h5");
    std::size_t count = 0;
    for (const auto& [name, values] : parameters)
        count += values.size();
    EXPECT_EQ(count, 1'517'217u);
    const File exported = File::open(folder / "parameters.h5");
    EXPECT_EQ(exported.info("parameter/conv1.kernel").extents, (data::h5::Extents{32, 6, 3, 3}));
    EXPECT_EQ(exported.info("parameter/batch_norm.moving_variance").extents,
              (data::h5::Extents{6}));
    EXPECT_EQ(exported.readText("/", "normalisation"), "asinh");
    EXPECT_EQ(exported.read<double>("normalisation_scale").size(), 6u);

    const Outcome again = runCli(trainArguments(folder / "run", "cpu"));
    EXPECT_NE(again.exitCode, 0) << "a run must not be written over";
}

/// Killed twice without warning, resumed: the same parameters, bit for bit.
TEST(CommandLine, ResumesExactlyAfterBeingKilled) {
    TemporaryFolder folder;
    const std::string whole = folder / "whole", killed = folder / "killed";
    ASSERT_EQ(runCli(trainArguments(whole, "cpu")).exitCode, 0);

    {
        Program program(SHEARBENCH_CLI, trainArguments(killed, "cpu"));
        waitForCheckpoint(program, killed);
        program.signal(SIGKILL);
        EXPECT_EQ(program.wait().exitCode, 128 + SIGKILL);
    }
    {
        Program program(SHEARBENCH_CLI, {"train", "--resume", "--out", killed});
        std::this_thread::sleep_for(std::chrono::milliseconds(700));
        program.signal(SIGKILL);
        program.wait();
    }
    const Outcome resumed = runCli({"train", "--resume", "--out", killed});
    ASSERT_EQ(resumed.exitCode, 0) << resumed.errors;

    const auto expected = parametersOf(whole, folder / "whole.h5");
    const auto found = parametersOf(killed, folder / "killed.h5");
    ASSERT_EQ(expected.size(), found.size());
    for (const auto& [name, values] : expected)
        EXPECT_EQ(values, found.at(name)) << name;
}

TEST(CommandLine, InterruptSavesAndLeaves) {
    TemporaryFolder folder;
    std::vector<std::string> arguments = trainArguments(folder / "run", "cpu");
    for (std::string& argument : arguments)
        if (argument == "3")
            argument = "500";
    Program program(SHEARBENCH_CLI, arguments);
    waitForCheckpoint(program, folder / "run");
    program.signal(SIGINT);
    const Outcome outcome = program.wait();
    EXPECT_EQ(outcome.exitCode, 130) << outcome.errors;
    EXPECT_NE(outcome.output.find("--resume"), std::string::npos) << outcome.output;
    EXPECT_TRUE(std::filesystem::exists(folder / "run/checkpoint.h5"));
}

}  // namespace
}  // namespace shearbench::test
