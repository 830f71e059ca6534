// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/posterior.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/data/hdf5.h"

namespace shearbench::model {
namespace {

struct Golden {
    std::vector<float> head, targets;
    std::vector<double> mean, scale, nll;
};

Golden golden() {
    const auto file = data::h5::File::open(SHEARBENCH_TESTS_DIR "/golden/deterministic.h5");
    return {file.read<float>("output/head"), file.read<float>("input/targets"),
            file.read<double>("output/mean"), file.read<double>("output/scale_tril"),
            file.read<double>("output/nll")};
}

TEST(Posterior, MatchesTheGoldenHead) {
    const Golden g = golden();
    const std::vector<Posterior> posteriors = posteriorsFromFeatures(g.head);
    ASSERT_EQ(posteriors.size(), g.nll.size());
    for (std::size_t n = 0; n < posteriors.size(); ++n) {
        for (std::size_t i = 0; i < 3; ++i) {
            EXPECT_NEAR(posteriors[n].mean[i], g.mean[3 * n + i], 1e-6);
            for (std::size_t j = 0; j < 3; ++j) {
                double expected = 0;
                for (std::size_t k = 0; k < 3; ++k)
                    expected += g.scale[9 * n + 3 * i + k] * g.scale[9 * n + 3 * j + k];
                EXPECT_NEAR(posteriors[n].covariance[i][j], expected,
                            1e-6 * (1 + std::fabs(expected)));
            }
        }
        const auto features = std::span<const float>(g.head).subspan(9 * n).first<9>();
        const auto target = std::span<const float>(g.targets).subspan(3 * n).first<3>();
        EXPECT_NEAR(negativeLogLikelihood(features, target), g.nll[n],
                    1e-5 * (1 + std::fabs(g.nll[n])));
    }
}

TEST(Posterior, StaysPositiveForExtremeFeatures) {
    const float features[9] = {0, 0, 0, -1000, 5, -1000, 3, 4, 1000};
    const Posterior posterior = posteriorFromFeatures(features);
    EXPECT_NEAR(posterior.covariance[0][0], 1e-10, 1e-16);
    EXPECT_NEAR(posterior.covariance[2][2], 1e6 + 25, 0.1);
    const float target[3] = {0, 0, 0};
    EXPECT_TRUE(std::isfinite(negativeLogLikelihood(features, target)));
}

TEST(FittedGaussian, IsTheEntropyOfItsOwnLabels) {
    // For a Gaussian fitted by maximum likelihood the mean squared Mahalanobis distance over its
    // own sample is the number of dimensions: NLL = (3 + 3 log 2 pi + log det C) / 2.
    std::vector<float> labels;
    for (const float a : {-1.f, 1.f})
        for (const float b : {-2.f, 2.f})
            for (const float c : {-0.5f, 0.5f})
                labels.insert(labels.end(), {a, b + a, 3 + c});
    const double expected = 1.5 + 1.5 * std::log(2 * M_PI) + 0.5 * std::log(1 * 4 * 0.25);
    EXPECT_NEAR(fittedGaussianNll(labels, labels), expected, 1e-6);
}

TEST(FittedGaussian, StaysFiniteWithoutSpread) {
    const std::vector<float> labels(30, 0.25f);
    EXPECT_TRUE(std::isfinite(fittedGaussianNll(labels, labels)));
}

}  // namespace
}  // namespace shearbench::model
