// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network/network.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "core/network/presets.h"
#include "core/network/summary.h"

namespace shearbench::network {
namespace {

TEST(Deterministic, HasThePapersTotals) {
    const Network network = makePreset("deterministic", {6, 64, 64});
    EXPECT_EQ(network.parameterCount(), 1'517'217u);
    EXPECT_EQ(network.trainableCount(), 1'517'205u);
    EXPECT_EQ(network.multiplyAdds(), 101'486'592);
    EXPECT_EQ(network.output(), (Shape{9, 1, 1}));
    EXPECT_EQ(network.targetCount(), 3u);
}

TEST(Deterministic, SummaryAddsUpLayerByLayer) {
    const std::vector<SummaryRow> rows = summarise(makePreset("deterministic", {6, 64, 64}));
    const std::size_t expected[] = {24,      132'832, 42'016,  84'032,  53'312,
                                    106'624, 155'776, 311'552, 594'176, 36'873};
    ASSERT_EQ(rows.size(), std::size(expected));
    for (std::size_t i = 0; i < rows.size(); ++i)
        EXPECT_EQ(rows[i].parameters, expected[i]) << rows[i].title;
    EXPECT_EQ(rows[2].title, "conv 32\u219232 /2");
    EXPECT_EQ(rows[2].output, (Shape{32, 32, 32}));
}

TEST(Layer, PadsAsTensorFlowDoes) {
    const Network network = Network("pad", {1, 8, 7}).convolution("a", 1, 1).convolution("b", 1, 2);
    const Layer& plain = network.layers()[0];
    EXPECT_EQ(plain.paddingTop(), 1);
    EXPECT_EQ(plain.paddingBottom(), 1);
    EXPECT_EQ(plain.paddingLeft(), 1);
    EXPECT_EQ(plain.paddingRight(), 1);
    const Layer& strided = network.layers()[1];
    EXPECT_EQ(strided.paddingTop(), 0);
    EXPECT_EQ(strided.paddingBottom(), 1);
    EXPECT_EQ(strided.paddingLeft(), 1);
    EXPECT_EQ(strided.paddingRight(), 1);
}

TEST(Network, RefusesWhatDoesNotFit) {
    EXPECT_THROW(makePreset("deterministic", {6, 60, 64}), Error);
    EXPECT_THROW(makePreset("no such", {6, 64, 64}), Error);
    EXPECT_THROW(Network("twice", {1, 8, 8}).prelu("a").prelu("a"), Error);
    EXPECT_THROW(Network("head", {1, 8, 8}).dense("a", 8).loss(LossKind::gaussianNll), Error);
}

TEST(InitialParameters, FollowSeedAndGlorotsLimit) {
    const Network network = makePreset("deterministic", {6, 64, 64});
    const std::vector<float> values = initialParameters(network, 5);
    EXPECT_EQ(values, initialParameters(network, 5));
    EXPECT_NE(values, initialParameters(network, 6));
    const Parameter& kernel = network.parameter("conv3.kernel");
    const double limit = std::sqrt(6.0 / (32 * 9 + 64 * 9));
    double sum = 0, largest = 0;
    for (std::size_t i = 0; i < kernel.count; ++i) {
        sum += values[kernel.offset + i];
        largest = std::max<double>(largest, std::fabs(values[kernel.offset + i]));
    }
    EXPECT_LE(largest, limit);
    EXPECT_GT(largest, 0.99 * limit);
    EXPECT_NEAR(sum / kernel.count, 0, 0.02 * limit);
    EXPECT_EQ(values[network.parameter("batch_norm.moving_variance").offset], 1);
    EXPECT_EQ(values[network.parameter("prelu4.slope").offset], 0);
}

}  // namespace
}  // namespace shearbench::network
