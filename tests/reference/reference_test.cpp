// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/reference/reference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/data/hdf5.h"
#include "core/network/presets.h"
#include "tests/reference/example.h"
#include "tests/reference/golden_noise.h"

// The reference against central finite differences and against numbers worked out by hand.

namespace shearbench::reference {
namespace {

using network::LossKind;
using network::Network;
using network::Shape;
using network::Weights;

std::vector<Network> networks() {
    const auto start = [](const char* name, Shape input) { return Network(name, input); };
    return {
        start("batch_norm", {3, 4, 5}).batchNorm("a").loss(LossKind::halfSquaredError),
        start("convolution", {3, 5, 4}).convolution("a", 2, 1).loss(LossKind::halfSquaredError),
        start("strided_even", {2, 6, 8}).convolution("a", 3, 2).loss(LossKind::halfSquaredError),
        start("strided_odd", {2, 7, 6}).convolution("a", 3, 2).loss(LossKind::halfSquaredError),
        start("stride_three", {1, 7, 8}).convolution("a", 2, 3).loss(LossKind::halfSquaredError),
        start("prelu", {2, 3, 3}).prelu("a").loss(LossKind::halfSquaredError),
        start("dense", {2, 3, 2}).dense("a", 5).loss(LossKind::halfSquaredError),
        start("stack", {3, 7, 6})
            .batchNorm("a")
            .convolution("b", 5, 1)
            .prelu("c")
            .convolution("d", 4, 2)
            .batchNorm("e")
            .prelu("f")
            .dense("g", 9)
            .loss(LossKind::gaussianNll),
        network::makeDeterministic({2, 16, 16}, {2, 3, 3, 2}),
        start("transposed", {3, 4, 5})
            .transposedConvolution("a", 2, 1)
            .loss(LossKind::squaredError),
        start("transposed_strided", {2, 3, 4})
            .transposedConvolution("a", 3, 2)
            .loss(LossKind::squaredError),
        start("sigmoid", {2, 3, 3}).sigmoid("a").loss(LossKind::binaryCrossEntropy),
        start("latent", {5, 1, 1}).latent("a", 3).loss(LossKind::squaredError),
        start("made", {5, 1, 1}).made("a", 5, 9, false).loss(LossKind::flowNll),
        start("made_reversed", {4, 1, 1}).made("a", 4, 7, true).loss(LossKind::flowNll),
        network::makeFlow({.latent = 5, .flowLayers = 3, .flowHidden = 11}),
        network::makeVae({2, 16, 16}, {2, 3, 3, 2}, {.latent = 4, .hidden = 7}),
        start("bayesian_convolution", {3, 5, 4})
            .convolution("a", 2, 1, Weights::bayesian)
            .loss(LossKind::halfSquaredError),
        start("bayesian_dense", {2, 3, 2})
            .dense("a", 5)
            .dense("b", 4, Weights::bayesian)
            .loss(LossKind::halfSquaredError),
        network::makeBayesian({2, 16, 16}, {2, 3, 3, 2}),
    };
}

class FiniteDifferences : public testing::TestWithParam<Network> {};

TEST_P(FiniteDifferences, AgreeWithTheGradients) {
    const Network& network = GetParam();
    const Example example = makeExample(network, 3, 1);
    std::vector<double> parameters = toDouble(example.parameters);
    const std::vector<double> images = toDouble(example.images);
    const std::vector<double> targets = toDouble(example.targets);
    device::StepSettings settings = example.with({});
    settings.latentKl = 0.3;
    settings.weightKl = 0.01;
    settings.noise.seed = 9;
    settings.noise.step = 3;
    const Evaluation found = evaluate(network, parameters, images, targets, settings);
    EXPECT_DOUBLE_EQ(found.loss, trainingLoss(network, parameters, images, targets, settings));

    constexpr double kStep = 1e-5;
    ASSERT_GT(found.distanceToKink, 10 * kStep) << "choose another seed";
    for (const network::Parameter& tensor : network.parameters()) {
        // A few elements of large tensors, all of small ones.
        const std::size_t stride = std::max<std::size_t>(1, tensor.count / 40);
        for (std::size_t i = tensor.offset; i < tensor.offset + tensor.count; i += stride) {
            const double value = parameters[i];
            parameters[i] = value + kStep;
            const double above = trainingLoss(network, parameters, images, targets, settings);
            parameters[i] = value - kStep;
            const double below = trainingLoss(network, parameters, images, targets, settings);
            parameters[i] = value;
            EXPECT_NEAR(found.gradients[i], (above - below) / (2 * kStep),
                        1e-7 * (1 + std::fabs(found.loss)))
                << tensor.name << " element " << i - tensor.offset;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Networks, FiniteDifferences, testing::ValuesIn(networks()),
                         [](const testing::TestParamInfo<Network>& network) {
                             return network.param.name();
                         });

struct GoldenFile {
    const char* name;
    Network network;
    const char *images, *targets, *noise;
};

std::vector<GoldenFile> goldenFiles() {
    const network::GenerativeSizes sizes{
        .latent = 8, .hidden = 32, .flowLayers = 3, .flowHidden = 32};
    return {{"deterministic", network::makeDeterministic({6, 32, 32}, {8, 8, 16, 16}),
             "/input/images", "/input/targets", ""},
            {"bayesian", network::makeBayesian({6, 32, 32}, {8, 8, 16, 16}), "/input/images",
             "/input/targets", ""},
            {"vae", network::makeVae({6, 32, 32}, {8, 8, 16, 16}, sizes), "/input/images",
             "/input/images", "/input/latent_noise"},
            {"flow", network::makeFlow(sizes), "/input/latent", "", ""}};
}

class GoldenNetwork : public testing::TestWithParam<GoldenFile> {};

TEST_P(GoldenNetwork, IsWhatTheReferenceComputes) {
    const Network& network = GetParam().network;
    const data::h5::File file = data::h5::File::open(std::string(SHEARBENCH_TESTS_DIR "/golden/") +
                                                     GetParam().name + ".h5");
    const auto readOptional = [&](const char* path) {
        return *path ? file.read<double>(path) : std::vector<double>();
    };
    std::vector<double> parameters(network.parameterCount(), 0.0);
    for (const network::Parameter& tensor : network.parameters())
        if (tensor.trainable) {
            const std::vector<double> read = file.read<double>("/parameter/" + tensor.name);
            ASSERT_EQ(read.size(), tensor.count) << tensor.name;
            std::copy(read.begin(), read.end(), parameters.begin() + tensor.offset);
        }
    const std::vector<float> given =
        network::bayesianWeightCount(network) > 0 ? goldenNoise(file, network) : [&] {
            const std::vector<double> noise = readOptional(GetParam().noise);
            return std::vector<float>(noise.begin(), noise.end());
        }();
    device::StepSettings settings;
    settings.noise.given = given;
    settings.weightKl = 1.0 / 8000;
    if (file.hasAttribute("/", "kl_coefficient"))
        settings.latentKl = file.readNumber("/", "kl_coefficient");
    const Evaluation found = evaluate(network, parameters, file.read<double>(GetParam().images),
                                      readOptional(GetParam().targets), settings);
    EXPECT_NEAR(found.loss, file.readNumber("/", "loss"), 1e-6 * (1 + std::fabs(found.loss)));
    for (const network::Parameter& tensor : network.parameters()) {
        if (!tensor.trainable)
            continue;
        const std::vector<double> expected = file.read<double>("/gradient/" + tensor.name);
        double difference = 0, norm = 0;
        for (std::size_t i = 0; i < tensor.count; ++i) {
            difference += std::pow(found.gradients[tensor.offset + i] - expected[i], 2);
            norm += expected[i] * expected[i];
        }
        EXPECT_LE(std::sqrt(difference / norm), 1e-6) << tensor.name;
    }
    if (network.loss() != LossKind::flowNll)
        return;
    const std::vector<double> samples =
        invert(network, parameters, file.read<double>("/input/base_noise"));
    const std::vector<double> expected = file.read<double>("/output/sample");
    ASSERT_EQ(samples.size(), expected.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        EXPECT_NEAR(samples[i], expected[i], 1e-5);
}

INSTANTIATE_TEST_SUITE_P(Files, GoldenNetwork, testing::ValuesIn(goldenFiles()),
                         [](const testing::TestParamInfo<GoldenFile>& file) {
                             return std::string(file.param.name);
                         });

TEST(Convolution, PutsStrideTwoPaddingBehindEvenSizes) {
    const Network network =
        Network("pad", {1, 4, 4}).convolution("a", 1, 2).loss(LossKind::halfSquaredError);
    std::vector<double> parameters(network.parameterCount(), 0.0);
    parameters[0] = 1;  // the first tap sees rows and columns 0 and 2
    std::vector<double> images(16);
    for (std::size_t i = 0; i < images.size(); ++i)
        images[i] = static_cast<double>(i);
    EXPECT_EQ(predict(network, parameters, images), (std::vector<double>{0, 2, 8, 10}));
    parameters = std::vector<double>(network.parameterCount(), 0.0);
    parameters[8] = 1;  // the last tap sees 2 and, beyond the edge, 4
    EXPECT_EQ(predict(network, parameters, images), (std::vector<double>{10, 0, 0, 0}));
}

TEST(GaussianNll, OfAStandardNormal) {
    const Network network = Network("head", {9, 1, 1}).dense("a", 9).loss(LossKind::gaussianNll);
    std::vector<double> parameters(network.parameterCount(), 0.0);
    const std::size_t bias = network.parameter("a.bias").offset;
    for (int diagonal : {3, 5, 8})
        parameters[bias + diagonal] = std::log(std::expm1(1 - network::kScaleFloor));
    const std::vector<double> images(9, 0.0), targets = {1, -2, 0.5};
    EXPECT_NEAR(trainingLoss(network, parameters, images, targets),
                1.5 * std::log(2 * std::numbers::pi) + (1 + 4 + 0.25) / 2, 1e-12);
}

TEST(Adam, FirstStepIsTheLearningRateAgainstTheSign) {
    const Network network =
        Network("one", {1, 1, 1}).dense("a", 1).loss(LossKind::halfSquaredError);
    State state({2.0, 0.0});
    device::StepSettings settings;
    settings.learningRate = 0.1;
    settings.epsilon = 0;
    // Output 6 against target 1: the gradient is 15 by the kernel, 5 by the bias.
    const Evaluation before =
        step(network, state, std::vector<double>{3}, std::vector<double>{1}, settings);
    EXPECT_DOUBLE_EQ(before.loss, 12.5);
    EXPECT_DOUBLE_EQ(before.gradientNorm, std::sqrt(250.0));
    EXPECT_NEAR(state.parameters[0], 1.9, 1e-12);
    EXPECT_NEAR(state.parameters[1], -0.1, 1e-12);
    EXPECT_EQ(state.updates, 1);
}

TEST(MovingAverages, TakeAHundredthOfTheBatch) {
    const Network network =
        Network("norm", {1, 1, 2}).batchNorm("a").loss(LossKind::halfSquaredError);
    State state({1, 0, 5, 3});
    step(network, state, std::vector<double>{1, 3}, std::vector<double>{0, 0}, {});
    EXPECT_NEAR(state.parameters[2], 0.99 * 5 + 0.01 * 2, 1e-12);
    EXPECT_NEAR(state.parameters[3], 0.99 * 3 + 0.01 * 1, 1e-12);
}

}  // namespace
}  // namespace shearbench::reference
