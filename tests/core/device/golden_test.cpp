// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

#include "core/data/hdf5.h"
#include "core/device/latent.h"
#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"
#include "tests/reference/golden_noise.h"

// Every device against values that an independent implementation in double precision made of small
// networks: tests/golden/*.h5.

namespace shearbench::device {
namespace {

using data::h5::File;
using network::Network;

constexpr network::GenerativeSizes kSmall = {
    .latent = 8, .hidden = 32, .flowLayers = 3, .flowHidden = 32};

/// One golden file and what its step is made of.
struct GoldenCase {
    const char* name;
    Network (*network)();
    const char* images;
    const char* targets;  ///< empty: none
    const char* noise;    ///< likewise
};

const GoldenCase kCases[] = {
    {"deterministic",
     [] {
         return network::makeDeterministic({6, 32, 32}, {8, 8, 16, 16});
     },
     "/input/images", "/input/targets", ""},
    {"vae",
     [] {
         return network::makeVae({6, 32, 32}, {8, 8, 16, 16}, kSmall);
     },
     "/input/images", "/input/images", "/input/latent_noise"},
    {"flow", [] { return network::makeFlow(kSmall); }, "/input/latent", "", ""},
    {"bayesian",
     [] {
         return network::makeBayesian({6, 32, 32}, {8, 8, 16, 16});
     },
     "/input/images", "/input/targets", ""},
};

class Golden
    : public testing::TestWithParam<std::tuple<std::shared_ptr<const Device>, GoldenCase>> {
  protected:
    static constexpr double kTolerance = 1e-4;

    void SetUp() override {
        const std::string missing = missingLayer(*std::get<0>(GetParam()), network_);
        if (!missing.empty())
            GTEST_SKIP() << missing;
    }

    const GoldenCase& golden() const { return std::get<1>(GetParam()); }

    std::vector<float> readOptional(const char* path) const {
        return *path ? file_.read<float>(path) : std::vector<float>();
    }

    /// A flat array from one dataset a tensor; `moving` for the moving averages, which have none.
    std::vector<double> readTensors(const std::string& group, double moving) const {
        std::vector<double> values(network_.parameterCount(), moving);
        for (const network::Parameter& tensor : network_.parameters())
            if (tensor.trainable) {
                const std::vector<double> read = file_.read<double>(group + tensor.name);
                EXPECT_EQ(read.size(), tensor.count) << tensor.name;
                std::copy(read.begin(), read.end(), values.begin() + tensor.offset);
            }
        return values;
    }

    std::unique_ptr<Session> compile(const Network& network,
                                     const std::vector<double>& parameters) const {
        SessionOptions options;
        options.batch = static_cast<int>(images_.size() / network_.input().count());
        std::unique_ptr<Session> session = std::get<0>(GetParam())->compile(network, options);
        session->setParameters(std::vector<float>(parameters.begin(), parameters.end()));
        return session;
    }
    std::unique_ptr<Session> compile() const {
        return compile(network_, readTensors("/parameter/", 1));
    }

    StepSettings settings() const {
        StepSettings settings;
        settings.learningRate = file_.readNumber("/", "learning_rate");
        if (file_.hasAttribute("/", "kl_coefficient"))
            settings.latentKl = file_.readNumber("/", "kl_coefficient");
        settings.weightKl = 1.0 / 8000;
        settings.noise.given = noise_;
        return settings;
    }

    /// Moving averages set to the statistics of the images: prediction then is what training does.
    void setMovingAverages(const Network& network, std::vector<double>& parameters) const {
        const std::size_t channels = network_.input().channels;
        const std::size_t pixels = network_.input().count() / channels;
        const std::size_t count = images_.size() / network_.input().count();
        for (std::size_t channel = 0; channel < channels; ++channel) {
            double sum = 0, squares = 0;
            for (std::size_t image = 0; image < count; ++image)
                for (std::size_t p = 0; p < pixels; ++p) {
                    const double x = images_[(image * channels + channel) * pixels + p];
                    sum += x;
                    squares += x * x;
                }
            const double mean = sum / static_cast<double>(count * pixels);
            parameters[network.parameter("batch_norm.moving_mean").offset + channel] = mean;
            parameters[network.parameter("batch_norm.moving_variance").offset + channel] =
                squares / static_cast<double>(count * pixels) - mean * mean;
        }
    }

    File file_ = File::open(std::string(SHEARBENCH_TESTS_DIR "/golden/") + golden().name + ".h5");
    Network network_ = golden().network();
    std::vector<float> images_ = file_.read<float>(golden().images);
    std::vector<float> targets_ = readOptional(golden().targets);
    std::vector<float> noise_ = network::bayesianWeightCount(network_) > 0
                                    ? reference::goldenNoise(file_, network_)
                                    : readOptional(golden().noise);
};

TEST_P(Golden, Outputs) {
    std::vector<double> parameters = readTensors("/parameter/", 1);
    if (network_.name() == "flow") {
        const std::vector<float> outputs = predictionsOf(*compile(), images_);
        const std::vector<double> base = file_.read<double>("/output/base");
        const std::size_t d = network_.input().count();
        std::vector<float> found;
        for (std::size_t i = 0; i < outputs.size(); ++i)
            if (i % (d + 1) < d)
                found.push_back(outputs[i]);
        EXPECT_LE(relativeError(found, base), kTolerance);
        return;
    }
    if (network_.name() == "bayesian")
        GTEST_SKIP() << "Prediction draws its own weights.";
    setMovingAverages(network_, parameters);
    if (network_.name() == "deterministic") {
        EXPECT_LE(relativeError(predictionsOf(*compile(network_, parameters), images_),
                                file_.read<double>("/output/head")),
                  kTolerance);
        return;
    }
    // The autoencoder's two halves, each as a network of its own.
    const auto half = [&](const network::NetworkPart& part) {
        const auto first = parameters.begin() + static_cast<std::ptrdiff_t>(part.offset);
        return compile(part.network,
                       {first, first + static_cast<std::ptrdiff_t>(part.network.parameterCount())});
    };
    const std::vector<float> raw = predictionsOf(*half(network::encoderOf(network_)), images_);
    const std::size_t d = kSmall.latent;
    std::vector<float> mean, scale;
    for (std::size_t i = 0; i < raw.size(); ++i)
        if (i % (2 * d) < d)
            mean.push_back(raw[i]);
        else
            scale.push_back(static_cast<float>(softplus(raw[i])));
    EXPECT_LE(relativeError(mean, file_.read<double>("/output/mean")), kTolerance);
    EXPECT_LE(relativeError(scale, file_.read<double>("/output/scale")), kTolerance);
    std::vector<float> samples(mean.size());
    latentSamples(raw, noise_, d, samples);
    EXPECT_LE(relativeError(predictionsOf(*half(network::decoderOf(network_)), samples),
                            file_.read<double>("/output/reconstruction")),
              kTolerance);
}

class GoldenFlow : public Golden {};

TEST_P(GoldenFlow, Samples) {
    const std::vector<float> base = file_.read<float>("/input/base_noise");
    std::vector<float> samples(base.size(), kGarbage);
    compile()->invert(base, samples);
    EXPECT_LE(relativeError(samples, file_.read<double>("/output/sample")), kTolerance);
}

TEST_P(Golden, LossAndGradients) {
    const std::unique_ptr<Session> session = compile();
    StepSettings once = settings();
    once.update = false;
    session->step(images_, targets_, once);
    const double loss = file_.readNumber("/", "loss");
    EXPECT_NEAR(session->takeSummary().lastLoss, loss, 2e-6 * std::fabs(loss) + 1e-4);
    expectTensorsAgree(network_, gradientsOf(*session), readTensors("/gradient/", 0), kTolerance,
                       "gradient");
}

TEST_P(Golden, ThreeStepsOfAdam) {
    const std::unique_ptr<Session> session = compile();
    for (double expected : file_.read<double>("/adam_losses")) {
        session->step(images_, targets_, settings());
        EXPECT_NEAR(session->takeSummary().lastLoss, expected, 1e-4 * std::fabs(expected));
    }
    const std::vector<float> parameters = parametersOf(*session);
    const std::vector<double> expected = readTensors("/parameter_after_adam/", 0);
    for (const network::Parameter& tensor : network_.parameters()) {
        if (!tensor.trainable)
            continue;
        EXPECT_LE(relativeError(std::span(parameters).subspan(tensor.offset, tensor.count),
                                std::span(expected).subspan(tensor.offset, tensor.count)),
                  kTolerance)
            << tensor.name;
    }
}

std::string caseName(const testing::TestParamInfo<Golden::ParamType>& parameter) {
    return testName(std::get<0>(parameter.param)) + "_" + std::get<1>(parameter.param).name;
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, Golden,
                         testing::Combine(testing::ValuesIn(devicesUnderTest()),
                                          testing::ValuesIn(kCases)),
                         caseName);
INSTANTIATE_TEST_SUITE_P(EveryDevice, GoldenFlow,
                         testing::Combine(testing::ValuesIn(devicesUnderTest()),
                                          testing::Values(kCases[2])),
                         caseName);

}  // namespace
}  // namespace shearbench::device
