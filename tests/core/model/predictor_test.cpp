// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/predictor.h"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>

#include "core/data/loader.h"
#include "core/device/registry.h"
#include "core/network/presets.h"
#include "tests/support/expect_error.h"
#include "tests/support/gaussian_galaxies.h"

namespace shearbench::model {
namespace {

const network::Network& smallNetwork() {
    static const network::Network network = network::makePreset("deterministic", {1, 16, 16});
    return network;
}

Predictor makePredictor() {
    return Predictor(*device::findDevice("eigen"), smallNetwork(),
                     network::initialParameters(smallNetwork(), 3),
                     {data::Normalisation::Kind::asinh, {1}}, 1);
}

TEST(Predictor, GivesTheSessionsPosteriorsInTheRowsOrder) {
    const auto source = test::gaussianGalaxies(40);
    std::vector<std::int64_t> rows(37);
    std::iota(rows.rbegin(), rows.rend(), std::int64_t{2});
    std::vector<std::int64_t> progress;
    const std::vector<Posterior> found =
        makePredictor().predict(*source, rows, [&](std::int64_t done) {
            progress.push_back(done);
            return true;
        });
    const auto session = device::findDevice("eigen")->compile(smallNetwork(), {.threads = 1});
    session->setParameters(network::initialParameters(smallNetwork(), 3));
    std::vector<float> features(9 * rows.size());
    session->predict(data::readNormalised(*source, rows, {data::Normalisation::Kind::asinh, {1}}),
                     features);
    const std::vector<Posterior> expected = posteriorsFromFeatures(features);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i)
        for (std::size_t j = 0; j < 3; ++j) {
            EXPECT_NEAR(found[i].mean[j], expected[i].mean[j], 1e-5);
            EXPECT_NEAR(found[i].covariance[j][j], expected[i].covariance[j][j], 1e-5);
        }
    EXPECT_EQ(progress, std::vector<std::int64_t>{37});
    EXPECT_TRUE(makePredictor().predict(*source, {}).empty());
}

TEST(Predictor, WorksInBlocksAndCanBeCancelled) {
    const test::MemorySource source(300, 1, 16);
    std::vector<std::int64_t> rows(300);
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    const std::vector<Posterior> found =
        makePredictor().predict(source, rows, [](std::int64_t) { return false; });
    EXPECT_GT(found.size(), 0u);
    EXPECT_LT(found.size(), rows.size());
    EXPECT_EQ(found.size() % 16, 0u);
}

TEST(Predictor, RefusesImagesOfAnotherShapeOrWithoutNumbers) {
    const auto other = test::gaussianGalaxies(4, 32);
    const std::vector<std::int64_t> rows{0, 1, 2};
    test::expectError(ErrorKind::data, {"1 x 32 x 32", "1 x 16 x 16"},
                      [&] { makePredictor().predict(*other, rows); });
    const auto source = test::gaussianGalaxies(4);
    source->images[256] = std::numeric_limits<float>::quiet_NaN();
    test::expectError(ErrorKind::data, {"1"}, [&] { makePredictor().predict(*source, rows); });
}

}  // namespace
}  // namespace shearbench::model
