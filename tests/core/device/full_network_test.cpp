// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>

#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"
#include "tests/reference/example.h"
#include "tests/reference/reference.h"

// The deterministic network at its full size, where every way to compute a convolution is used,
// against the reference in double precision.

namespace shearbench::device {
namespace {

using reference::Example;
using reference::toDouble;

constexpr double kTolerance = 2e-5;
constexpr int kBatch = 3;

const network::Network& fullNetwork() {
    static const network::Network network = network::makePreset("deterministic", {6, 64, 64});
    return network;
}

/// With slopes of 1 a PReLU has no kink: no value rounded across zero changes a gradient by more
/// than its rounding.
const Example& exampleWithoutKinks() {
    static const Example example = [] {
        Example made = reference::makeExample(fullNetwork(), kBatch, 1);
        for (const network::Parameter& tensor : fullNetwork().parameters())
            if (tensor.name.ends_with(".slope"))
                std::fill_n(made.parameters.begin() + static_cast<std::ptrdiff_t>(tensor.offset),
                            tensor.count, 1.0f);
        return made;
    }();
    return example;
}

const reference::Evaluation& expectedEvaluation() {
    static const reference::Evaluation evaluation = reference::evaluate(
        fullNetwork(), toDouble(exampleWithoutKinks().parameters),
        toDouble(exampleWithoutKinks().images), toDouble(exampleWithoutKinks().targets));
    return evaluation;
}

class FullNetwork : public testing::TestWithParam<std::shared_ptr<const Device>> {};

TEST_P(FullNetwork, Gradients) {
    for (int threads : {1, 2}) {
        SCOPED_TRACE(testing::Message() << threads << " threads");
        SessionOptions options;
        options.batch = kBatch;
        options.threads = threads;
        const auto session = GetParam()->compile(fullNetwork(), options);
        session->setParameters(exampleWithoutKinks().parameters);
        StepSettings settings;
        settings.update = false;
        session->step(exampleWithoutKinks().images, exampleWithoutKinks().targets, settings);
        EXPECT_NEAR(session->takeSummary().lastLoss, expectedEvaluation().loss,
                    kTolerance * (1 + std::fabs(expectedEvaluation().loss)));
        expectTensorsAgree(fullNetwork(), gradientsOf(*session), expectedEvaluation().gradients,
                           kTolerance, "gradient");
    }
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, FullNetwork, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);

}  // namespace
}  // namespace shearbench::device
