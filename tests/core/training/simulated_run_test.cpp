// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/error.h"
#include "core/training/continuation.h"
#include "tests/core/training/small_run.h"
#include "tests/support/temporary_folder.h"

// Runs that simulate their galaxies while they train.

namespace shearbench::training {
namespace {

using test::TemporaryFolder;
using Kept = RunDirectory::Kept;

Experiment simulatedExperiment(const std::string& device) {
    Experiment experiment = smallExperiment(2, device);
    experiment.data.simulated.galaxies = 30;
    experiment.data.simulated.recipe.faintestR = 23;
    experiment.training.batch = 4;
    return experiment;
}

TEST(SimulatedRun, IsPreparedWithoutAFile) {
    const PreparedData data = prepareData(simulatedExperiment("cpu"));
    EXPECT_TRUE(data.source->changesWithEpoch());
    EXPECT_EQ(data.split.training.size() + data.split.validation.size() + data.split.test.size(),
              30u);
    EXPECT_EQ(data.experiment.data.normalisationScale.size(), 6u);
    EXPECT_TRUE(data.experiment.data.file.empty());
    EXPECT_TRUE(data.experiment.data.checksum.empty());
    // What was completed can be prepared again.
    EXPECT_EQ(prepareData(data.experiment).experiment, data.experiment);
}

TEST(SimulatedRun, StoppedAndResumedEndsTheSameBitForBit) {
    const TemporaryFolder folder;
    const PreparedData data = prepareData(simulatedExperiment("cpu"));
    const RunDirectory whole = makeRun(folder / "whole", data);
    makeTrainer(data, whole).run();

    const RunDirectory run = makeRun(folder / "run", data);
    for (const std::int64_t stopAt : {2, 8}) {
        Trainer trainer = makeTrainer(data, run);
        Running running(trainer);
        running.until([&](const Snapshot& s) {
            return s.epoch * 6 + s.step >= stopAt || s.state == TrainingState::done;
        });
        trainer.stop();
        running.join();
    }
    makeTrainer(prepareData(RunDirectory::open(run.path()).experiment()), run).run();
    const Checkpoint expected = whole.loadCheckpoint(Kept::last),
                     found = run.loadCheckpoint(Kept::last);
    EXPECT_EQ(found.epoch, 2);
    EXPECT_TRUE(found.parameters == expected.parameters);
    EXPECT_TRUE(found.optimiser.secondMoment == expected.optimiser.secondMoment);
}

TEST(SimulatedRun, GoesOnWithItsOwnGalaxiesOnly) {
    const TemporaryFolder folder;
    const PreparedData data = prepareData(simulatedExperiment("cpu"));
    const RunDirectory run = makeRun(folder / "run", data);
    Experiment other = run.experiment();
    EXPECT_EQ(continuation(run, other, Kept::last).data, run.experiment().data);
    other.data.simulated.seed = 2;
    EXPECT_THROW(continuation(run, other, Kept::last), Error);
}

}  // namespace
}  // namespace shearbench::training
