// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/experiment.h"
#include "core/training_command.h"
#include "tests/app/program.h"

// The command that the window offers, read back by a shell and the command line's own parser.

namespace shearbench::test {
namespace {

class OfferedCommand : public testing::Test {
  protected:
    void SetUp() override {
        file_ = folder_ / "it's 50%1 of $galaxies.h5";
        ASSERT_EQ(runCli({"simulate", "--count", "40", "--seed", "3", "--out", file_}).exitCode, 0);
    }

    /// The experiment that the command of `wanted` trains.
    Experiment trained(const Experiment& wanted) const {
        std::string command = trainingCommand(wanted);
        const std::string program = "shearbench-cli";
        EXPECT_EQ(command.rfind(program, 0), 0u) << command;
        command.replace(0, program.size(), shellWord(SHEARBENCH_CLI));
        const std::string run = folder_ / "run";
        const Outcome outcome =
            Program("/bin/sh", {"-c", command + " --out " + shellWord(run)}).wait();
        EXPECT_EQ(outcome.exitCode, 0) << command << '\n' << outcome.errors;
        return readExperiment(run + "/experiment.json");
    }

    TemporaryFolder folder_;
    std::string file_;
};

TEST_F(OfferedCommand, TrainsTheSameExperiment) {
    Experiment wanted;
    wanted.name = "a name";
    wanted.data.file = file_;
    wanted.data.bands = {"r", "i"};
    wanted.data.splitSeed = 18446744073709551615u;
    wanted.data.trainingImages = 16;
    wanted.data.turnsAndFlips = false;
    wanted.data.stamp = 32;
    choosePreset(wanted, "bayesian");
    wanted.network.fixedLayers = {"conv1", "conv2"};
    wanted.device.threads = 1;
    wanted.device.memoryCapMB = 900.5;
    wanted.training.batch = 4;
    wanted.training.epochs = 1;
    wanted.training.seed = 7;
    wanted.training.learningRate = 1.0 / 3000;
    wanted.training.warmupSteps = 3;
    wanted.training.recipe = honestRecipe(wanted);
    const Experiment made = trained(wanted);
    EXPECT_EQ(made.name, wanted.name);
    EXPECT_EQ(made.data.file, wanted.data.file);
    EXPECT_EQ(made.data.bands, wanted.data.bands);
    EXPECT_EQ(made.data.splitSeed, wanted.data.splitSeed);
    EXPECT_EQ(made.data.trainingImages, wanted.data.trainingImages);
    EXPECT_EQ(made.data.turnsAndFlips, wanted.data.turnsAndFlips);
    EXPECT_EQ(made.data.stamp, wanted.data.stamp);
    EXPECT_EQ(made.data.normalisation, wanted.data.normalisation);
    EXPECT_EQ(made.network, wanted.network);
    EXPECT_EQ(made.device, wanted.device);
    EXPECT_EQ(made.training, wanted.training);
    EXPECT_EQ(made.generative, wanted.generative);
}

}  // namespace
}  // namespace shearbench::test
