// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/session.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "core/device/registry.h"
#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"
#include "tests/reference/example.h"
#include "tests/support/expect_error.h"

// What session.h and device.h promise beside the numbers, on every device.

namespace shearbench::device {
namespace {

using reference::Example;
using reference::makeExample;

class SessionContract : public testing::TestWithParam<std::shared_ptr<const Device>> {
  protected:
    static constexpr int kBatch = 3;

    std::unique_ptr<Session> compile(int threads = 1, int batch = kBatch) const {
        SessionOptions options;
        options.batch = batch;
        options.threads = threads;
        return GetParam()->compile(network_, options);
    }

    std::unique_ptr<Session> start(int threads = 1) const {
        auto session = compile(threads);
        session->setParameters(example_.parameters);
        return session;
    }

    void train(Session& session, int steps) const {
        for (int i = 0; i < steps; ++i)
            session.step(example_.images, example_.targets, settings_);
    }

    static StepSettings clipped() {
        StepSettings settings;
        settings.clipNorm = 0.5;
        return settings;
    }

    network::Network network_ = network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
    Example example_ = makeExample(network_, kBatch, 5);
    StepSettings settings_ = clipped();
};

void expectEqualStates(const Session& a, const Session& b) {
    EXPECT_EQ(parametersOf(a), parametersOf(b));
    EXPECT_EQ(gradientsOf(a), gradientsOf(b));
    const OptimiserState first = a.optimiserState(), second = b.optimiserState();
    EXPECT_EQ(first.firstMoment, second.firstMoment);
    EXPECT_EQ(first.secondMoment, second.secondMoment);
    EXPECT_EQ(first.updates, second.updates);
}

TEST_P(SessionContract, StartsAtZero) {
    const auto session = compile();
    EXPECT_EQ(session->batch(), kBatch);
    EXPECT_EQ(session->network().parameterCount(), network_.parameterCount());
    const std::vector<float> zeros(network_.parameterCount(), 0.0f);
    EXPECT_EQ(parametersOf(*session), zeros);
    EXPECT_EQ(gradientsOf(*session), zeros);
    const OptimiserState optimiser = session->optimiserState();
    EXPECT_EQ(optimiser.firstMoment, zeros);
    EXPECT_EQ(optimiser.secondMoment, zeros);
    EXPECT_EQ(optimiser.updates, 0);
    EXPECT_EQ(session->takeSummary().steps, 0);
    EXPECT_TRUE(session->takeSummary().finite);
}

TEST_P(SessionContract, GivesBackTheParametersItTook) {
    EXPECT_EQ(parametersOf(*start()), example_.parameters);
}

TEST_P(SessionContract, GivesBackTheOptimiserStateItTook) {
    const auto session = start();
    OptimiserState state;
    state.updates = 17;
    for (std::size_t i = 0; i < network_.parameterCount(); ++i) {
        state.firstMoment.push_back(0.001f * static_cast<float>(i));
        state.secondMoment.push_back(1e-6f * static_cast<float>(i + 1));
    }
    for (const network::Parameter& tensor : network_.parameters())
        if (!tensor.trainable) {
            std::fill_n(state.firstMoment.begin() + tensor.offset, tensor.count, 0.0f);
            std::fill_n(state.secondMoment.begin() + tensor.offset, tensor.count, 0.0f);
        }
    session->setOptimiserState(state);
    const OptimiserState found = session->optimiserState();
    EXPECT_EQ(found.firstMoment, state.firstMoment);
    EXPECT_EQ(found.secondMoment, state.secondMoment);
    EXPECT_EQ(found.updates, 17);
}

TEST_P(SessionContract, GoesOnFromARestoredStateBitForBit) {
    for (int threads : {1, 2}) {
        const auto whole = start(threads);
        train(*whole, 5);
        const auto half = start(threads);
        train(*half, 2);
        const auto rest = compile(threads);
        rest->setParameters(parametersOf(*half));
        rest->setOptimiserState(half->optimiserState());
        train(*rest, 3);
        expectEqualStates(*whole, *rest);
    }
}

TEST_P(SessionContract, RepeatsBitForBit) {
    for (int threads : {1, 2, 3}) {
        const auto first = start(threads), second = start(threads);
        train(*first, 4);
        train(*second, 4);
        expectEqualStates(*first, *second);
        EXPECT_EQ(first->takeSummary().meanLoss, second->takeSummary().meanLoss);
        const std::vector<float> images = makeExample(network_, 7, 9).images;
        EXPECT_EQ(predictionsOf(*first, images), predictionsOf(*second, images));
    }
}

TEST_P(SessionContract, SessionsSideBySideDoNotDisturbEachOther) {
    const auto alone = start();
    train(*alone, 2);
    const auto first = start(), second = start(2);
    for (int i = 0; i < 2; ++i) {
        train(*first, 1);
        train(*second, 1);
    }
    expectEqualStates(*alone, *first);
}

TEST_P(SessionContract, PredictionDoesNotDisturbTraining) {
    const auto plain = start(), predicting = start();
    const std::vector<float> images = makeExample(network_, 5, 9).images;
    for (int i = 0; i < 3; ++i) {
        train(*plain, 1);
        train(*predicting, 1);
        predictionsOf(*predicting, images);
    }
    expectEqualStates(*plain, *predicting);
    EXPECT_EQ(predicting->takeSummary().steps, 3);
}

TEST_P(SessionContract, AStepWithoutUpdateChangesNothingButGradients) {
    const auto session = start();
    train(*session, 2);
    session->takeSummary();
    const std::vector<float> parameters = parametersOf(*session);
    const OptimiserState optimiser = session->optimiserState();
    StepSettings look = settings_;
    look.update = false;
    session->step(example_.images, example_.targets, look);
    EXPECT_EQ(parametersOf(*session), parameters);
    EXPECT_EQ(session->optimiserState().firstMoment, optimiser.firstMoment);
    EXPECT_EQ(session->optimiserState().secondMoment, optimiser.secondMoment);
    EXPECT_EQ(session->optimiserState().updates, 2);
    EXPECT_EQ(session->takeSummary().steps, 1);
}

TEST_P(SessionContract, GradientsAreZeroWhereNotTrainable) {
    const auto session = start();
    train(*session, 1);
    const std::vector<float> gradients = gradientsOf(*session);
    const OptimiserState optimiser = session->optimiserState();
    for (const network::Parameter& tensor : network_.parameters())
        if (!tensor.trainable)
            for (std::size_t i = tensor.offset; i < tensor.offset + tensor.count; ++i) {
                EXPECT_EQ(gradients[i], 0) << tensor.name;
                EXPECT_EQ(optimiser.firstMoment[i], 0) << tensor.name;
                EXPECT_EQ(optimiser.secondMoment[i], 0) << tensor.name;
            }
}

TEST_P(SessionContract, SummarySpansTheStepsSinceTheLast) {
    const auto session = start();
    double sum = 0, largest = 0, last = 0;
    for (int i = 0; i < 3; ++i) {
        const auto single = start();
        train(*single, i);
        single->takeSummary();
        train(*single, 1);
        const StepSummary summary = single->takeSummary();
        EXPECT_EQ(summary.steps, 1);
        EXPECT_EQ(summary.meanLoss, summary.lastLoss);
        last = summary.lastLoss;
        sum += last;
        largest = std::max(largest, summary.largestGradientNorm);
    }
    train(*session, 3);
    const StepSummary summary = session->takeSummary();
    EXPECT_EQ(summary.steps, 3);
    EXPECT_DOUBLE_EQ(summary.meanLoss, sum / 3);
    EXPECT_EQ(summary.lastLoss, last);
    EXPECT_EQ(summary.largestGradientNorm, largest);
    EXPECT_TRUE(summary.finite);
    EXPECT_EQ(session->takeSummary().steps, 0);
}

TEST_P(SessionContract, ClippingThatIsNotNeededChangesNothing) {
    const auto wide = start(), without = start();
    StepSettings settings;
    without->step(example_.images, example_.targets, settings);
    settings.clipNorm = 1e9;
    wide->step(example_.images, example_.targets, settings);
    expectEqualStates(*wide, *without);
}

TEST_P(SessionContract, NotesWhatIsNotFinite) {
    const auto session = start();
    StepSettings look = settings_;
    look.update = false;
    std::vector<float> images = example_.images;
    images[10] = kGarbage;
    session->step(images, example_.targets, look);
    EXPECT_FALSE(session->takeSummary().finite);
    session->step(example_.images, example_.targets, look);
    EXPECT_TRUE(session->takeSummary().finite);
    std::vector<float> targets = example_.targets;
    targets[0] = std::numeric_limits<float>::infinity();
    session->step(example_.images, targets, look);
    session->step(example_.images, example_.targets, look);
    EXPECT_FALSE(session->takeSummary().finite);
}

TEST_P(SessionContract, ImagesMayBeReusedAtOnce) {
    const auto session = start(), other = start();
    train(*session, 2);
    for (int i = 0; i < 2; ++i) {
        std::vector<float> images = example_.images, targets = example_.targets;
        other->step(images, targets, settings_);
        std::fill(images.begin(), images.end(), kGarbage);
        std::fill(targets.begin(), targets.end(), kGarbage);
    }
    expectEqualStates(*session, *other);
}

TEST_P(SessionContract, RefusesArraysOfTheWrongSize) {
    const auto session = start();
    std::vector<float> parameters(network_.parameterCount() - 1);
    const auto expectRefused = [](const std::function<void()>& act) {
        test::expectError(ErrorKind::usage, {"deterministic"}, act);
    };
    expectRefused([&] { session->setParameters(parameters); });
    expectRefused([&] { session->parameters(parameters); });
    expectRefused([&] { session->gradients(parameters); });
    expectRefused([&] { session->setOptimiserState({parameters, parameters, 1}); });
    const std::span<const float> images = example_.images, targets = example_.targets;
    expectRefused([&] { session->step(images.first(5), targets, settings_); });
    expectRefused([&] { session->step(images, targets.first(5), settings_); });
    std::vector<float> outputs(9 * kBatch);
    expectRefused([&] { session->predict(images.first(images.size() - 1), outputs); });
    expectRefused([&] { session->predict(images, std::span(outputs).first(9)); });
    EXPECT_EQ(parametersOf(*session), example_.parameters);
}

class DeviceContract : public SessionContract {};

TEST_P(DeviceContract, SaysWhatItIs) {
    const DeviceInfo& info = GetParam()->info();
    EXPECT_FALSE(info.id.empty());
    EXPECT_FALSE(info.name.empty());
    EXPECT_FALSE(info.backend.empty());
    EXPECT_GE(info.computeUnits, 1);
    EXPECT_GT(info.memoryBytes, 0u);
}

TEST_P(DeviceContract, MeasuresItself) {
    const DeviceRates rates = GetParam()->measure(1);
    EXPECT_GT(rates.gflops, 0);
    EXPECT_GT(rates.gigabytesPerSecond, 0);
    EXPECT_GT(rates.seconds, 0);
}

TEST_P(DeviceContract, PlansWhatASessionSays) {
    SessionOptions options;
    options.threads = 2;
    std::uint64_t before = 0;
    for (int batch : {1, 2, 8, 64}) {
        options.batch = batch;
        const MemoryPlan plan = GetParam()->plan(network_, options);
        EXPECT_EQ(plan.batch, batch);
        EXPECT_GT(plan.total(), before);
        EXPECT_GE(plan.of(MemoryUse::optimiser), 2 * sizeof(float) * network_.trainableCount());
        before = plan.total();
        EXPECT_EQ(GetParam()->compile(network_, options)->memoryPlan().total(), plan.total());
    }
}

TEST_P(DeviceContract, KeepsToTheMemoryCap) {
    SessionOptions options;
    options.threads = 1;
    options.batch = 5;
    options.memoryCapBytes = GetParam()->plan(network_, options).total();
    EXPECT_EQ(GetParam()->compile(network_, options)->batch(), 5);
    EXPECT_EQ(largestBatchThatFits(*GetParam(), network_, options, options.memoryCapBytes), 5);
    options.batch = 6;
    test::expectError(ErrorKind::device, {"deterministic", "batch 6", "at most 5"},
                      [&] { GetParam()->compile(network_, options); });
    options.memoryCapBytes = 1000;
    test::expectError(ErrorKind::device, {"batch of 1"},
                      [&] { GetParam()->compile(network_, options); });
}

TEST_P(DeviceContract, RefusesTheLargestBatchForWantOfMemory) {
    SessionOptions options;
    options.threads = 1;
    options.batch = kLargestBatch;
    options.memoryCapBytes = 1'000'000'000;
    test::expectError(ErrorKind::device, {"deterministic", "65536", "at most"},
                      [&] { GetParam()->compile(network_, options); });
}

TEST_P(DeviceContract, RefusesWhatMakesNoSense) {
    const auto expectRefused = [&](const network::Network& network, int batch, int threads) {
        SessionOptions options;
        options.batch = batch;
        options.threads = threads;
        test::expectError(ErrorKind::usage, {}, [&] { GetParam()->plan(network, options); });
        test::expectError(ErrorKind::usage, {}, [&] { GetParam()->compile(network, options); });
    };
    expectRefused(network_, 0, 1);
    expectRefused(network_, -3, 1);
    expectRefused(network_, 2'000'000'000, 1);
    expectRefused(network_, 1, -1);
    expectRefused(network::Network("empty", {1, 8, 8}), 1, 1);
    expectRefused(network::Network("headless", {1, 8, 8}).prelu("a"), 1, 1);
    expectRefused(
        network::Network("nothing", {0, 8, 8}).prelu("a").loss(network::LossKind::halfSquaredError),
        1, 1);
}

TEST(Registry, NamesTheDevicesThereAre) {
    ASSERT_FALSE(allDevices().empty());
    test::expectError(ErrorKind::device, {"no such", "eigen"}, [] { findDevice("no such"); });
    for (const std::shared_ptr<const Device>& device : allDevices())
        EXPECT_EQ(findDevice(device->info().id), device);
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, SessionContract, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);
INSTANTIATE_TEST_SUITE_P(EveryDevice, DeviceContract, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);

}  // namespace
}  // namespace shearbench::device
