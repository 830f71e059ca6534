// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>

#include "core/data/hdf5.h"
#include "core/data/loader.h"
#include "core/files.h"
#include "core/model/generated_file.h"
#include "core/training/generative_sequence.h"
#include "core/training/trained_network.h"
#include "tests/core/training/small_run.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

// The generative experiment on small images: autoencoder, flow and galaxies one after the other,
// and however it is interrupted, the same galaxies.

namespace shearbench::training {
namespace {

using test::expectError;
using test::TemporaryFolder;

constexpr std::int64_t kMade = 200;

Experiment generativeExperiment() {
    Experiment experiment = smallExperiment(2, "cpu", 2);
    choosePreset(experiment, "generative");
    experiment.generative.flowBatch = 64;
    experiment.generative.flowEpochs = 2;
    experiment.generative.flowDraws = 2;
    experiment.generative.count = kMade;
    return experiment;
}

std::vector<float> imagesOf(const std::filesystem::path& file) {
    return data::h5::File::open(file).read<float>("/images");
}

/// The galaxies of a run that nothing interrupted.
const std::vector<float>& uninterrupted() {
    static const std::vector<float> images = [] {
        const TemporaryFolder folder;
        const PreparedData data = smallData(generativeExperiment());
        const RunDirectory run = makeRun(folder / "run", data);
        makeTrainer(data, run).run();
        return imagesOf(run.path() / "generated.h5");
    }();
    return images;
}

TEST(Generative, TrainsBothNetworksAndMakesGalaxies) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(generativeExperiment());
    EXPECT_EQ(data.experiment.data.normalisation, "unit_asinh");
    ASSERT_EQ(data.experiment.data.normalisationScale.size(), 1u);
    EXPECT_NEAR(data.experiment.data.normalisationScale[0], 1, 0.2);
    const RunDirectory run = makeRun(folder / "run", data);
    Trainer trainer = makeTrainer(data, run);
    trainer.run();
    EXPECT_EQ(trainer.snapshot().state, TrainingState::done);
    EXPECT_EQ(trainer.snapshot().stage, "generation");
    const std::vector<EpochRecord> autoencoder = run.metrics();
    ASSERT_EQ(autoencoder.size(), 2u);
    EXPECT_LT(autoencoder[1].trainingLoss, autoencoder[0].trainingLoss);
    const RunDirectory flow = RunDirectory::open(flowFolder(run));
    EXPECT_EQ(flow.state(), "done");
    ASSERT_EQ(flow.metrics().size(), 2u);
    EXPECT_LT(flow.metrics()[1].trainingLoss, flow.metrics()[0].trainingLoss);

    const data::h5::File file = data::h5::File::open(run.path() / "generated.h5");
    EXPECT_EQ(file.info("/images").extents, (data::h5::Extents{kMade, 1, 16, 16}));
    EXPECT_EQ(file.info("/latent").extents, (data::h5::Extents{kMade, 32}));
    for (float value : file.read<float>("/images"))
        ASSERT_TRUE(std::isfinite(value));
    EXPECT_EQ(imagesOf(run.path() / "generated.h5"), uninterrupted());
}

/// What the mean of the training images costs on those of validation.
double lossOfTheMeanImage(const PreparedData& data) {
    const data::Normalisation normalisation{
        data::normalisationKind(data.experiment.data.normalisation),
        data.experiment.data.normalisationScale};
    const std::size_t size = data::imageSize(data.source->schema());
    const std::vector<float> seen =
        data::readNormalised(*data.source, data.split.training, normalisation);
    const std::vector<float> kept =
        data::readNormalised(*data.source, data.split.validation, normalisation);
    std::vector<double> mean(size);
    for (std::size_t i = 0; i < seen.size(); ++i)
        mean[i % size] += seen[i] / static_cast<double>(data.split.training.size());
    double sum = 0;
    for (std::size_t i = 0; i < kept.size(); ++i)
        sum += std::pow(kept[i] - mean[i % size], 2);
    return sum / static_cast<double>(data.split.validation.size());
}

TEST(Generative, TheAutoencoderLearnsMoreThanTheMeanImage) {
    const TemporaryFolder folder;
    Experiment experiment = generativeExperiment();
    applyRecipe(experiment, "stable");
    experiment.training.epochs = 40;
    experiment.generative.flowEpochs = 1;
    experiment.generative.count = 0;
    const PreparedData data = smallData(experiment);
    const double enough = 0.9 * lossOfTheMeanImage(data);
    Trainer trainer = makeTrainer(data, makeRun(folder / "run", data));
    Running running(trainer);
    EXPECT_TRUE(running.until([&](const Snapshot& s) {
        const bool over = s.stage == "flow" || s.state == TrainingState::failed;
        return over || (!s.history.empty() && s.history.back().validationLoss < enough);
    }));
    const Snapshot last = trainer.snapshot();
    ASSERT_EQ(last.stage, "autoencoder") << "40 epochs were not enough";
    ASSERT_FALSE(last.history.empty());
    EXPECT_LT(last.history.back().validationLoss, enough);
}

TEST(Generative, AnyPartOfASampleIsTheSame) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(generativeExperiment());
    const RunDirectory run = makeRun(folder / "run", data);
    expectError(ErrorKind::data, {"no flow yet"},
                [&] { makeGenerator(run, *device::findDevice("cpu"), 1); });
    makeTrainer(data, run).run();
    expectError(ErrorKind::usage, {"vae", "no posteriors", "generate"},
                [&] { makePredictor(loadTrainedNetwork(run), *device::findDevice("cpu"), 1); });
    model::Generator generator = makeGenerator(run, *device::findDevice("cpu"), 2);
    const std::size_t size = generator.imageCount();
    std::vector<float> few(3 * size), cold(3 * size);
    generator.generate(1, 100, few);
    for (std::size_t i = 0; i < few.size(); ++i)
        EXPECT_NEAR(few[i], uninterrupted()[100 * size + i], 1e-3f * std::fabs(few[i]) + 1e-4f);
    generator.generate(1, 100, cold, 0);
    for (std::size_t i = 0; i < size; ++i)
        EXPECT_FLOAT_EQ(cold[i], cold[size + i]);

    model::GenerationRequest request;
    request.count = 300;
    request.seed = 9;
    request.schema = data.source->schema();
    int chunks = 0;
    const auto once = [&](const model::GenerationProgress& progress) {
        EXPECT_EQ(progress.count, 300);
        return ++chunks > 1;
    };
    {
        const FileLock other(folder / "some.h5.partial");
        expectError(ErrorKind::run, {"some.h5", "already"},
                    [&] { model::writeGenerated(generator, request, folder / "some.h5", once); });
    }
    EXPECT_FALSE(model::writeGenerated(generator, request, folder / "some.h5", once));
    EXPECT_FALSE(std::filesystem::exists(folder / "some.h5"));
    EXPECT_TRUE(model::writeGenerated(generator, request, folder / "some.h5", once));
    EXPECT_EQ(chunks, 3);
    EXPECT_FALSE(std::filesystem::exists(folder / "some.h5.partial"));
    EXPECT_FALSE(std::filesystem::exists(folder / "some.h5.progress"));
    EXPECT_TRUE(model::writeGenerated(generator, request, folder / "whole.h5", {}));
    EXPECT_EQ(imagesOf(folder / "some.h5"), imagesOf(folder / "whole.h5"));
}

TEST(Generative, ShowsReconstructionsAndThenGalaxiesWhileTraining) {
    const TemporaryFolder folder;
    Experiment experiment = generativeExperiment();
    experiment.generative.flowEpochs = 40;
    const PreparedData data = smallData(experiment);
    const RunDirectory run = makeRun(folder / "run", data);
    EXPECT_FALSE(flowOf(run));
    Trainer trainer = makeTrainer(data, run);
    trainer.watch({9, 7, 2}, 1000);
    std::shared_ptr<const WatchedImages> reconstructed, generated;
    {
        Running running(trainer);
        ASSERT_TRUE(running.until([&](const Snapshot& s) {
            if (s.images && !s.images->rows.empty())
                reconstructed = s.images;
            if (s.images && s.images->rows.empty())
                generated = s.images;
            return generated != nullptr || s.state == TrainingState::failed;
        }));
    }
    const std::size_t size = data::imageSize(data.source->schema());
    ASSERT_TRUE(reconstructed && generated);
    EXPECT_EQ(reconstructed->rows, (std::vector<std::int64_t>{9, 7, 2}));
    EXPECT_EQ(reconstructed->pixels.size(), 3 * size);
    EXPECT_EQ(generated->count, 3);
    EXPECT_EQ(generated->pixels.size(), 3 * size);
    for (const float value : generated->pixels)
        ASSERT_TRUE(std::isfinite(value));
    ASSERT_TRUE(flowOf(run));
    // Watching changes nothing.
    Experiment same = generativeExperiment();
    const PreparedData again = smallData(same);
    const RunDirectory watched = makeRun(folder / "watched", again);
    Trainer other = makeTrainer(again, watched);
    other.watch({0, 3, 5}, 1000);
    other.run();
    EXPECT_EQ(imagesOf(watched.path() / "generated.h5"), uninterrupted());
}

TEST(Generative, RefusesOtherRunsAndNormalisations) {
    const TemporaryFolder folder;
    Experiment experiment = generativeExperiment();
    experiment.data.normalisation = "asinh";
    expectError(ErrorKind::usage, {"data.normalisation", "tanh_asinh"}, [&] { check(experiment); });
    const PreparedData data = smallData();
    const RunDirectory run = makeRun(folder / "run", data);
    expectError(ErrorKind::usage, {"only a generative one"},
                [&] { makeGenerator(run, *device::findDevice("cpu"), 1); });
    choosePreset(experiment, "generative");
    EXPECT_EQ(experimentFromJson(toJson(experiment), "test"), experiment);
}

/// Not a test: what the next one starts as a program of its own, to kill it.
TEST(Generative, DISABLED_RunsInAChild) {
    const char* path = std::getenv("SHEARBENCH_TEST_RUN");
    ASSERT_TRUE(path);
    makeTrainer(smallData(generativeExperiment()), RunDirectory::open(path)).run();
}

/// Epochs that were finished before are not trained once more.
void expectKept(std::vector<EpochRecord>& before, std::vector<EpochRecord> now) {
    ASSERT_GE(now.size(), before.size());
    EXPECT_TRUE(std::equal(before.begin(), before.end(), now.begin()));
    before = std::move(now);
}

TEST(Generative, KilledInEveryStageMakesTheSameGalaxies) {
    const TemporaryFolder folder;
    const PreparedData data = smallData(generativeExperiment());
    const RunDirectory run = makeRun(folder / "run", data);
    const std::filesystem::path signs[] = {run.path() / "metrics.jsonl",
                                           flowFolder(run) / "metrics.jsonl",
                                           run.path() / "generated.h5.progress"};
    const auto written = [](const std::filesystem::path& file) {
        std::error_code problem;
        const auto bytes = std::filesystem::file_size(file, problem);
        return !problem && bytes > 0;
    };
    std::vector<EpochRecord> epochs[2];
    for (const std::filesystem::path& sign : signs) {
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::setenv("SHEARBENCH_TEST_RUN", run.path().c_str(), 1);
            ::execl("/proc/self/exe", "tests", "--gtest_filter=Generative.DISABLED_RunsInAChild",
                    "--gtest_also_run_disabled_tests", "--gtest_brief=1", nullptr);
            ::_exit(127);
        }
        while (!written(sign) && ::waitpid(child, nullptr, WNOHANG) == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "ended before it could be killed: " << sign;
        expectKept(epochs[0], run.metrics());
        if (const auto flow = flowOf(run))
            expectKept(epochs[1], flow->metrics());
    }
    EXPECT_EQ(epochs[0].size(), 2u);
    EXPECT_EQ(epochs[1].size(), 2u);
    makeTrainer(data, run).run();
    expectKept(epochs[0], run.metrics());
    expectKept(epochs[1], flowOf(run)->metrics());
    EXPECT_EQ(imagesOf(run.path() / "generated.h5"), uninterrupted());
}

}  // namespace
}  // namespace shearbench::training
