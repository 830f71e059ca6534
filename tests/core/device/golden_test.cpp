// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <vector>

#include "core/data/hdf5.h"
#include "core/device/registry.h"
#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"

// Every device against values that an independent implementation in double precision made of a
// small deterministic network: tests/golden/deterministic.h5.

namespace shearbench::device {
namespace {

using data::h5::File;

class Golden : public testing::TestWithParam<std::shared_ptr<const Device>> {
  protected:
    static constexpr int kImages = 4;
    static constexpr double kTolerance = 1e-4;

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

    std::unique_ptr<Session> compile() const {
        SessionOptions options;
        options.batch = kImages;
        std::unique_ptr<Session> session = GetParam()->compile(network_, options);
        const std::vector<double> start = readTensors("/parameter/", 1);
        session->setParameters(std::vector<float>(start.begin(), start.end()));
        return session;
    }

    /// Moving averages set to the statistics of the images: prediction then is what training does.
    void setMovingAverages(std::vector<float>& parameters) const {
        const std::size_t channels = network_.input().channels;
        const std::size_t pixels = network_.input().count() / channels;
        for (std::size_t channel = 0; channel < channels; ++channel) {
            double sum = 0, squares = 0;
            for (std::size_t image = 0; image < kImages; ++image)
                for (std::size_t p = 0; p < pixels; ++p) {
                    const double x = images_[(image * channels + channel) * pixels + p];
                    sum += x;
                    squares += x * x;
                }
            const double mean = sum / (kImages * pixels);
            parameters[network_.parameter("batch_norm.moving_mean").offset + channel] =
                static_cast<float>(mean);
            parameters[network_.parameter("batch_norm.moving_variance").offset + channel] =
                static_cast<float>(squares / (kImages * pixels) - mean * mean);
        }
    }

    File file_ = File::open(SHEARBENCH_TESTS_DIR "/golden/deterministic.h5");
    network::Network network_ = network::makeDeterministic({6, 32, 32}, {8, 8, 16, 16});
    std::vector<float> images_ = file_.read<float>("/input/images");
    std::vector<float> targets_ = file_.read<float>("/input/targets");
};

TEST_P(Golden, HeadOutputs) {
    const std::unique_ptr<Session> session = compile();
    std::vector<float> parameters = parametersOf(*session);
    setMovingAverages(parameters);
    session->setParameters(parameters);
    const std::vector<float> head = predictionsOf(*session, images_);
    EXPECT_LE(relativeError(head, file_.read<double>("/output/head")), kTolerance);
}

TEST_P(Golden, LossAndGradients) {
    const std::unique_ptr<Session> session = compile();
    StepSettings settings;
    settings.update = false;
    session->step(images_, targets_, settings);
    EXPECT_NEAR(session->takeSummary().lastLoss, file_.readNumber("/", "loss"), 1e-4);
    expectTensorsAgree(network_, gradientsOf(*session), readTensors("/gradient/", 0), kTolerance,
                       "gradient");
}

TEST_P(Golden, ThreeStepsOfAdam) {
    const std::unique_ptr<Session> session = compile();
    StepSettings settings;
    settings.learningRate = file_.readNumber("/", "learning_rate");
    for (double expected : file_.read<double>("/adam_losses")) {
        session->step(images_, targets_, settings);
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

INSTANTIATE_TEST_SUITE_P(EveryDevice, Golden, testing::ValuesIn(allDevices()), deviceTestName);

}  // namespace
}  // namespace shearbench::device
