// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training_command.h"

#include <gtest/gtest.h>

namespace shearbench {
namespace {

TEST(ShellWord, IsInQuotesWhereAShellWouldReadItOtherwise) {
    EXPECT_EQ(shellWord("/data/a-b_c.h5"), "/data/a-b_c.h5");
    EXPECT_EQ(shellWord("50%"), "50%");
    EXPECT_EQ(shellWord(""), "''");
    EXPECT_EQ(shellWord("my galaxies.h5"), "'my galaxies.h5'");
    EXPECT_EQ(shellWord("it's $HOME"), "'it'\\''s $HOME'");
}

TEST(TrainingCommand, SaysWhatIsNotAsUsual) {
    Experiment experiment;
    experiment.data.file = "/data/g.h5";
    EXPECT_EQ(trainingCommand(experiment),
              "shearbench-cli train --network deterministic --data /data/g.h5");
    experiment.training.batch = 14;
    experiment.data.turnsAndFlips = false;
    experiment.data.bands = {"r", "i"};
    EXPECT_EQ(trainingCommand(experiment),
              "shearbench-cli train --network deterministic --data /data/g.h5 --bands r,i "
              "--turns-and-flips false --batch 14");
}

TEST(TrainingCommand, ARecipeStandsForItsValues) {
    Experiment experiment;
    experiment.data.file = "/data/g.h5";
    applyRecipe(experiment, "paper");
    EXPECT_EQ(trainingCommand(experiment),
              "shearbench-cli train --network deterministic --recipe paper --data /data/g.h5");
}

TEST(TrainingCommand, NamesADocumentWhereOptionsDoNotSuffice) {
    Experiment experiment;
    experiment.data.file = "/data/g.h5";
    experiment.data.testFraction = 0.2;
    EXPECT_EQ(trainingCommand(experiment), "shearbench-cli train experiment.json");
}

TEST(TrainingCommand, LeavesOutWhatIsFound) {
    Experiment experiment;
    experiment.data.file = "/data/g.h5";
    const std::string usual = trainingCommand(experiment);
    experiment.data.checksum = "abc";
    experiment.data.normalisationScale = {1, 2, 3};
    experiment.provenance.version = "1.0";
    EXPECT_EQ(trainingCommand(experiment), usual);
}

}  // namespace
}  // namespace shearbench
