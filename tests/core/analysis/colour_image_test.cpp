// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/colour_image.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace shearbench::analysis {
namespace {

constexpr ColourChannels kFirstThree{{0, 1, 2}, {1, 1, 1}};
constexpr int kSize = 8;
constexpr std::size_t kPlane = kSize * kSize;

std::size_t at(int band, int y, int x) {
    return static_cast<std::size_t>(band) * kPlane + static_cast<std::size_t>(y * kSize + x);
}

/// Three bands of sky with one pixel of the given fluxes above it at row 5, column 2.
std::vector<float> onePixel(float red, float green, float blue, float sky = 0) {
    std::vector<float> image(3 * kPlane, sky);
    image[at(0, 5, 2)] += red;
    image[at(1, 5, 2)] += green;
    image[at(2, 5, 2)] += blue;
    return image;
}

std::uint32_t shown(const std::vector<float>& image, int rowFromTop, int column) {
    const auto picture = colourImage(image, 3, kSize, kSize, kFirstThree, {}, {kSize, kSize, true});
    return picture[static_cast<std::size_t>(rowFromTop * kSize + column)];
}

TEST(ColourImage, PixelsByHand) {
    // Row 5 of 8 from below is row 2 from the top.
    EXPECT_EQ(shown(onePixel(7, 6, 5), 2, 2), 0xFF7B6754U);  // 123, 103, 84
    EXPECT_EQ(shown(onePixel(-3, -2, -1), 2, 2), 0xFF000000U);
    EXPECT_EQ(shown(onePixel(7, 6, 5, 1000), 2, 2), 0xFF7B6754U);  // the sky is taken off
}

TEST(ColourImage, KeepsTheHueWhereAChannelOverflows) {
    EXPECT_EQ(shown(onePixel(70, 35, 14), 2, 2), 0xFFFF721DU);  // 255, 114, 29
    EXPECT_EQ(shown(onePixel(700, 350, 35), 2, 2), 0xFFFF7200U);
}

TEST(ColourImage, UsesTheWeights) {
    const auto picture = colourImage(onePixel(3.5, 18, 5), 3, kSize, kSize,
                                     {{0, 1, 2}, {2, 1.0 / 3, 1}}, {}, {kSize, kSize, true});
    EXPECT_EQ(picture[2 * kSize + 2], 0xFF7B6754U);
}

TEST(ColourImage, ConstantImagesShowTheSky) {
    const std::vector<float> image(3 * kPlane, 123.0F);
    for (std::uint32_t pixel : colourImage(image, 3, kSize, kSize, kFirstThree, {}, {5, 8, true})) {
        EXPECT_EQ(pixel, 0xFF0D0D0DU);
    }
}

TEST(ColourImage, PixelsWithoutValueShowTheSky) {
    std::vector<float> image(3 * kPlane, 2.0F);
    image[at(1, 4, 4)] = std::numeric_limits<float>::quiet_NaN();
    image[at(2, 4, 4)] = std::numeric_limits<float>::infinity();
    EXPECT_EQ(shown(image, 3, 4), 0xFF0D0D0DU);
    std::fill(image.begin(), image.end(), std::numeric_limits<float>::quiet_NaN());
    EXPECT_EQ(shown(image, 0, 0), 0xFF0D0D0DU);
}

TEST(ColourImage, HugeValuesStayInRange) {
    const auto picture = colourImage(onePixel(3e29F, 2e29F, 1e29F), 3, kSize, kSize,
                                     {{0, 1, 2}, {1e300, 1e300, 1e300}}, {}, {kSize, kSize, true});
    EXPECT_EQ(picture.size(), kPlane);
}

TEST(ColourImage, RefusesSizesThatDoNotFit) {
    const std::vector<float> image(3 * kPlane);
    EXPECT_THROW(colourImage(image, 3, 9, 8, kFirstThree, {}, {}), std::invalid_argument);
    EXPECT_THROW(colourImage(image, 3, 8, 8, {{0, 1, 3}, {}}, {}, {}), std::invalid_argument);
    EXPECT_THROW(colourImage(image, 3, 0, 8, kFirstThree, {}, {}), std::invalid_argument);
    EXPECT_THROW(bandImage(image, 1 << 30, 1 << 30, {}, {}), std::invalid_argument);
}

TEST(BandImage, CurvesByHand) {
    // t = 1/4 of the range: 0.25; 0.5; log10(251)/3.000434 = 0.79987; asinh(2.5)/asinh(10) =
    // 0.54941.
    const std::vector<float> plane(kPlane, 30.0F);
    const auto grey = [&](Curve curve) {
        return bandImage(plane, kSize, kSize, {curve, 20, 60}, {2, 8, true})[0] & 0xFFU;
    };
    EXPECT_EQ(grey(Curve::linear), 64U);
    EXPECT_EQ(grey(Curve::squareRoot), 128U);
    EXPECT_EQ(grey(Curve::logarithm), 204U);
    EXPECT_EQ(grey(Curve::asinh), 140U);
}

TEST(BandImage, RowZeroIsAtTheBottom) {
    std::vector<float> plane(kPlane, 0.0F);
    plane[0] = 1;
    const auto picture =
        bandImage(plane, kSize, kSize, {Curve::linear, 0, 1}, {kSize, kSize, false});
    EXPECT_EQ(picture[7 * kSize], 0xFFFFFFFFU);
    EXPECT_EQ(picture[0], 0xFF000000U);
}

TEST(BandImage, LimitsClampAndEqualLimitsAreGrey) {
    std::vector<float> plane(kPlane, 0.0F);
    plane[0] = 9;
    plane[1] = -9;
    const View view{kSize, kSize, false};
    auto picture = bandImage(plane, kSize, kSize, {Curve::linear, -1, 1}, view);
    EXPECT_EQ(picture[7 * kSize] & 0xFFU, 255U);
    EXPECT_EQ(picture[7 * kSize + 1] & 0xFFU, 0U);
    picture = bandImage(plane, kSize, kSize, {Curve::asinh, 3, 3}, view);
    EXPECT_EQ(*std::ranges::max_element(picture), 0xFF808080U);
    EXPECT_EQ(*std::ranges::min_element(picture), 0xFF808080U);
}

TEST(ColourBands, FollowNamesThenWavelengthThenPosition) {
    using Names = std::vector<std::string>;
    const auto bands = [](const Names& names) {
        return colourBands(names, static_cast<int>(names.size())).value();
    };
    EXPECT_EQ(bands({"u", "g", "r", "i", "z", "y"}), (std::array<int, 3>{3, 2, 1}));
    EXPECT_EQ(bands({"H", "J", "Y", "V", "u", "g", "r", "i", "z", "y"}),
              (std::array<int, 3>{7, 6, 5}));
    EXPECT_EQ(bands({"hsc-g", "hsc-r", "hsc-i", "hsc-z", "hsc-y"}), (std::array<int, 3>{2, 1, 0}));
    EXPECT_EQ(bands({"des-g", "des-r", "des-z"}), (std::array<int, 3>{2, 1, 0}));
    EXPECT_EQ(bands({"z", "g", "r"}), (std::array<int, 3>{0, 2, 1}));
    EXPECT_EQ(bands({"r", "g", "b"}), (std::array<int, 3>{0, 1, 2}));
    EXPECT_EQ(bands({"1", "2", "3", "4"}), (std::array<int, 3>{3, 2, 0}));
    EXPECT_EQ(colourBands({}, 5).value(), (std::array<int, 3>{4, 2, 0}));
    EXPECT_FALSE(colourBands(Names{"g", "r"}, 2));
    EXPECT_FALSE(colourBands({}, 1));
}

TEST(ColourChannels, WeightsFromZeroPointsNoiseOrBrightness) {
    const std::vector<std::string> names{"g", "r", "i"};
    const std::vector<double> zeroPoints{32.5, 30, 35};
    const std::vector<BandStatistics> noisy{{1.5, 100}, {3, 100}, {6, 100}};
    const std::vector<BandStatistics> clean{{0, 100}, {0, 200}, {0, 0}};

    const ColourChannels calibrated = colourChannels(names, 3, zeroPoints, noisy).value();
    EXPECT_EQ(calibrated.band, (std::array<int, 3>{2, 1, 0}));
    EXPECT_NEAR(calibrated.weight[0], 0.74 * 0.01, 1e-12);
    EXPECT_NEAR(calibrated.weight[1], 1.06, 1e-12);
    EXPECT_NEAR(calibrated.weight[2], 1.95 * 0.1, 1e-12);

    const ColourChannels byNoise = colourChannels(names, 3, {}, noisy).value();
    EXPECT_NEAR(byNoise.weight[0], 0.1, 1e-12);
    EXPECT_NEAR(byNoise.weight[2], 0.4, 1e-12);

    const ColourChannels byBrightness = colourChannels(names, 3, {}, clean).value();
    EXPECT_EQ(byBrightness.weight, (std::array<double, 3>{1, 0.1, 0.2}));
    EXPECT_EQ(colourChannels(names, 3, {}, {}).value().weight, (std::array<double, 3>{1, 1, 1}));
    EXPECT_FALSE(colourChannels(names, 2, {}, noisy));
}

}  // namespace
}  // namespace shearbench::analysis
