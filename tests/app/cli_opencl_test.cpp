// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

#include "core/benchmark/store.h"
#include "core/training/run.h"
#include "tests/app/program.h"
#include "tests/support/temporary_cache.h"

// The command line on OpenCL, on a driver that breaks (tests/core/device/opencl/broken_loader.cpp).

namespace shearbench::test {
namespace {

using nlohmann::json;
using training::RunDirectory;

class CliOpenCl : public testing::Test {
  protected:
    void SetUp() override {
        setenv("SHEARBENCH_OPENCL", SHEARBENCH_BROKEN_LOADER, 1);
        setenv("BROKEN_OPENCL", fault_.c_str(), 1);
    }

    void breakDriver(const std::string& how) const { std::ofstream(fault_) << how << '\n'; }
    void mendDriver() const { std::filesystem::remove(fault_); }

    /// What devices --json says of the first OpenCL device; null where there is none.
    static json openClDevice(const std::vector<std::string>& options) {
        std::vector<std::string> all = {"devices", "--json"};
        all.insert(all.end(), options.begin(), options.end());
        const Outcome outcome = runCli(all);
        EXPECT_EQ(outcome.exitCode, 0) << outcome.errors;
        const json devices = json::parse(outcome.output);
        EXPECT_EQ(devices[0]["id"], "cpu");
        for (const json& device : devices)
            if (device["id"] == "opencl:0")
                return device;
        return nullptr;
    }

    const TemporaryCache cache_;
    const TemporaryFolder folder_;
    const std::string fault_ = folder_ / "fault";
};

TEST_F(CliOpenCl, TestsADeviceOnceAndSurvivesDriversThatBreak) {
    if (openClDevice({"--quick"}).is_null())
        GTEST_SKIP() << "There is no OpenCL device on this machine.";
    EXPECT_FALSE(openClDevice({"--quick"}).contains("self_test"));
    breakDriver("platforms");
    EXPECT_TRUE(openClDevice({"--quick"}).is_null());
    breakDriver("lost");
    const json lost = openClDevice({});
    EXPECT_FALSE(lost["self_test"]["passed"]);
    EXPECT_NE(lost.dump().find("CL_OUT_OF_RESOURCES"), std::string::npos) << lost;
    EXPECT_TRUE(lost.contains("failure"));
    mendDriver();
    const json whole = openClDevice({});
    EXPECT_TRUE(whole["self_test"]["passed"]) << whole;
    EXPECT_GT(whole["measured_gflops"], 0);
    EXPECT_EQ(openClDevice({"--quick"})["self_test"], whole["self_test"]);
}

TEST_F(CliOpenCl, ATestThatEndsTheProgramIsNotRepeated) {
    if (openClDevice({"--quick"}).is_null())
        GTEST_SKIP() << "There is no OpenCL device on this machine.";
    breakDriver("crash");
    EXPECT_EQ(runCli({"devices"}).exitCode, 128 + SIGKILL);
    mendDriver();
    const json kept = openClDevice({"--quick"});
    EXPECT_FALSE(kept["self_test"]["passed"]);
    EXPECT_NE(kept.dump().find("The program ended while it tested"), std::string::npos) << kept;
}

TEST_F(CliOpenCl, ALostDeviceLeavesTheRunToAnother) {
    if (openClDevice({"--quick"}).is_null())
        GTEST_SKIP() << "There is no OpenCL device on this machine.";
    ASSERT_EQ(runCli({"simulate", "--count", "64", "--seed", "3", "--out", folder_ / "galaxies.h5"})
                  .exitCode,
              0);
    const std::string run = folder_ / "run";
    Program training(SHEARBENCH_CLI,
                     {"train", "--data", folder_ / "galaxies.h5", "--device", "opencl:0", "--batch",
                      "4", "--epochs", "1000", "--out", run});
    const auto hasCheckpoint = [&] {
        try {
            return RunDirectory::open(run).hasCheckpoint(RunDirectory::Kept::last);
        } catch (const std::exception&) {
            return false;
        }
    };
    while (!hasCheckpoint() && !training.ended())
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    breakDriver("lost");
    const Outcome lost = training.wait();
    EXPECT_EQ(lost.exitCode, 4) << lost.errors;
    EXPECT_NE(lost.errors.find("OpenCL answered CL_"), std::string::npos) << lost.errors;
    EXPECT_NE(lost.errors.find("another device"), std::string::npos) << lost.errors;
    const RunDirectory left = RunDirectory::open(run);
    EXPECT_EQ(left.state(), "failed");
    const std::int64_t epochs = left.loadCheckpoint(RunDirectory::Kept::last).epoch;
    EXPECT_GE(epochs, 1);

    const Outcome resumed = runCli({"train", "--resume", "--device", "cpu", "--threads", "1",
                                    "--epochs", std::to_string(epochs + 1), "--out", run});
    EXPECT_EQ(resumed.exitCode, 0) << resumed.errors;
    EXPECT_EQ(RunDirectory::open(run).loadCheckpoint(RunDirectory::Kept::last).epoch, epochs + 1);
}

TEST_F(CliOpenCl, ABenchmarkTimesADeviceBesideTheProcessorAndPassesOverALostOne) {
    const json device = openClDevice({"--quick"});
    if (device.is_null())
        GTEST_SKIP() << "There is no OpenCL device on this machine.";
    const auto sweep = [&](const std::string& name, std::vector<std::string> more) {
        std::vector<std::string> arguments = {"benchmark",
                                              "--devices",
                                              "opencl:0,cpu",
                                              "--batch",
                                              "2",
                                              "--threads",
                                              "1",
                                              "--budget",
                                              "0.2",
                                              "--image-size",
                                              "16",
                                              "--run",
                                              folder_ / name,
                                              "--epoch-images",
                                              "64"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return runCli(arguments);
    };
    const Outcome whole = sweep("whole", {"--networks", "deterministic,bayesian", "--images", "1",
                                          "--out", folder_ / "times.json"});
    ASSERT_EQ(whole.exitCode, 0) << whole.errors;
    EXPECT_NE(whole.output.find("bayesian batch 2 on opencl:0"), std::string::npos);
    const benchmark::Results results = benchmark::openResults(folder_ / "times.json");
    EXPECT_EQ(results.points.size(), 6u);
    for (const benchmark::Point& point : results.points) {
        EXPECT_EQ(point.status, benchmark::Status::done) << point.sentence;
        EXPECT_EQ(point.sentence.find("Images"), std::string::npos) << point.sentence;
        EXPECT_GE(point.blocks.size(), 3u);
    }
    ASSERT_TRUE(results.device("opencl:0"));
    EXPECT_EQ(results.device("opencl:0")->name, device["name"]);
    EXPECT_GT(results.device("opencl:0")->gflops, 0);

    breakDriver("launches");
    const Outcome lost = sweep("lost", {"--networks", "deterministic"});
    EXPECT_EQ(lost.exitCode, 0) << lost.errors;
    for (const benchmark::Point& point : benchmark::openResults(folder_ / "lost").points) {
        const bool broken = point.task.device == "opencl:0";
        EXPECT_EQ(point.status, broken ? benchmark::Status::failed : benchmark::Status::done);
        EXPECT_EQ(point.sentence.find("OpenCL answered CL_") != std::string::npos, broken)
            << point.sentence;
    }
}

}  // namespace
}  // namespace shearbench::test
