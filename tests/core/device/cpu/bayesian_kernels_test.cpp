// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/bayesian_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/device/cpu/isa.h"
#include "core/random.h"

// The kernels this processor runs (SHEARBENCH_ISA chooses others), against double precision.

namespace shearbench::device::cpu {
namespace {

struct Weights {
    std::vector<float> mean, rho, noise, deviation, drawn;

    explicit Weights(std::size_t count)
        : mean(count), rho(count), noise(count), deviation(count), drawn(count) {}
    WeightArrays arrays() { return {mean.data(), rho.data(), noise.data(), deviation.data()}; }
};

WeightNoise noiseOf(const NormalStream& stream, std::uint32_t block) {
    const NormalCounter at = normalCounter(stream, block);
    WeightNoise noise{};
    std::copy(at.key.begin(), at.key.end(), noise.key);
    std::copy(at.counter.begin(), at.counter.end(), noise.counter);
    return noise;
}

double softplus(double x) {
    return std::fmax(x, 0) + std::log1p(std::exp(-std::fabs(x)));
}

TEST(BayesianKernels, DrawTheStreamsNumbers) {
    const NormalStream stream{0xfedcba9876543210, StreamPurpose::weightDraw, 5, 1'234'567'890'123};
    for (std::size_t count : {1u, 3u, 4u, 63u, 64u, 65u, 1000u, 20'001u}) {
        constexpr std::uint32_t kBlock = 77;
        Weights weights(count);
        std::fill(weights.rho.begin(), weights.rho.end(), -9.0f);
        bayesianKernels().draw(weights.arrays(), noiseOf(stream, kBlock), weights.drawn.data(),
                               static_cast<std::int64_t>(count));
        for (std::size_t i = 0; i < count; ++i) {
            const double expected =
                normalBlock(stream, kBlock + static_cast<std::uint32_t>(i / 4))[i % 4];
            ASSERT_NEAR(weights.noise[i], expected, 2e-6 * (1 + std::fabs(expected))) << i;
        }
    }
}

/// Rhos within one group of weights decide which way it is computed.
TEST(BayesianKernels, HoldForEveryRho) {
    for (double low : {-80.0, -30.0, -19.0, -12.0, -6.0, -4.5, -1.0, 0.0, 10.0})
        for (double width : {0.4, 12.0}) {
            constexpr std::size_t kCount = 203;
            constexpr double kWeightKl = 1e-3;
            Weights weights(kCount);
            RandomStream random(3, StreamPurpose::simulation, 0);
            std::vector<float> byDrawn(kCount), byMean(kCount), byRho(kCount);
            for (std::size_t i = 0; i < kCount; ++i) {
                weights.mean[i] = static_cast<float>(0.1 * random.normal());
                weights.rho[i] = static_cast<float>(random.uniform(low, low + width));
                weights.noise[i] = static_cast<float>(random.normal());
                byDrawn[i] = static_cast<float>(random.normal());
            }
            WeightNoise given{};
            given.given = true;
            const double divergence = bayesianKernels().draw(
                weights.arrays(), given, weights.drawn.data(), std::int64_t{kCount});
            const double squares =
                bayesianKernels().gradients(weights.arrays(), byDrawn.data(), kWeightKl,
                                            {byMean.data(), byRho.data()}, std::int64_t{kCount});
            double expected = 0, expectedSquares = 0;
            for (std::size_t i = 0; i < kCount; ++i) {
                const double mean = weights.mean[i], rho = weights.rho[i];
                const double deviation = softplus(rho), slope = 1 / (1 + std::exp(-rho));
                ASSERT_NEAR(weights.deviation[i], deviation, 2e-6 * deviation) << rho;
                ASSERT_NEAR(weights.drawn[i], mean + deviation * weights.noise[i],
                            3e-6 * (1 + deviation));
                expected += (mean * mean + deviation * deviation - 1) / 2 - std::log(deviation);
                ASSERT_NEAR(byMean[i], byDrawn[i] + kWeightKl * mean, 1e-6);
                const double prior = kWeightKl * (deviation - 1 / deviation) * slope;
                const double data = byDrawn[i] * weights.noise[i] * slope;
                ASSERT_NEAR(byRho[i], data + prior, 3e-6 * (std::fabs(data) + std::fabs(prior)))
                    << rho;
                expectedSquares += std::pow(byMean[i], 2) + std::pow(byRho[i], 2);
            }
            EXPECT_NEAR(squares, expectedSquares, 1e-6 * expectedSquares);
            EXPECT_NEAR(divergence, expected, 2e-6 * (kCount + std::fabs(expected)));
        }
}

/// One pass gives what gradients and Adam give one after the other.
TEST(BayesianKernels, UpdateAsAdamDoesWithTheirGradients) {
    for (std::size_t count : {1u, 63u, 64u, 700u, 2113u}) {
        const auto size = static_cast<std::int64_t>(count);
        const auto random = [&](std::uint64_t number, double middle, double spread) {
            RandomStream stream(5, StreamPurpose::simulation, number);
            std::vector<float> values(count);
            for (float& value : values)
                value = static_cast<float>(middle + spread * stream.normal());
            return values;
        };
        Weights weights(count);
        weights.mean = random(1, 0, 0.1);
        weights.rho = random(2, -5, 1);
        weights.noise = random(3, 0, 1);
        WeightNoise given{};
        given.given = true;
        bayesianKernels().draw(weights.arrays(), given, weights.drawn.data(), size);
        const std::vector<float> byDrawn = random(4, 0, 1);
        const std::vector<float> first = random(5, 0, 0.1), second(count, 0.01f);
        const AdamStep step{0.9f, 0.999f, 1e-3f, 1e-7f, 1};
        constexpr float kWeightKl = 1e-3f;

        std::vector<float> byMean(count), byRho(count);
        bayesianKernels().gradients(weights.arrays(), byDrawn.data(), kWeightKl,
                                    {byMean.data(), byRho.data()}, size);
        Weights expected = weights;
        std::vector<float> moments[4] = {first, second, first, second};
        double squares = kernels().adam(expected.mean.data(), byMean.data(), moments[0].data(),
                                        moments[1].data(), size, step);
        squares += kernels().adam(expected.rho.data(), byRho.data(), moments[2].data(),
                                  moments[3].data(), size, step);

        std::vector<float> ours[4] = {first, second, first, second};
        const double found =
            bayesianKernels().update(weights.arrays(), byDrawn.data(), kWeightKl,
                                     {weights.mean.data(), weights.rho.data(), ours[0].data(),
                                      ours[1].data(), ours[2].data(), ours[3].data(), step},
                                     size);
        EXPECT_NEAR(found, squares, 1e-6 * squares);
        EXPECT_EQ(weights.mean, expected.mean);
        EXPECT_EQ(weights.rho, expected.rho);
        for (int i = 0; i < 4; ++i)
            EXPECT_EQ(ours[i], moments[i]) << i;
    }
}

}  // namespace
}  // namespace shearbench::device::cpu
