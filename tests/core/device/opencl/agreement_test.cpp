// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/device/opencl/session.h"
#include "core/device/registry.h"
#include "core/network/presets.h"
#include "core/random.h"
#include "tests/core/device/device_testing.h"

// Long runs: what a suite of a few steps does not show.

namespace shearbench::device {
namespace {

constexpr network::GenerativeSizes kSmallFlow = {.latent = 7, .flowLayers = 3, .flowHidden = 19};

/// Images whose targets can be learnt from them: the mean of a band, and two differences.
struct Batch {
    std::vector<float> images, targets;
};

Batch makeBatch(const network::Network& network, int batch, std::uint64_t index) {
    RandomStream stream(7, StreamPurpose::simulation, index);
    const std::size_t pixels =
        static_cast<std::size_t>(network.input().height) * network.input().width;
    Batch made;
    for (int image = 0; image < batch; ++image) {
        const double mean = stream.normal(), across = stream.normal(), along = stream.normal();
        for (int band = 0; band < network.input().channels; ++band)
            for (std::size_t p = 0; p < pixels; ++p) {
                const double x =
                    static_cast<double>(p % network.input().width) / network.input().width - 0.5;
                made.images.push_back(static_cast<float>(mean + band * across * x + along * x * x +
                                                         0.3 * stream.normal()));
            }
        for (double target : {0.3 * mean, 0.3 * across, 0.1 * along})
            made.targets.push_back(static_cast<float>(target));
    }
    return made;
}

std::vector<double> lossesOf(const Device& device, const network::Network& network, int steps) {
    constexpr int kBatch = 4;
    SessionOptions options;
    options.batch = kBatch;
    options.threads = 1;
    const auto session = device.compile(network, options);
    // Slopes begin at 1, so that no activation's kink turns a difference in the last bit into one
    // of the whole gradient: followed from slopes of 0, two CPU devices part at such a step as
    // well.
    std::vector<float> start = network::initialParameters(network, 3);
    for (const network::Parameter& parameter : network.parameters())
        if (parameter.name.ends_with(".slope"))
            std::fill_n(start.begin() + static_cast<std::ptrdiff_t>(parameter.offset),
                        parameter.count, 1.0f);
    session->setParameters(start);
    StepSettings settings;
    settings.learningRate = 2e-4;
    std::vector<double> losses;
    for (int i = 0; i < steps; ++i) {
        const Batch batch = makeBatch(network, kBatch, static_cast<std::uint64_t>(i));
        session->step(batch.images, batch.targets, settings);
        losses.push_back(session->takeSummary().lastLoss);
    }
    return losses;
}

class OpenClTraining : public testing::TestWithParam<std::shared_ptr<const Device>> {};

TEST_P(OpenClTraining, GoesAsOnThePlainDeviceFor200Steps) {
    constexpr int kSteps = 200;
    const network::Network network = network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
    const std::vector<double> expected = lossesOf(*findDevice("eigen"), network, kSteps);
    const std::vector<double> found = lossesOf(*GetParam(), network, kSteps);
    for (int i = 0; i < kSteps; ++i)
        EXPECT_NEAR(found[i], expected[i], 1e-3 * (1 + std::fabs(expected[i]))) << "step " << i;
    EXPECT_LT(expected.back(), expected.front());
}

TEST_P(OpenClTraining, SummarySpansMoreStepsThanTheLogHolds) {
    const network::Network network = network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
    SessionOptions options;
    options.batch = 2;
    const auto session = GetParam()->compile(network, options);
    session->setParameters(network::initialParameters(network, 3));
    const Batch batch = makeBatch(network, 2, 0);
    StepSettings settings;
    settings.update = false;
    session->step(batch.images, batch.targets, settings);
    const double loss = session->takeSummary().lastLoss;
    for (int steps : {31, 32, 33, 64, 65, 150}) {
        for (int i = 0; i < steps; ++i)
            session->step(batch.images, batch.targets, settings);
        const StepSummary summary = session->takeSummary();
        EXPECT_EQ(summary.steps, steps);
        EXPECT_NEAR(summary.meanLoss, loss, 1e-9 * std::fabs(loss));
    }
}

TEST_P(OpenClTraining, AStepTakesFewLaunches) {
    const auto launches = [&](const network::Network& network) {
        SessionOptions options;
        options.batch = 2;
        const auto session = GetParam()->compile(network, options);
        const std::vector<float> images(2 * network.input().count(), 0.5f);
        const std::vector<float> targets(2 * network.targetCount(), 0.5f);
        session->step(images, targets, {});
        return dynamic_cast<opencl::OpenClSession&>(*session).launchesPerStep();
    };
    EXPECT_LE(launches(network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8})), 34);
    EXPECT_LE(launches(network::makeFlow(kSmallFlow)), 7);
    // The same layers between others: what has been learnt of them holds for any size.
    if (GetParam()->info().id.ends_with(":tiled"))
        return;
    EXPECT_LE(launches(network::makeBayesian({3, 16, 16}, {4, 4, 8, 8})), 35);
    EXPECT_LE(launches(network::makeVae({3, 16, 16}, {4, 4, 8, 8}, {.latent = 4, .hidden = 9})),
              79);
}

TEST_P(OpenClTraining, ProfilesEveryLaunchOfTheStepsItMakes) {
    const network::Network network = network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
    const Batch batch = makeBatch(network, 2, 0);
    const auto start = [&] {
        auto session = GetParam()->compile(network, {.batch = 2});
        session->setParameters(network::initialParameters(network, 3));
        return session;
    };
    const auto profiled = start(), stepped = start();
    const Profile found = profiled->profile(batch.images, batch.targets, {}, 3);
    for (int i = 0; i < 3; ++i)
        stepped->step(batch.images, batch.targets, {});
    EXPECT_EQ(parametersOf(*profiled), parametersOf(*stepped));
    EXPECT_EQ(profiled->takeSummary().meanLoss, stepped->takeSummary().meanLoss);

    EXPECT_EQ(found.steps, 3);
    EXPECT_EQ(found.batch, 2);
    EXPECT_EQ(found.launches, dynamic_cast<opencl::OpenClSession&>(*stepped).launchesPerStep());
    EXPECT_GE(found.launches, static_cast<int>(found.items.size()));
    double operations = 0, seconds = 0;
    std::set<ProfilePhase> phases;
    for (const ProfileItem& item : found.items) {
        EXPECT_FALSE(item.name.empty());
        EXPECT_FALSE(item.method.empty()) << item.name;
        EXPECT_GT(item.bytes, 0) << item.name << ' ' << item.method;
        operations += item.operations;
        seconds += item.seconds;
        phases.insert(item.phase);
    }
    EXPECT_EQ(phases.size(), 4u);
    EXPECT_GT(seconds, 0);
    EXPECT_LE(seconds, 2 * found.stepSeconds);
    // Forward once, backward twice, but for the first convolution's way back to the batch norm.
    EXPECT_NEAR(operations, 6.0 * 2 * static_cast<double>(network.multiplyAdds()),
                0.2 * operations);
    EXPECT_THROW(profiled->profile(batch.images, batch.targets, {}, 0), Error);
}

TEST_P(OpenClTraining, MoreSamplesThanAreMadeAtOnceAreThoseOfThePlainDevice) {
    const network::Network network = network::makeFlow(kSmallFlow);
    SessionOptions options;
    options.batch = 2;
    options.threads = 1;
    const std::vector<float> start = network::initialParameters(network, 3);
    RandomStream stream(7, StreamPurpose::simulation, 1);
    std::vector<float> base(network.input().count() * (2 * opencl::Flow::kSamples + 3));
    for (float& number : base)
        number = static_cast<float>(stream.normal());
    const auto samplesOf = [&](const Device& device) {
        const auto session = device.compile(network, options);
        session->setParameters(start);
        std::vector<float> samples(base.size(), kGarbage);
        session->invert(base, samples);
        return samples;
    };
    const std::vector<float> expected = samplesOf(*findDevice("eigen"));
    EXPECT_LE(relativeError(samplesOf(*GetParam()),
                            std::vector<double>(expected.begin(), expected.end())),
              1e-5);
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, OpenClTraining, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);

}  // namespace
}  // namespace shearbench::device
