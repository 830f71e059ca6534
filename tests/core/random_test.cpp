// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace shearbench {
namespace {

// Known answers published with the Random123 library (kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedWords) {
    EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}),
              (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}),
              (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(
        philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
        (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsNamedBySeedPurposeAndIndex) {
    RandomStream a(1, StreamPurpose::shuffle, 7), same(1, StreamPurpose::shuffle, 7),
        other(1, StreamPurpose::shuffle, 8);
    const std::uint32_t first = a.bits();
    EXPECT_EQ(first, same.bits());
    EXPECT_NE(first, other.bits());
}

TEST(RandomStream, FillsWithTheWordsItWouldGiveOneByOne) {
    RandomStream single(5, StreamPurpose::noise, 3), filled(5, StreamPurpose::noise, 3);
    for (std::size_t count : {0u, 1u, 3u, 64u, 200u, 7u, 33u}) {
        std::vector<std::uint32_t> words(count);
        filled.fill(words);
        for (std::uint32_t word : words)
            ASSERT_EQ(word, single.bits());
    }
    EXPECT_EQ(filled.bits(), single.bits());
}

TEST(RandomStream, HasTheMomentsOfItsDistributions) {
    RandomStream stream(3, StreamPurpose::simulation, 0);
    constexpr int kDraws = 200'000;
    double sum = 0, squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double x = stream.normal();
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / kDraws, 0, 0.01);
    EXPECT_NEAR(squares / kDraws, 1, 0.02);
    for (double mean : {0.3, 4.0, 10.0, 250.0, 65'329.0}) {
        sum = squares = 0;
        for (int i = 0; i < kDraws; ++i) {
            const double x = stream.poisson(mean);
            sum += x;
            squares += (x - mean) * (x - mean);
        }
        EXPECT_NEAR(sum / kDraws, mean, 5 * std::sqrt(mean / kDraws)) << mean;
        EXPECT_NEAR(squares / kDraws / mean, 1, 0.03) << mean;
    }
    EXPECT_EQ(stream.poisson(0), 0);
}

// Pearson's chi-squared of counts against the probabilities, for a mean on each side of the change
// of method and on each side of where log(k!) changes from table to series.
TEST(RandomStream, DrawsThePoissonProbabilities) {
    RandomStream stream(4, StreamPurpose::simulation, 0);
    constexpr int kDraws = 400'000;
    for (double mean : {3.5, 9.9, 10.1, 16.0, 40.0}) {
        std::vector<double> counts(200);
        for (int i = 0; i < kDraws; ++i)
            counts.at(static_cast<std::size_t>(stream.poisson(mean)))++;
        double probability = std::exp(-mean), chiSquared = 0;
        int bins = 0;
        for (std::size_t k = 0; k < counts.size(); ++k) {
            const double expected = kDraws * probability;
            if (expected > 20) {
                chiSquared += (counts[k] - expected) * (counts[k] - expected) / expected;
                ++bins;
            }
            probability *= mean / static_cast<double>(k + 1);
        }
        EXPECT_NEAR(chiSquared, bins, 4.5 * std::sqrt(2.0 * bins)) << mean;
    }
}

// From the words published for this counter and key: block 0x243f6a88 of tensor 0x85a308d3 with
// purpose 3 and a step of which the high word is 0x707344.
TEST(NormalBlock, IsBoxMullerOnThePhiloxWords) {
    const NormalStream stream{0x299f31d0a4093822, StreamPurpose::augmentation, 0x85a308d3,
                              0x0070734413198a2e};
    const std::array<double, 4> numbers = normalBlock(stream, 0x243f6a88);
    constexpr std::uint32_t kWords[] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    double u[4];
    for (int i = 0; i < 4; ++i)
        u[i] = std::ldexp(2.0 * (kWords[i] >> 9) + 1, -24);
    for (int i = 0; i < 4; i += 2) {
        EXPECT_NEAR(std::hypot(numbers[i], numbers[i + 1]), std::sqrt(-2 * std::log(u[i])), 1e-12);
        EXPECT_NEAR(
            std::remainder(std::atan2(numbers[i + 1], numbers[i]) / (2 * M_PI) - u[i + 1], 1.0), 0,
            1e-12);
    }
}

TEST(NormalBlock, FillsInOrderAndDiffersByEveryName) {
    const NormalStream stream{7, StreamPurpose::weightDraw, 2, 11};
    std::vector<float> numbers(11);
    fillNormal(stream, numbers);
    EXPECT_EQ(numbers[9], static_cast<float>(normalBlock(stream, 2)[1]));
    for (NormalStream other : {NormalStream{8, StreamPurpose::weightDraw, 2, 11},
                               NormalStream{7, StreamPurpose::predictiveDraw, 2, 11},
                               NormalStream{7, StreamPurpose::weightDraw, 3, 11},
                               NormalStream{7, StreamPurpose::weightDraw, 2, 12}}) {
        std::vector<float> others(11);
        fillNormal(other, others);
        EXPECT_NE(others, numbers);
    }
}

TEST(NormalBlock, HasTheMomentsOfANormalDistribution) {
    constexpr std::size_t kDraws = 400'000;
    std::vector<float> numbers(kDraws);
    fillNormal({1, StreamPurpose::weightDraw, 0, 0}, numbers);
    double sum = 0, squares = 0, cubes = 0, fourths = 0, neighbours = 0;
    for (std::size_t i = 0; i < kDraws; ++i) {
        const double x = numbers[i];
        sum += x;
        squares += x * x;
        cubes += x * x * x;
        fourths += x * x * x * x;
        neighbours += x * numbers[(i + 1) % kDraws];
    }
    const double error = 1 / std::sqrt(static_cast<double>(kDraws));
    EXPECT_NEAR(sum / kDraws, 0, 4 * error);
    EXPECT_NEAR(squares / kDraws, 1, 4 * std::sqrt(2) * error);
    EXPECT_NEAR(cubes / kDraws, 0, 4 * std::sqrt(15) * error);
    EXPECT_NEAR(fourths / kDraws, 3, 4 * std::sqrt(96) * error);
    EXPECT_NEAR(neighbours / kDraws, 0, 4 * error);
}

TEST(Permutation, HoldsEveryNumberOnce) {
    std::vector<std::int64_t> order = permutation(1000, RandomStream(1, StreamPurpose::shuffle, 0));
    EXPECT_FALSE(std::is_sorted(order.begin(), order.end()));
    std::sort(order.begin(), order.end());
    for (int i = 0; i < 1000; ++i)
        EXPECT_EQ(order[i], i);
    EXPECT_TRUE(permutation(0, RandomStream(1, StreamPurpose::shuffle, 0)).empty());
}

}  // namespace
}  // namespace shearbench
