// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/display_limits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace shearbench::analysis {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

TEST(PercentileLimits, LieBetweenNeighbours) {
    const std::vector<float> values{50, 10, 30, 20, 40};
    EXPECT_EQ(percentileLimits(values, 0, 100), (std::array<double, 2>{10, 50}));
    EXPECT_EQ(percentileLimits(values, 25, 50), (std::array<double, 2>{20, 30}));
    EXPECT_EQ(percentileLimits(values, 10, 90), (std::array<double, 2>{14, 46}));
}

TEST(PercentileLimits, LeaveOutWhatIsNotFinite) {
    const std::vector<float> values{kNaN, 3, std::numeric_limits<float>::infinity(), 1, 2};
    EXPECT_EQ(percentileLimits(values, 0, 100), (std::array<double, 2>{1, 3}));
    EXPECT_EQ(percentileLimits(std::vector<float>{kNaN, kNaN}, 1, 99),
              (std::array<double, 2>{0, 1}));
    EXPECT_EQ(percentileLimits({}, 1, 99), (std::array<double, 2>{0, 1}));
}

TEST(ZscaleLimits, FollowTheFaintPartOfABrightImage) {
    // Noise with a bright tail of 5 %; expected values from a plain transcription of astropy's
    // ZScaleInterval.
    std::vector<float> values;
    for (int i = 0; i < 1000; ++i) {
        const double t = ((i * 7919 % 1000) + 0.5) / 1000 * 2 - 1;
        const double tail = t > 0.9 ? 400 * (t - 0.9) * 10 : 0;
        values.push_back(static_cast<float>(100 + 10 * t + 5 * t * t * t + tail));
    }
    const std::array<double, 2> limits = zscaleLimits(values);
    EXPECT_NEAR(limits[0], 85.02498627, 1e-4);
    EXPECT_NEAR(limits[1], 149.84593786, 1e-4);
}

TEST(ZscaleLimits, OfConstantAndEmptyImages) {
    EXPECT_EQ(zscaleLimits(std::vector<float>(100, 7.0F)), (std::array<double, 2>{7, 7}));
    EXPECT_EQ(zscaleLimits(std::vector<float>{5}), (std::array<double, 2>{5, 5}));
    EXPECT_EQ(zscaleLimits(std::vector<float>{kNaN}), (std::array<double, 2>{0, 1}));
}

TEST(SkyLevel, IsTheMedianOfTheOuterRows) {
    std::vector<float> plane(8 * 2, 100.0F);
    const std::vector<float> outer{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, kNaN};
    std::copy(outer.begin(), outer.begin() + 6, plane.begin());
    std::copy(outer.begin() + 6, outer.end(), plane.end() - 6);
    EXPECT_EQ(skyLevel(plane, 8, 2), 6);
    plane[0] = kNaN;
    EXPECT_EQ(skyLevel(plane, 8, 2), 6.5);
    EXPECT_EQ(skyLevel(std::vector<float>{4, 2, 8}, 1, 3), 4);
    EXPECT_EQ(skyLevel(std::vector<float>(4, kNaN), 2, 2), 0);
}

TEST(BandStatistics, NoiseAndBrightnessOfEveryBand) {
    // Band 0: outer pixels +-1 about 10, band 1: constant.
    std::vector<float> image(2 * 64);
    for (int i = 0; i < 64; ++i) {
        image[static_cast<std::size_t>(i)] = i % 2 == 0 ? 9.0F : 11.0F;
        image[static_cast<std::size_t>(64 + i)] = 5;
    }
    image[27] = 210;
    const std::vector<BandStatistics> bands = bandStatistics(image, 2, 8, 8);
    ASSERT_EQ(bands.size(), 2U);
    EXPECT_NEAR(bands[0].noise, 1.4826, 1e-6);
    // Position 62.937 of 63: between 1 and 200.
    EXPECT_NEAR(bands[0].bright, 1 + 0.937 * 199, 1e-3);
    EXPECT_EQ(bands[1].noise, 0);
    EXPECT_EQ(bands[1].bright, 0);
    EXPECT_EQ(bandStatistics({}, 3, 8, 8).size(), 3U);
}

}  // namespace
}  // namespace shearbench::analysis
