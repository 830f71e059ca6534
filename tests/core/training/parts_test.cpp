// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <limits>
#include <set>

#include "core/data/hdf5.h"
#include "core/files.h"
#include "core/training/divergence.h"
#include "core/training/loss_curve.h"
#include "core/training/pace.h"
#include "core/training/prepare.h"
#include "core/training/snapshot_board.h"
#include "tests/support/expect_error.h"
#include "tests/support/gaussian_galaxies.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::training {
namespace {

using test::expectError;

TEST(LossCurve, StaysBoundedAndCoversEverything) {
    LossCurve curve(100);
    curve.start({EpochRecord{.epoch = 1, .trainingLoss = 3}});
    for (int step = 1; step <= 100 * 1000; ++step)
        curve.add(1, 2, 1 + step / 100.0, 50);
    EXPECT_LT(curve.points().size(), LossCurve::kMost);
    EXPECT_GT(curve.points().size(), LossCurve::kMost / 4);
    EXPECT_LT(curve.points().front().epoch, 10);
    EXPECT_GT(curve.points().back().epoch, 990);
    for (std::size_t i = 1; i < curve.points().size(); ++i) {
        EXPECT_GT(curve.points()[i].epoch, curve.points()[i - 1].epoch);
        EXPECT_DOUBLE_EQ(curve.points()[i].loss, 2);
    }
}

TEST(LossCurve, HasSixteenPointsAnEpoch) {
    LossCurve curve(160);
    for (int step = 1; step <= 160; ++step)
        curve.add(1, step, step / 160.0, 50);
    ASSERT_EQ(curve.points().size(), 16u);
    EXPECT_DOUBLE_EQ(curve.points()[0].loss, 5.5);
    EXPECT_DOUBLE_EQ(curve.points()[15].epoch, 1);
}

TEST(LossCurve, IsTheSameFromWhatWasKept) {
    LossCurve curve(160);
    std::vector<EpochRecord> history;
    const auto train = [&](int from, int to) {
        for (int epoch = from; epoch < to; ++epoch) {
            for (int step = 1; step <= 160; ++step)
                curve.add(1, epoch + step, epoch + step / 160.0, 50);
            history.push_back(EpochRecord{.epoch = epoch + 1});
            history.back().losses = curve.pointsAfter(epoch);
            // As a run's files keep them.
            history.back() = epochRecordFromJson(toJsonLine(history.back()), "metrics.jsonl");
        }
        LossCurve again(160);
        again.start(history);
        return again;
    };
    EXPECT_EQ(train(0, 60).points(), curve.points());
    const LossCurve joined = train(60, 100);
    ASSERT_LT(curve.points().size(), 1600u);  // neighbours were joined
    EXPECT_LT(joined.points().size(), LossCurve::kMost);
    EXPECT_EQ(joined.points().back(), curve.points().back());
}

TEST(Divergence, ASpikeIsNoneButAStubbornLossIs) {
    const DivergenceGuard::Position position{3, 17, 0.01, 2};
    DivergenceGuard guard(-1);
    device::StepSummary calm{.steps = 8, .meanLoss = 0, .lastLoss = 0, .largestGradientNorm = 2};
    device::StepSummary high = calm;
    high.lastLoss = high.lastDataLoss = 1e7;
    high.largestGradientNorm = 1e9;
    for (int i = 0; i < 100; ++i) {
        guard.look(calm, position);
        guard.look(high, position);
    }
    for (int i = 0; i < 8; ++i)
        guard.look(high, position);
    expectError(
        ErrorKind::run,
        {"diverged in epoch 3 at step 17", "0.01", "1e+07", "1e+09", "best epoch, 2", "0.001"},
        [&] { guard.look(high, position); });
}

TEST(Divergence, SuggestsARoundRateAndQuotesAFiniteNorm) {
    DivergenceGuard guard(0);
    const DivergenceGuard::Position position{1, 4, 900, 0};
    device::StepSummary fine;
    fine.steps = 1;
    fine.finite = true;
    fine.largestGradientNorm = 8.5;
    guard.look(fine, position);
    device::StepSummary broken;
    broken.steps = 1;
    broken.finite = false;
    expectError(ErrorKind::run, {"gradient norm was 8.5", "learning rate of 90 or less"},
                [&] { guard.look(broken, position); });
}

TEST(Divergence, NamesTheStageAndAdvisesNothingThatIsInUse) {
    DivergenceGuard guard(0);
    device::StepSummary broken;
    broken.steps = 1;
    broken.finite = false;
    const auto said = [&](const DivergenceGuard::Position& position) {
        try {
            guard.look(broken, position);
        } catch (const Error& error) {
            return std::string(error.what()) + " " + error.remedy();
        }
        return std::string();
    };
    const std::string flow = said({2, 4, 1e-3, 1, "flow", true, false});
    EXPECT_NE(flow.find("Training the flow diverged in epoch 2"), std::string::npos) << flow;
    EXPECT_NE(flow.find("Go on with a flow learning rate of 0.0001 or less."), std::string::npos)
        << flow;
    const std::string plain = said({2, 4, 1e-3, 1});
    EXPECT_NE(plain.find("or less, with gradient clipping, or with the recipe \"stable\"."),
              std::string::npos)
        << plain;
    EXPECT_EQ(said({2, 4, 1e-3, 1, "", true, true}).find("clipping"), std::string::npos);
}

TEST(Divergence, NothingThatIsNotFinitePasses) {
    DivergenceGuard guard(0);
    const DivergenceGuard::Position first{1, 4, 0.5, 0};
    device::StepSummary broken{.steps = 1, .largestGradientNorm = 3, .finite = false};
    expectError(ErrorKind::run, {"epoch 1", "step 4", "not finite", "Start again", "0.05"},
                [&] { guard.look(broken, first); });
    expectError(ErrorKind::run, {"validation"},
                [&] { guard.lookAtValidation(std::numeric_limits<double>::quiet_NaN(), first); });
    const float parameters[] = {1, std::numeric_limits<float>::infinity()};
    expectError(ErrorKind::run, {"parameters"}, [&] { guard.lookAtParameters(parameters, first); });
}

TEST(Pace, IsTheMedianOfTheLaps) {
    Pace pace;
    EXPECT_EQ(pace.secondsPerStep(), 0);
    EXPECT_EQ(pace.imagesPerSecond(), 0);
    pace.start();
    EXPECT_GE(pace.lap(10, 80), 0);
    EXPECT_GT(pace.secondsPerStep(), 0);
    EXPECT_GT(pace.imagesPerSecond(), 0);
}

TEST(SnapshotBoard, HangsOutCopies) {
    SnapshotBoard board;
    EXPECT_EQ(board.latest()->version, 0u);
    board.draft().epoch = 4;
    EXPECT_EQ(board.latest()->epoch, 0);
    board.publish();
    const auto seen = board.latest();
    EXPECT_EQ(seen->epoch, 4);
    EXPECT_EQ(seen->version, 1u);
    board.draft().epoch = 5;
    board.publish();
    EXPECT_EQ(seen->epoch, 4);
    EXPECT_EQ(board.latest()->version, 2u);
}

TEST(PrepareData, CompletesTheExperimentAndSplitsByGroup) {
    const auto source = test::gaussianGalaxies(100);
    for (std::size_t row = 0; row < 100; ++row)
        source->columns["id"].push_back(static_cast<double>(row / 4));
    source->schemaToChange().group = "id";
    source->images[20 * 256] = std::numeric_limits<float>::infinity();
    source->columns["e1"][30] = std::nan("");
    const PreparedData data = prepareData({}, source);
    EXPECT_EQ(data.experiment.data.group, "id");
    EXPECT_EQ(data.experiment.data.targets[2], "redshift");
    EXPECT_EQ(data.experiment.data.normalisationScale, std::vector<double>{1});
    EXPECT_EQ(data.notes.size(), 2u);
    std::set<std::int64_t> rows, groups;
    for (const auto* side : {&data.split.training, &data.split.validation, &data.split.test}) {
        std::set<std::int64_t> here;
        for (const std::int64_t row : *side) {
            rows.insert(row);
            here.insert(row / 4);
        }
        for (const std::int64_t group : here)
            EXPECT_TRUE(groups.insert(group).second) << group << " is on two sides";
    }
    EXPECT_EQ(rows.size(), 98u);
    EXPECT_FALSE(rows.contains(20) || rows.contains(30));
}

TEST(PrepareData, SaysWhatDoesNotFit) {
    const auto source = test::gaussianGalaxies(20);
    Experiment experiment;
    experiment.training.batch = 100;
    expectError(ErrorKind::usage, {"16", "100"}, [&] { prepareData(experiment, source); });
    experiment = {};
    experiment.data.normalisationScale = {1, 2};
    expectError(ErrorKind::usage, {"2", "1 bands"}, [&] { prepareData(experiment, source); });
    experiment = {};
    experiment.network.preset = "other";
    expectError(ErrorKind::usage, {"other"}, [&] { prepareData(experiment, source); });
    expectError(ErrorKind::usage, {"multiples of 16"},
                [&] { prepareData({}, test::gaussianGalaxies(20, 24)); });
    expectError(ErrorKind::usage, {"file"}, [&] { prepareData({}); });
    experiment = {};
    experiment.data.file = "/nowhere/a.h5";
    expectError(ErrorKind::data, {"/nowhere/a.h5"}, [&] { prepareData(experiment); });
}

TEST(PrepareData, OpensAFileAndKnowsItAgain) {
    const std::filesystem::path file = SHEARBENCH_SHARED_DIR "/data/galsim_lsst_isolated.h5";
    if (!std::filesystem::exists(file))
        GTEST_SKIP() << "The reference cutouts " << file << " are not here.";
    Experiment experiment;
    experiment.data.file = file;
    PreparedData data = prepareData(experiment);
    EXPECT_EQ(data.experiment.data.checksum, quickChecksum(file));
    EXPECT_EQ(data.experiment.data.normalisationScale.size(), 6u);
    EXPECT_EQ(data.split.training.size() + data.split.validation.size() + data.split.test.size(),
              1800u);
    const PreparedData again = prepareData(data.experiment);
    EXPECT_EQ(again.experiment, data.experiment);
    EXPECT_EQ(again.split.training, data.split.training);
    data.experiment.data.checksum = "0123456789abcdef";
    expectError(ErrorKind::data, {"galsim_lsst_isolated.h5", "0123456789abcdef"},
                [&] { prepareData(data.experiment); });
}

}  // namespace
}  // namespace shearbench::training
