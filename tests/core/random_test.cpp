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
    EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (std::array<std::uint32_t, 4>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(RandomStream, IsNamedBySeedPurposeAndIndex) {
    RandomStream a(1, StreamPurpose::shuffle, 7), same(1, StreamPurpose::shuffle, 7),
        other(1, StreamPurpose::shuffle, 8);
    const std::uint32_t first = a.bits();
    EXPECT_EQ(first, same.bits());
    EXPECT_NE(first, other.bits());
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
