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

TEST(Bayesian, HasThePapersTotals) {
    const Network network = makePreset("bayesian", {6, 64, 64});
    EXPECT_EQ(network.parameterCount(), 2'726'241u);
    EXPECT_EQ(network.trainableCount(), 2'726'229u);
    EXPECT_EQ(bayesianWeightCount(network), 1'209'024u);
    EXPECT_EQ(bayesianKernels(network).size(), 9u);
    EXPECT_EQ(network.multiplyAdds(), makePreset("deterministic", {6, 64, 64}).multiplyAdds());
}

TEST(Bayesian, LayersCanBeFixed) {
    NetworkSettings settings;
    settings.preset = "bayesian";
    settings.fixedLayers = {"conv1", "conv2", "conv3", "conv4", "conv5", "conv6", "conv7"};
    const Network some = makeNetwork(settings, {6, 64, 64});
    EXPECT_EQ(some.parameterCount(), 1'517'217u + 256 * 256 * 9 + 9 * 4096);
    const std::vector<BayesianKernel> kernels = bayesianKernels(some);
    ASSERT_EQ(kernels.size(), 2u);
    EXPECT_EQ(some.layers()[static_cast<std::size_t>(kernels[0].layer)].name, "conv8");
    EXPECT_EQ(kernels[0].mean, some.parameter("conv8.kernel_mean").offset);
    EXPECT_EQ(kernels[0].rho, some.parameter("conv8.kernel_rho").offset);
    EXPECT_EQ(kernels[1].count, 9u * 4096);
    EXPECT_NO_THROW(some.parameter("conv7.kernel"));

    settings.fixedLayers.insert(settings.fixedLayers.end(), {"conv8", "dense"});
    EXPECT_EQ(makeNetwork(settings, {6, 64, 64}).parameterCount(), 1'517'217u);
    settings.fixedLayers = {"prelu1"};
    EXPECT_THROW(makeNetwork(settings, {6, 64, 64}), Error);
}

/// Mean and standard deviation of a tensor's start values.
std::pair<double, double> startOf(const Network& network, const char* name) {
    const std::vector<float> values = initialParameters(network, 3);
    const Parameter& tensor = network.parameter(name);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < tensor.count; ++i) {
        sum += values[tensor.offset + i];
        squares += std::pow(values[tensor.offset + i], 2);
    }
    const double mean = sum / tensor.count;
    return {mean, std::sqrt(squares / tensor.count - mean * mean)};
}

void expectStart(const Network& network, const char* name, double expected) {
    const auto [mean, deviation] = startOf(network, name);
    EXPECT_NEAR(mean, 0, 0.01 * expected) << name;
    EXPECT_NEAR(deviation, expected, 0.01 * expected) << name;
}

TEST(Bayesian, StartsAsHeAndRhoSay) {
    NetworkSettings settings;
    settings.preset = "bayesian";
    settings.rhoStart = -5;
    const Network network = makeNetwork(settings, {6, 64, 64});
    expectStart(network, "conv7.kernel_mean", std::sqrt(2.0 / (128 * 9)));
    const auto [rho, spread] = startOf(network, "conv7.kernel_rho");
    EXPECT_NEAR(rho, -5, 1e-3);
    EXPECT_NEAR(spread, 0.1, 1e-3);
}

TEST(Presets, KernelsStartAsAsked) {
    const double he = std::sqrt(2.0 / (128 * 9)), glorot = std::sqrt(2.0 / ((128 + 256) * 9));
    NetworkSettings settings;
    expectStart(makeNetwork(settings, {6, 64, 64}), "conv7.kernel", glorot);
    settings.kernelStart = "he_normal";
    expectStart(makeNetwork(settings, {6, 64, 64}), "conv7.kernel", he);
    settings.preset = "bayesian";
    settings.kernelStart = "glorot_uniform";
    expectStart(makeNetwork(settings, {6, 64, 64}), "conv7.kernel_mean", glorot);
    EXPECT_NEAR(startOf(makeNetwork(settings, {6, 64, 64}), "conv7.kernel_rho").first, -9, 1e-3);
}

TEST(Presets, LatentScalesStartAsRhoSays) {
    NetworkSettings settings;
    settings.preset = "vae";
    settings.rhoStart = -4;
    const Network network = makeNetwork(settings, {6, 64, 64});
    EXPECT_EQ(startOf(network, "encoder.scale.bias"), std::pair(-4.0, 0.0));
    EXPECT_EQ(startOf(network, "encoder.mean.bias"), std::pair(0.0, 0.0));
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

TEST(Vae, HasThePapersParameters) {
    const Network vae = makePreset("vae", {6, 64, 64});
    EXPECT_EQ(vae.parameterCount(), 5'865'822u);
    EXPECT_EQ(vae.output(), (Shape{6, 64, 64}));
    EXPECT_EQ(vae.targetCount(), vae.input().count());
    const NetworkPart encoder = encoderOf(vae), decoder = decoderOf(vae);
    EXPECT_EQ(encoder.network.parameterCount(), 2'545'880u);
    EXPECT_EQ(encoder.network.output(), (Shape{64, 1, 1}));
    EXPECT_EQ(encoder.offset, 0u);
    EXPECT_EQ(decoder.network.parameterCount(), 3'319'942u);
    EXPECT_EQ(decoder.network.input(), (Shape{32, 1, 1}));
    EXPECT_EQ(decoder.offset, 2'545'880u);
    EXPECT_EQ(decoder.network.parameters().front().name, "decoder.dense1.kernel");
    EXPECT_NEAR(static_cast<double>(decoder.network.multiplyAdds()), 225e6, 2e6);
    EXPECT_THROW(encoderOf(makePreset("deterministic", {6, 64, 64})), Error);
}

TEST(Flow, HasThePapersParameters) {
    const Network flow = makePreset("flow", {6, 64, 64});
    EXPECT_EQ(flow.parameterCount(), 725'504u);
    EXPECT_EQ(flow.input(), (Shape{32, 1, 1}));
    EXPECT_EQ(flow.output(), (Shape{33, 1, 1}));
    EXPECT_EQ(flow.targetCount(), 0u);
    EXPECT_EQ(flow.layers().front().name, "made8");
    EXPECT_FALSE(flow.layers().front().reversed);
    EXPECT_TRUE(flow.layers().back().reversed);
    // 0.74 MFLOP a sample, masked weights left out.
    EXPECT_NEAR(2e-6 * static_cast<double>(flow.multiplyAdds()), 0.74, 0.01);
}

TEST(TransposedConvolution, IsTheAdjointOfTheOneBack) {
    const Network network = Network("up", {16, 5, 7}).transposedConvolution("a", 8, 2);
    EXPECT_EQ(network.output(), (Shape{8, 10, 14}));
    EXPECT_EQ(network.parameter("a.kernel").shape, (std::vector<int>{16, 8, 3, 3}));
    const Layer back = network.layers()[0].adjoint();
    EXPECT_EQ(back.input, network.output());
    EXPECT_EQ(back.output, network.input());
    EXPECT_EQ(back.paddingTop(), 0);
    EXPECT_EQ(back.paddingBottom(), 1);
}

TEST(Network, RefusesWhatDoesNotFit) {
    EXPECT_THROW(makePreset("deterministic", {6, 60, 64}), Error);
    EXPECT_THROW(makePreset("no such", {6, 64, 64}), Error);
    EXPECT_THROW(Network("twice", {1, 8, 8}).prelu("a").prelu("a"), Error);
    EXPECT_THROW(Network("flow", {1, 8, 8}).prelu("a").loss(LossKind::flowNll), Error);
    EXPECT_THROW(Network("flow", {5, 1, 1}).made("a", 4, 8, false), Error);
    EXPECT_THROW(Network("up", {3, 4, 4}).transposedConvolution("a", 4, 3), Error);
    EXPECT_THROW(Network("vector", {8, 2, 1}).reshape("a", {4, 2, 2}), Error);
    EXPECT_THROW(Network("vector", {8, 1, 1}).reshape("a", {4, 2, 2}), Error);
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
