// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/cpu_device.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "core/device/cpu/compiled_network.h"
#include "core/device/cpu/isa.h"
#include "core/device/cpu/session.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "core/random.h"
#include "tests/core/device/device_testing.h"

namespace shearbench::device::cpu {
namespace {

using network::LossKind;
using network::Network;

const Network kDeterministic = network::makePreset("deterministic", {6, 64, 64});

std::vector<float> normals(std::size_t count, std::uint64_t index) {
    RandomStream stream(7, StreamPurpose::latent, index);
    std::vector<float> values(count);
    for (float& value : values)
        value = static_cast<float>(stream.normal());
    return values;
}

TEST(Isa, IsNoWiderThanTheEnvironmentAllows) {
    const char* wish = std::getenv("SHEARBENCH_ISA");
    if (!wish)
        GTEST_SKIP() << "SHEARBENCH_ISA is not set: the widest there is.";
    EXPECT_LE(isa(), std::string(wish) == "baseline" ? Isa::baseline
                     : std::string(wish) == "avx2"   ? Isa::avx2
                                                     : Isa::avx512);
    EXPECT_EQ(makeCpuDevice()->info().instructionSet, isaName());
}

TEST(CompiledNetwork, SaysWhereWinogradIsUsed) {
    const std::string text = CompiledNetwork(kDeterministic, 8).describe();
    for (const char* line :
         {"conv3: Winograd", "conv5: Winograd", "conv7: Winograd", "conv4: direct"})
        EXPECT_NE(text.find(line), std::string::npos) << text;
}

TEST(CompiledNetwork, TakesTheDefinitionWhereTilesAreFew) {
    const Network small = network::makePreset("deterministic", {6, 32, 32});
    const std::string text = CompiledNetwork(small, 1).describe();
    EXPECT_NE(text.find("conv5: Winograd"), std::string::npos) << text;
    EXPECT_NE(text.find("conv7: direct"), std::string::npos) << text;
}

/// What an update does not write of them is written when it is asked for.
TEST(CpuSession, KeepsTheGradientsOfBayesianWeightsThroughUpdatesAndPredictions) {
    const Network network = network::makeBayesian({3, 16, 16}, {4, 4, 8, 8});
    const std::vector<float> images = normals(2 * network.input().count(), 1);
    const std::vector<float> targets = normals(2 * network.targetCount(), 2);
    const auto gradients = [&](bool update) {
        const auto session = makeCpuDevice()->compile(network, {.batch = 2, .threads = 2});
        session->setParameters(network::initialParameters(network, 1));
        StepSettings settings;
        settings.weightKl = 0.1;
        settings.update = update;
        session->step(images, targets, settings);
        std::vector<float> outputs(2 * network.output().count());
        if (update) {
            session->predict(images, outputs);
            session->drawWeights(1, 0);
            session->predict(images, outputs);
        }
        return gradientsOf(*session);
    };
    const std::vector<float> expected = gradients(false);
    expectTensorsAgree(network, gradients(true),
                       std::vector<double>(expected.begin(), expected.end()), 1e-6, "gradient");
}

/// A session of the network with random parameters after three steps on random images.
std::unique_ptr<Session> trained(const Network& network, int batch, int threads) {
    SessionOptions options;
    options.batch = batch;
    options.threads = threads;
    std::unique_ptr<Session> session = makeCpuDevice()->compile(network, options);
    session->setParameters(network::initialParameters(network, 3));
    for (std::uint64_t step = 0; step < 3; ++step)
        session->step(normals(batch * network.input().count(), 2 * step),
                      normals(batch * network.targetCount(), 2 * step + 1), {});
    return session;
}

TEST(CpuSession, RepeatsItselfBitForBit) {
    for (int threads : {1, 2})
        EXPECT_EQ(parametersOf(*trained(kDeterministic, 3, threads)),
                  parametersOf(*trained(kDeterministic, 3, threads)));
}

TEST(CpuSession, ThreadsChangeRoundingOnly) {
    const std::vector<float> one = parametersOf(*trained(kDeterministic, 3, 1));
    const std::vector<float> two = parametersOf(*trained(kDeterministic, 3, 2));
    const std::vector<double> expected(one.begin(), one.end());
    expectTensorsAgree(kDeterministic, two, expected, 1e-2, "parameters");
}

TEST(CpuSession, PredictsAnyNumberOfImages) {
    const std::unique_ptr<Session> session = trained(kDeterministic, 4, 2);
    const std::vector<float> images = normals(9 * kDeterministic.input().count(), 20);
    const std::vector<float> together = predictionsOf(*session, images);
    const std::size_t size = kDeterministic.input().count();
    for (std::size_t n = 0; n < 9; ++n) {
        const std::vector<float> alone =
            predictionsOf(*session, std::span(images).subspan(n * size, size));
        for (std::size_t i = 0; i < 9; ++i)
            EXPECT_NEAR(alone[i], together[n * 9 + i], 1e-5) << "image " << n;
    }
    EXPECT_TRUE(predictionsOf(*session, {}).empty());
}

TEST(CpuSession, PredictsWithThePresentWeights) {
    const Network upwards = Network("upwards", {16, 8, 8})
                                .transposedConvolution("a", 32, 2)
                                .prelu("b")
                                .transposedConvolution("c", 16, 1)
                                .loss(LossKind::halfSquaredError);
    for (const Network& network : {kDeterministic, upwards}) {
        const std::unique_ptr<Session> session = trained(network, 2, 1);
        const std::vector<float> images = normals(2 * network.input().count(), 50);
        const std::vector<float> before = predictionsOf(*session, images);
        session->step(images, normals(2 * network.targetCount(), 51), {});
        const std::vector<float> after = predictionsOf(*session, images);
        EXPECT_NE(after, before);
        const std::unique_ptr<Session> fresh = trained(network, 2, 1);
        fresh->setParameters(parametersOf(*session));
        EXPECT_EQ(predictionsOf(*fresh, images), after);
    }
}

TEST(CpuSession, PredictionDoesNotDisturbTraining) {
    const auto run = [&](bool predict) {
        const std::unique_ptr<Session> session = trained(kDeterministic, 3, 1);
        const std::vector<float> gradients = gradientsOf(*session);
        if (predict) {
            predictionsOf(*session, normals(2 * kDeterministic.input().count(), 30));
            EXPECT_EQ(gradientsOf(*session), gradients);
        }
        session->step(normals(3 * kDeterministic.input().count(), 31),
                      normals(3 * kDeterministic.targetCount(), 32), {});
        return parametersOf(*session);
    };
    EXPECT_EQ(run(true), run(false));
}

TEST(CpuSession, TakesInfiniteAndHugeInputsWithoutCrashing) {
    SessionOptions options;
    options.batch = 2;
    const std::unique_ptr<Session> session = makeCpuDevice()->compile(kDeterministic, options);
    session->setParameters(network::initialParameters(kDeterministic, 3));
    std::vector<float> images = normals(2 * kDeterministic.input().count(), 1);
    images[5] = 7e5f;
    StepSettings settings;
    settings.update = false;
    session->step(images, normals(6, 2), settings);
    EXPECT_TRUE(session->takeSummary().finite);
    images[6] = std::numeric_limits<float>::infinity();
    session->step(images, normals(6, 2), settings);
    EXPECT_FALSE(session->takeSummary().finite);
}

TEST(CpuSession, ProfilesStepsThatTrain) {
    const std::unique_ptr<Session> profiled = trained(kDeterministic, 3, 2);
    const std::unique_ptr<Session> stepped = trained(kDeterministic, 3, 2);
    const std::vector<float> images = normals(3 * kDeterministic.input().count(), 40);
    const std::vector<float> targets = normals(3 * kDeterministic.targetCount(), 41);
    const Profile profile = profiled->profile(images, targets, {}, 2);
    for (int i = 0; i < 2; ++i)
        stepped->step(images, targets, {});
    EXPECT_EQ(parametersOf(*profiled), parametersOf(*stepped));

    EXPECT_EQ(profile.steps, 2);
    EXPECT_EQ(profile.threads, 2);
    EXPECT_GT(profile.stepSeconds, 0);
    double forward = 0, all = 0;
    for (const ProfileItem& item : profile.items) {
        EXPECT_FALSE(item.name.empty());
        EXPECT_GE(item.seconds, 0);
        forward += item.phase == ProfilePhase::forward ? item.operations : 0;
        all += item.operations;
    }
    EXPECT_DOUBLE_EQ(forward, 3 * 2.0 * static_cast<double>(kDeterministic.multiplyAdds()));
    EXPECT_GT(all, 2.5 * forward);
    EXPECT_THROW(profiled->profile(images, targets, {}, 0), Error);
}

TEST(CpuDevice, PlansWhatItAllocates) {
    SessionOptions options;
    options.batch = 8;
    const auto device = makeCpuDevice();
    const MemoryPlan plan = device->plan(kDeterministic, options);
    const auto session = device->compile(kDeterministic, options);
    EXPECT_EQ(plan.total(), session->memoryPlan().total());
    EXPECT_GE(plan.of(MemoryUse::parameters), 2 * 4 * kDeterministic.trainableCount());
    EXPECT_GE(plan.of(MemoryUse::optimiser), 2 * 4 * kDeterministic.trainableCount());
    options.memoryCapBytes = plan.total() - 1;
    EXPECT_THROW(device->compile(kDeterministic, options), Error);
    options.memoryCapBytes = plan.total();
    EXPECT_NO_THROW(device->compile(kDeterministic, options));
}

TEST(CpuDevice, RefusesWhatNoComputerCanAddress) {
    const Network huge = Network("huge", {64, 30000, 30000})
                             .convolution("a", 30000, 1)
                             .loss(LossKind::halfSquaredError);
    SessionOptions options;
    options.batch = 1 << 30;
    EXPECT_THROW(makeCpuDevice()->plan(huge, options), Error);
}

}  // namespace
}  // namespace shearbench::device::cpu
