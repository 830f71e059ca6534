// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/parallel_device.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/device/registry.h"
#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"
#include "tests/reference/example.h"
#include "tests/support/expect_error.h"

// The batch of every device under test shared with "cpu", against the plain device alone.

namespace shearbench::device {
namespace {

using reference::Example;
using reference::toDouble;

constexpr int kBatch = 5;

network::Network small(const std::string& preset) {
    if (preset == "bayesian")
        return network::makeBayesian({3, 16, 16}, {4, 4, 8, 8});
    if (preset == "vae")
        return network::makeVae({3, 16, 16}, {4, 4, 8, 8}, {.latent = 4, .hidden = 9});
    if (preset == "flow")
        return network::makeFlow({.latent = 7, .flowLayers = 3, .flowHidden = 19});
    return network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
}

/// Slopes of 1, so that no rounding at a kink turns into a difference of whole gradients.
Example exampleWithoutKinks(const network::Network& network) {
    Example example = reference::makeExample(network, kBatch, 4);
    for (const network::Parameter& tensor : network.parameters())
        if (tensor.name.ends_with(".slope"))
            std::fill_n(example.parameters.begin() + static_cast<std::ptrdiff_t>(tensor.offset),
                        tensor.count, 1.0f);
    return example;
}

class ParallelTraining : public testing::TestWithParam<std::shared_ptr<const Device>> {
  protected:
    std::unique_ptr<Session> together(const network::Network& network, int batch = kBatch) const {
        return makeParallelDevice({findDevice("cpu"), GetParam()})
            ->compile(network, {.batch = batch, .threads = 1});
    }
    static std::unique_ptr<Session> alone(const network::Network& network) {
        return findDevice("eigen")->compile(network, {.batch = kBatch, .threads = 1});
    }
};

TEST_P(ParallelTraining, StepsAsOneDeviceDoes) {
    for (const char* preset : {"deterministic", "bayesian", "vae", "flow"}) {
        SCOPED_TRACE(preset);
        const network::Network network = small(preset);
        const Example example = exampleWithoutKinks(network);
        const auto found = together(network), expected = alone(network);
        StepSettings settings;
        settings.weightKl = 1e-3;
        settings.latentKl = 0.3;
        settings.clipNorm = 0.5;
        settings.noise.seed = 9;
        for (Session* session : {found.get(), expected.get()})
            session->setParameters(example.parameters);
        for (int step = 0; step < 3; ++step) {
            settings.noise.step = step;
            // Numbers from the stream, then given ones.
            if (step == 2)
                settings.noise.given = example.noise;
            for (Session* session : {found.get(), expected.get()})
                session->step(example.images, example.targets, settings);
            expectTensorsAgree(network, gradientsOf(*found), toDouble(gradientsOf(*expected)), 2e-4,
                               "gradient");
        }
        expectTensorsAgree(network, parametersOf(*found), toDouble(parametersOf(*expected)), 1e-3,
                           "values");
        const StepSummary a = found->takeSummary(), b = expected->takeSummary();
        EXPECT_EQ(a.steps, 3);
        EXPECT_NEAR(a.meanLoss, b.meanLoss, 1e-4 * std::fabs(b.meanLoss));
        EXPECT_NEAR(a.meanDataLoss, b.meanDataLoss, 1e-4 * std::fabs(b.meanDataLoss));
        EXPECT_NEAR(a.meanKl, b.meanKl, 1e-4 * std::fabs(b.meanKl));
        EXPECT_NEAR(a.largestGradientNorm, b.largestGradientNorm, 1e-4 * b.largestGradientNorm);
    }
}

TEST_P(ParallelTraining, PredictsAndSamplesAsOneDeviceDoes) {
    const network::Network bayesian = small("bayesian"), flow = small("flow");
    const Example example = exampleWithoutKinks(bayesian);
    const auto found = together(bayesian), expected = alone(bayesian);
    const std::vector<float> images = reference::makeExample(bayesian, 13, 2).images;
    for (Session* session : {found.get(), expected.get()}) {
        session->setParameters(example.parameters);
        session->step(example.images, example.targets, {});
    }
    EXPECT_LE(
        relativeError(predictionsOf(*found, images), toDouble(predictionsOf(*expected, images))),
        1e-4);
    for (Session* session : {found.get(), expected.get()})
        session->drawWeights(3, 1);
    EXPECT_LE(
        relativeError(predictionsOf(*found, images), toDouble(predictionsOf(*expected, images))),
        1e-4);
    const Example base = reference::makeExample(flow, 11, 3);
    std::vector<float> samples[2];
    const auto flows = {together(flow), alone(flow)};
    std::size_t i = 0;
    for (const auto& session : flows) {
        session->setParameters(base.parameters);
        samples[i].resize(base.images.size(), kGarbage);
        session->invert(base.images, samples[i++]);
    }
    EXPECT_LE(relativeError(samples[0], toDouble(samples[1])), 1e-4);
}

TEST_P(ParallelTraining, LeavesDevicesIdleThatGetNoImage) {
    const network::Network network = small("deterministic");
    const auto session = together(network, 1);
    EXPECT_EQ(session->batch(), 1);
    const Example example = reference::makeExample(network, 1, 4);
    session->setParameters(example.parameters);
    session->step(example.images, example.targets, {});
    EXPECT_TRUE(session->takeSummary().finite);
}

TEST(ParallelDevice, IsFoundByItsParts) {
    const auto device = findDevice("cpu+eigen");
    EXPECT_EQ(device->info().id, "cpu+eigen");
    EXPECT_EQ(device->info().computeUnits, 2 * findDevice("cpu")->info().computeUnits);
    test::expectError(ErrorKind::device, {"nothing", "eigen"}, [] { findDevice("cpu+nothing"); });
    test::expectError(ErrorKind::usage, {"no device"}, [] { makeParallelDevice({}); });
}

TEST(ParallelDevice, RefusesBatchNormInside) {
    network::Network inside("inside", {3, 8, 8});
    inside.convolution("conv", 4, 1).batchNorm("norm").loss(network::LossKind::halfSquaredError);
    test::expectError(ErrorKind::device, {"norm"},
                      [&] { findDevice("cpu+eigen")->plan(inside, {}); });
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, ParallelTraining, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);

}  // namespace
}  // namespace shearbench::device
