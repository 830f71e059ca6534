// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/losses.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "core/random.h"
#include "tests/reference/losses.h"

namespace shearbench::device {
namespace {

using network::LossKind;

/// Features and targets of order `size`, against the reference.
void expectAsReference(LossKind kind, std::size_t features, std::size_t targetCount, double size) {
    constexpr int kImages = 5;
    RandomStream stream(3, StreamPurpose::simulation, 0);
    std::vector<float> outputs(kImages * features), targets(kImages * targetCount);
    for (float& value : outputs)
        value = static_cast<float>(size * stream.normal());
    for (float& value : targets)
        value = static_cast<float>(size * stream.normal());
    reference::Maps maps(kImages, {static_cast<int>(features), 1, 1});
    maps.values.assign(outputs.begin(), outputs.end());
    reference::Maps expected(kImages, maps.shape);
    const double loss =
        reference::loss(kind, maps, std::vector<double>(targets.begin(), targets.end()), &expected);

    std::vector<float> gradients(outputs.size(), std::nanf(""));
    const double sum = lossAndGradient(kind, features, outputs, targets, 1.0 / kImages, gradients);
    EXPECT_NEAR(sum / kImages, loss, 1e-12 * std::fabs(loss));
    for (std::size_t i = 0; i < gradients.size(); ++i)
        EXPECT_NEAR(gradients[i], expected.values[i], 1e-6 * std::fabs(expected.values[i]));
}

TEST(Losses, AgreeWithTheReference) {
    for (double size : {0.1, 1.0, 5.0}) {
        expectAsReference(LossKind::gaussianNll, 9, 3, size);
        expectAsReference(LossKind::halfSquaredError, 7, 7, size);
        expectAsReference(LossKind::squaredError, 7, 7, size);
        expectAsReference(LossKind::binaryCrossEntropy, 7, 7, size);
        expectAsReference(LossKind::flowNll, 7, 0, size);
    }
}

TEST(GaussianNll, StaysFiniteForExtremeScales) {
    for (float x : {-1000.0f, -80.0f, 80.0f, 1000.0f}) {
        const std::vector<float> features = {0.1f, 0.2f, 0.3f, x, 0.5f, x, 0.5f, 0.5f, x};
        const std::vector<float> targets = {0, 0, 0};
        std::vector<float> gradients(9, std::nanf(""));
        EXPECT_TRUE(std::isfinite(gaussianNll(features, targets, 1, gradients))) << x;
        for (float gradient : gradients)
            EXPECT_TRUE(std::isfinite(gradient)) << x;
    }
}

TEST(Losses, OfNoImagesAreZero) {
    EXPECT_EQ(gaussianNll({}, {}, 1, {}), 0);
    EXPECT_EQ(halfSquaredError({}, {}, 1, {}), 0);
}

}  // namespace
}  // namespace shearbench::device
