// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/resample.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace shearbench::analysis {
namespace {

std::vector<float> seen(const std::vector<float>& plane, int height, int width, const View& view,
                        float sky = 0) {
    return resample(plane, width, Resampling(height, view), Resampling(width, view), sky);
}

TEST(Resample, KeepsPixelsAtTheirOwnSize) {
    const std::vector<float> plane{1, 2, 3, 4, 5, 6, 7, 8, 9};
    EXPECT_EQ(seen(plane, 3, 3, {3, 3, true}), plane);
    EXPECT_EQ(seen(plane, 3, 3, {3, 3, false}), plane);
}

TEST(Resample, HalfwayBetweenPixelsIsCatmullRoms) {
    // Twice as many pixels: positions -1/4, 1/4, ... The weights at 1/4 past a pixel are
    // -0.0703125, 0.8671875, 0.2265625, -0.0234375.
    const std::vector<float> row{0, 0, 0, 64, 0, 0, 0, 0};
    const Resampling columns(8, {16, 8, true});
    const Resampling rows(1, {1, 1, false});
    const std::vector<float> wide = resample(row, 8, rows, columns, 0);
    EXPECT_NEAR(wide[7], 64 * 0.8671875, 1e-5);
    EXPECT_NEAR(wide[5], 64 * 0.2265625, 1e-5);
    EXPECT_NEAR(wide[9], 64 * -0.0703125, 1e-5);
    EXPECT_NEAR(wide[3], 64 * -0.0234375, 1e-5);
    EXPECT_EQ(wide[0], 0);
}

TEST(Resample, ShowsTheCentreOfTheCrop) {
    std::vector<float> plane(36, 0.0F);
    plane[2 * 6 + 3] = 5;
    const std::vector<float> part = seen(plane, 6, 6, {2, 2, true});
    EXPECT_EQ(part, (std::vector<float>{0, 5, 0, 0}));
}

TEST(Resample, SmallPicturesKeepTheMeanBrightness) {
    std::vector<float> plane(32 * 32, 3.0F);
    for (float value : seen(plane, 32, 32, {5, 32, true})) {
        EXPECT_NEAR(value, 3, 1e-5);
    }
}

TEST(Resample, PixelsWithoutValueShowAsSky) {
    std::vector<float> plane(16, 10.0F);
    plane[5] = std::numeric_limits<float>::quiet_NaN();
    plane[6] = -std::numeric_limits<float>::infinity();
    plane[9] = std::numeric_limits<float>::max();
    for (float value : seen(plane, 4, 4, {7, 4, true}, 10)) {
        EXPECT_EQ(value, 0);
    }
}

TEST(Resample, RefusesImpossibleViews) {
    EXPECT_THROW(Resampling(4, {0, 4, true}), std::invalid_argument);
    EXPECT_THROW(Resampling(4, {4, 0, true}), std::invalid_argument);
    EXPECT_THROW(Resampling(4, {4, std::nan(""), true}), std::invalid_argument);
    EXPECT_THROW(Resampling(0, {4, 4, true}), std::invalid_argument);
}

}  // namespace
}  // namespace shearbench::analysis
