// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/noise.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "core/data/simulator/survey.h"

namespace shearbench::data::simulator {
namespace {

TEST(NormalQuantile, InvertsTheNormalDistribution) {
    for (double z = -7.5; z < 7.5; z += 0.01) {
        const double below = std::erfc(-z / std::numbers::sqrt2) / 2,
                     above = std::erfc(z / std::numbers::sqrt2) / 2;
        const double q = z < 0 ? below - 0.5 : 0.5 - above;
        // Far out q itself has too few digits to tell z better than this.
        const double digits = 3e-17 / (std::exp(-z * z / 2) / 2.5066);
        EXPECT_NEAR(normalQuantile(q), z, 2e-7 * std::fabs(z) + digits + 1e-12) << z;
    }
}

// Against the exact distribution function, summed: the integer may differ only where the variate
// lies within a thousandth of a step.
TEST(PoissonQuantile, IsTheInverseOfTheDistributionFunction) {
    for (double mean : {256.0, 884.0, 12'746.0}) {
        std::vector<double> below(1, 0.0);  // below[k] = P(X < k)
        double logProbability = -mean;
        for (int k = 0; k < mean + 8 * std::sqrt(mean); ++k) {
            below.push_back(below.back() + std::exp(logProbability));
            logProbability += std::log(mean / (k + 1));
        }
        double differing = 0;
        for (std::size_t k = 1; k + 1 < below.size(); ++k) {
            if (below[k] < 1e-6 || below[k] > 1 - 1e-6)
                continue;
            const double edge = poissonQuantile(mean, normalQuantile(below[k] - 0.5));
            EXPECT_NEAR(edge, static_cast<double>(k), 0.03) << mean;
            differing += std::fabs(edge - static_cast<double>(k)) * (below[k + 1] - below[k]);
        }
        EXPECT_LT(differing, 1e-3) << mean;
    }
}

struct Moments {
    double mean = 0, variance = 0, skewness = 0;
};

Moments moments(const std::vector<float>& values) {
    Moments m;
    const auto count = static_cast<double>(values.size());
    for (float value : values)
        m.mean += value / count;
    for (float value : values) {
        const double x = value - m.mean;
        m.variance += x * x / count;
        m.skewness += x * x * x / count;
    }
    m.skewness /= std::pow(m.variance, 1.5);
    return m;
}

TEST(PhotonNoise, HasTheMomentsOfThePoissonDistribution) {
    constexpr std::size_t kPixels = 400'000;
    const std::vector<float> signal(kPixels, 100);
    std::vector<float> noisy(kPixels);
    for (std::size_t band = 0; band < kBands; ++band) {
        addPhotonNoise(signal, kSky[band], RandomStream(1, StreamPurpose::noise, band), noisy);
        const double mean = kSky[band] + 100;
        const Moments m = moments(noisy);
        EXPECT_NEAR(m.mean, 100, 5 * std::sqrt(mean / kPixels)) << band;
        EXPECT_NEAR(m.variance / mean, 1, 5 * std::sqrt(2.0 / kPixels)) << band;
        EXPECT_NEAR(m.skewness, 1 / std::sqrt(mean), 5 * std::sqrt(6.0 / kPixels)) << band;
        for (std::size_t i = 0; i < 1000; ++i)
            EXPECT_EQ(noisy[i], std::nearbyint(noisy[i]));
    }
}

// The tails of the normal variates behind the numbers: shares beyond 1 to 5 standard deviations.
TEST(PhotonNoise, HasTheTailsOfTheNormalDistribution) {
    constexpr double kSky = 1e8;  // so many that steps and skewness do not matter
    std::vector<double> beyond(6, 0.0);
    std::vector<float> signal(1 << 16), noisy(signal.size());
    constexpr int kRounds = 60;
    for (int round = 0; round < kRounds; ++round) {
        addPhotonNoise(signal, kSky, RandomStream(2, StreamPurpose::noise, round), noisy);
        for (const float value : noisy)
            for (int z = 1; z <= 5; ++z)
                beyond[static_cast<std::size_t>(z)] += value > z * std::sqrt(kSky);
    }
    const double draws = kRounds * static_cast<double>(signal.size());
    for (int z = 1; z <= 5; ++z) {
        const double expected = draws * std::erfc(z / std::numbers::sqrt2) / 2;
        EXPECT_NEAR(beyond[static_cast<std::size_t>(z)], expected, 4.5 * std::sqrt(expected) + 2)
            << z;
    }
}

TEST(PhotonNoise, TakesAnyExpectation) {
    std::vector<float> signal(600);
    std::vector<float> noisy(signal.size(), NAN);
    for (std::size_t i = 0; i < signal.size(); ++i)
        signal[i] = i % 3 == 0 ? -50 : i % 3 == 1 ? 0.1f * static_cast<float>(i) : 3e9f;
    addPhotonNoise(signal, 10, RandomStream(1, StreamPurpose::noise, 0), noisy);
    for (std::size_t i = 0; i < signal.size(); ++i) {
        if (i % 3 == 0)
            EXPECT_EQ(noisy[i], -10);  // nothing arrives
        else
            EXPECT_NEAR(noisy[i], signal[i], 7 * std::sqrt(signal[i] + 10));
    }
}

TEST(PhotonNoise, DependsOnItsStreamAlone) {
    const std::vector<float> signal(777, 5);
    std::vector<float> first(777), again(777), other(777);
    addPhotonNoise(signal, 884, RandomStream(1, StreamPurpose::noise, 4), first);
    addPhotonNoise(signal, 884, RandomStream(1, StreamPurpose::noise, 4), again);
    addPhotonNoise(signal, 884, RandomStream(1, StreamPurpose::noise, 5), other);
    EXPECT_EQ(first, again);
    EXPECT_NE(first, other);
}

}  // namespace
}  // namespace shearbench::data::simulator
