// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weight_draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "core/data/loader.h"
#include "core/device/registry.h"
#include "core/network/presets.h"
#include "tests/support/gaussian_galaxies.h"

namespace shearbench::model {
namespace {

const network::Network& bayesianNetwork() {
    static const network::Network network = [] {
        NetworkSettings settings;
        settings.preset = "bayesian";
        settings.rhoStart = -4;
        return network::makeNetwork(settings, {1, 16, 16});
    }();
    return network;
}

std::unique_ptr<device::Session> makeSession(const char* device) {
    auto session =
        device::findDevice(device)->compile(bayesianNetwork(), {.batch = 4, .threads = 1});
    session->setParameters(network::initialParameters(bayesianNetwork(), 3));
    return session;
}

TEST(CombineDraws, ObeysTheLawOfTotalCovariance) {
    std::vector<Posterior> draws(2);
    draws[0].mean = {1, 2, 3};
    draws[1].mean = {3, 2, 1};
    draws[0].covariance = {{{1, 0, 0}, {0, 2, 0}, {0, 0, 3}}};
    draws[1].covariance = {{{3, 1, 0}, {1, 2, 0}, {0, 0, 5}}};
    const SplitPosterior split = combineDraws(draws);
    EXPECT_EQ(split.total.mean, (std::array<double, 3>{2, 2, 2}));
    EXPECT_EQ(split.aleatoric, (Covariance3{{{2, 0.5, 0}, {0.5, 2, 0}, {0, 0, 4}}}));
    EXPECT_EQ(split.epistemic, (Covariance3{{{1, 0, -1}, {0, 0, 0}, {-1, 0, 1}}}));
    EXPECT_EQ(split.total.covariance, (Covariance3{{{3, 0.5, -1}, {0.5, 2, 0}, {-1, 0, 5}}}));
    EXPECT_EQ(combineDraws(std::span(draws).first(1)).epistemic, Covariance3{});
}

TEST(MixtureNll, AveragesLikelihoods) {
    std::vector<float> features(18, 0.5f);
    features[9] = 40;  // a draw that is far off counts for nothing but its share
    const std::vector<float> target = {0.1f, 0.2f, 0.3f};
    const auto one = std::span<const float>(features);
    const auto wanted = std::span<const float>(target).first<3>();
    EXPECT_NEAR(mixtureNll(one, wanted),
                negativeLogLikelihood(one.first<9>(), wanted) + std::log(2), 1e-9);
    EXPECT_NEAR(mixtureNll(one.first(9), wanted), negativeLogLikelihood(one.first<9>(), wanted),
                1e-12);
}

TEST(DrawsPredictor, GivesEachDrawsFeaturesForEachRow) {
    const auto source = test::gaussianGalaxies(11);
    const data::Normalisation normalisation{data::Normalisation::Kind::asinh, {1}};
    std::vector<std::int64_t> rows(9);
    std::iota(rows.rbegin(), rows.rend(), std::int64_t{1});
    for (const char* device : {"eigen", "cpu"}) {
        const auto session = makeSession(device);
        constexpr int kDraws = 3;
        std::vector<float> found;
        EXPECT_TRUE(DrawsPredictor(*session, normalisation, 7)
                        .predict(
                            *source, rows, kDraws,
                            [&](std::size_t first, std::span<const float> features) {
                                EXPECT_EQ(found.size(), first * kDraws * 9);
                                found.insert(found.end(), features.begin(), features.end());
                            },
                            [](double) { return true; }));
        ASSERT_EQ(found.size(), rows.size() * kDraws * 9);
        const std::vector<float> images = data::readNormalised(*source, rows, normalisation);
        const auto other = makeSession(device);
        std::vector<float> means(rows.size() * 9), one(rows.size() * 9), again(rows.size() * 9);
        other->predict(images, means);
        session->predict(images, again);
        EXPECT_EQ(again, means) << "the session is left with its means";
        for (int draw = 0; draw < kDraws; ++draw) {
            other->drawWeights(7, draw);
            other->predict(images, one);
            EXPECT_NE(one, means);
            for (std::size_t i = 0; i < rows.size(); ++i)
                for (std::size_t j = 0; j < 9; ++j)
                    EXPECT_NEAR(found[(i * kDraws + static_cast<std::size_t>(draw)) * 9 + j],
                                one[i * 9 + j], 1e-5);
        }
    }
}

TEST(DrawsPredictor, CanBeCancelled) {
    const auto source = test::gaussianGalaxies(5);
    const std::vector<std::int64_t> rows{0, 1};
    const auto session = makeSession("eigen");
    int asked = 0, taken = 0;
    EXPECT_FALSE(DrawsPredictor(*session, {data::Normalisation::Kind::none, {}}, 1)
                     .predict(
                         *source, rows, 100, [&](std::size_t, std::span<const float>) { ++taken; },
                         [&](double) { return ++asked < 3; }));
    EXPECT_EQ(taken, 0);
}

}  // namespace
}  // namespace shearbench::model
