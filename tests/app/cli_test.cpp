// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/app/program.h"

namespace shearbench::test {
namespace {

using nlohmann::json;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

TEST(CommandLine, HelpAndVersionEndWithZero) {
    EXPECT_EQ(runCli({"--help"}).exitCode, 0);
    EXPECT_EQ(runCli({"train", "--help"}).exitCode, 0);
    const Outcome version = runCli({"--version"});
    EXPECT_EQ(version.exitCode, 0);
    EXPECT_TRUE(contains(version.output, "shearbench-cli 0.")) << version.output;
}

TEST(CommandLine, WrongUseEndsWithTwo) {
    EXPECT_EQ(runCli({}).exitCode, 2);
    EXPECT_EQ(runCli({"dance"}).exitCode, 2);
    EXPECT_EQ(runCli({"network", "lenet"}).exitCode, 2);
    EXPECT_EQ(runCli({"train"}).exitCode, 2);
    EXPECT_EQ(runCli({"train", "--resume"}).exitCode, 2);
    EXPECT_EQ(runCli({"simulate", "--count", "-3", "--out", "x.h5"}).exitCode, 2);
}

TEST(CommandLine, ShowsTheDeterministicNetwork) {
    const Outcome outcome = runCli({"network", "deterministic", "--json"});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const json document = json::parse(outcome.output);
    EXPECT_EQ(document["parameters"], 1517217);
    EXPECT_EQ(document["trainable"], 1517205);
    EXPECT_EQ(document["layers"].size(), 10u);
    const Outcome text = runCli({"network", "deterministic"});
    EXPECT_TRUE(contains(text.output, "1,517,217")) << text.output;
    EXPECT_TRUE(contains(text.output, "1,517,205")) << text.output;
}

TEST(CommandLine, ListsTheDevices) {
    const Outcome outcome = runCli({"devices", "--quick", "--json"});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const json devices = json::parse(outcome.output);
    ASSERT_EQ(devices.size(), 2u);
    EXPECT_EQ(devices[0]["id"], "cpu");
    EXPECT_EQ(devices[1]["id"], "eigen");
    EXPECT_GT(devices[0]["deterministic_batch_8_bytes"], 20'000'000);
}

TEST(CommandLine, ProfilesAStep) {
    const Outcome outcome =
        runCli({"profile", "--network", "bayesian", "--batch", "2", "--steps", "3", "--json"});
    ASSERT_EQ(outcome.exitCode, 0) << outcome.errors;
    const json found = json::parse(outcome.output);
    EXPECT_GT(found["peak_gflops"], 0);
    EXPECT_GT(found["peak_gigabytes_per_second"], 0);
    EXPECT_EQ(found["steps"], 3);
    bool drawn = false;
    for (const json& operation : found["operations"]) {
        drawn = drawn || operation["name"] == "weight draw";
        for (const char* key : {"seconds", "gflops", "share_of_peak", "bytes"})
            EXPECT_GE(operation[key], 0) << key;
    }
    EXPECT_TRUE(drawn);
}

TEST(CommandLine, ChecksOneDeviceByAnother) {
    const std::vector<std::string> check = {"check", "cpu",     "eigen", "--size",  "16", "--batch",
                                            "2",     "--steps", "4",     "--every", "3"};
    const Outcome text = runCli(check);
    ASSERT_EQ(text.exitCode, 0) << text.errors;
    EXPECT_TRUE(contains(text.output, "step 1: ")) << text.output;
    EXPECT_TRUE(contains(text.output, "step 4: ")) << text.output;
    EXPECT_TRUE(contains(text.output, "conv3.kernel")) << text.output;
    std::vector<std::string> asJson = check;
    asJson.push_back("--json");
    const json found = json::parse(runCli(asJson).output);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_NEAR(found[1]["losses"][0], found[1]["losses"][1], 1e-3);
    for (const json& tensor : found[1]["tensors"])
        EXPECT_LT(tensor["parameter"]["largest"], 1e-2) << tensor["name"];
    EXPECT_EQ(runCli({"check", "cpu", "ipu:0"}).exitCode, 4);
}

TEST(CommandLine, SaysWhatIsWrongWithAFile) {
    TemporaryFolder folder;
    const Outcome missing = runCli({"inspect", folder / "nowhere.h5"});
    EXPECT_EQ(missing.exitCode, 3);
    EXPECT_TRUE(contains(missing.errors, "nowhere.h5")) << missing.errors;
    std::ofstream(folder / "text.h5") << "These are not galaxies.";
    const Outcome text = runCli({"inspect", folder / "text.h5"});
    EXPECT_EQ(text.exitCode, 3);
    EXPECT_TRUE(contains(text.errors, "HDF5")) << text.errors;
}

TEST(CommandLine, UnknownDeviceEndsWithFour) {
    TemporaryFolder folder;
    ASSERT_EQ(runCli({"simulate", "--count", "20", "--out", folder / "few.h5"}).exitCode, 0);
    const Outcome outcome = runCli(
        {"train", "--data", folder / "few.h5", "--device", "ipu:0", "--out", folder / "run"});
    EXPECT_EQ(outcome.exitCode, 4) << outcome.errors;
    EXPECT_TRUE(contains(outcome.errors, "ipu:0")) << outcome.errors;
    EXPECT_TRUE(contains(outcome.errors, "eigen")) << outcome.errors;
}

TEST(CommandLine, ReplacesSimulatedGalaxiesOnlyWhenTold) {
    TemporaryFolder folder;
    const std::string file = folder / "few.h5";
    ASSERT_EQ(runCli({"simulate", "--count", "3", "--out", file}).exitCode, 0);
    const Outcome again = runCli({"simulate", "--count", "4", "--out", file});
    EXPECT_EQ(again.exitCode, 2);
    EXPECT_TRUE(contains(again.errors, "exists already")) << again.errors;
    EXPECT_TRUE(contains(again.errors, "--overwrite")) << again.errors;
    EXPECT_EQ(runCli({"simulate", "--count", "4", "--overwrite", "--out", file}).exitCode, 0);
    const std::string other = folder / "same.h5";
    ASSERT_EQ(runCli({"simulate", "--count", "4", "--threads", "1", "--out", other}).exitCode, 0);
    const auto bytes = [](const std::string& path) {
        std::ostringstream all;
        all << std::ifstream(path, std::ios::binary).rdbuf();
        return all.str();
    };
    EXPECT_TRUE(bytes(file) == bytes(other)) << "not the same bytes";
}

TEST(CommandLine, SimulatesTheKindAskedFor) {
    TemporaryFolder folder;
    const std::string file = folder / "crowded.h5";
    const Outcome made = runCli({"simulate", "--count", "6", "--kind", "crowded", "--galaxies", "3",
                                 "--seeing-scatter", "0.05", "--noiseless", "--out", file});
    ASSERT_EQ(made.exitCode, 0) << made.errors;
    const Outcome seen = runCli({"inspect", file});
    EXPECT_TRUE(contains(seen.output, "noiseless_central")) << seen.output;
    EXPECT_TRUE(contains(seen.output, "galaxies/e1[2]")) << seen.output;
    const Outcome unknown = runCli({"simulate", "--kind", "dwarfs", "--out", folder / "x.h5"});
    EXPECT_EQ(unknown.exitCode, 2);
    EXPECT_TRUE(contains(unknown.errors, "crowded")) << unknown.errors;
    EXPECT_EQ(runCli({"simulate", "--shear1", "2", "--out", folder / "x.h5"}).exitCode, 2);
}

}  // namespace
}  // namespace shearbench::test
