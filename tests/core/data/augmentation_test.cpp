// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/augmentation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace shearbench::data {
namespace {

constexpr int kSize = 32;

/// A Gaussian of shear (g1, g2), x to the right (columns) and y up (rows).
std::vector<float> gaussian(double g1, double g2, double dx, double dy) {
    std::vector<float> image;
    for (int row = 0; row < kSize; ++row)
        for (int column = 0; column < kSize; ++column) {
            const double x = column - (kSize - 1) / 2.0 - dx, y = row - (kSize - 1) / 2.0 - dy;
            const double u = (1 - g1) * x - g2 * y, v = -g2 * x + (1 + g1) * y;
            image.push_back(static_cast<float>(std::exp(-(u * u + v * v) / 18)));
        }
    return image;
}

struct Moments {
    double x, y, e1, e2;
};

/// Centroid and distortion e from second moments.
Moments momentsOf(const float* image) {
    double sum = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    for (int row = 0; row < kSize; ++row)
        for (int column = 0; column < kSize; ++column) {
            const double value = image[row * kSize + column], px = column - (kSize - 1) / 2.0,
                         py = row - (kSize - 1) / 2.0;
            sum += value;
            x += value * px;
            y += value * py;
            xx += value * px * px;
            yy += value * py * py;
            xy += value * px * py;
        }
    x /= sum;
    y /= sum;
    xx = xx / sum - x * x;
    yy = yy / sum - y * y;
    xy = xy / sum - x * y;
    return {x, y, (xx - yy) / (xx + yy), 2 * xy / (xx + yy)};
}

TEST(Augmentation, TurnsImagesAsItTurnsEllipticities) {
    const std::vector<float> original = gaussian(0.2, 0.1, 1.5, -0.5);
    const Moments before = momentsOf(original.data());
    ASSERT_GT(before.e1, 0.3);
    ASSERT_GT(before.e2, 0.15);
    for (bool flip : {false, true})
        for (int turns = 0; turns < 4; ++turns) {
            std::vector<float> image = original, scratch(kSize * kSize);
            image.insert(image.end(), original.begin(), original.end());  // a second band
            turnImage({turns, flip}, 2, kSize, image, scratch);
            float e1 = static_cast<float>(before.e1), e2 = static_cast<float>(before.e2);
            turnEllipticity({turns, flip}, e1, e2);
            // The centroid: flipped left-right, then turned counter-clockwise.
            double x = flip ? -before.x : before.x, y = before.y;
            for (int i = 0; i < turns; ++i) {
                const double turned = -y;
                y = x;
                x = turned;
            }
            for (int band = 0; band < 2; ++band) {
                const Moments after = momentsOf(image.data() + band * kSize * kSize);
                EXPECT_NEAR(after.e1, e1, 1e-5) << turns << flip;
                EXPECT_NEAR(after.e2, e2, 1e-5) << turns << flip;
                EXPECT_NEAR(after.x, x, 1e-5) << turns << flip;
                EXPECT_NEAR(after.y, y, 1e-5) << turns << flip;
            }
        }
}

TEST(Augmentation, FourQuarterTurnsAreNone) {
    std::vector<float> image = gaussian(0.3, -0.2, 2, 1), scratch(kSize * kSize);
    const std::vector<float> original = image;
    for (int i = 0; i < 4; ++i) {
        turnImage({1, false}, 1, kSize, image, scratch);
        EXPECT_EQ(image == original, i == 3);
    }
}

}  // namespace
}  // namespace shearbench::data
