// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/normalisation.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "core/random.h"
#include "tests/support/expect_error.h"
#include "tests/support/memory_source.h"

namespace shearbench::data {
namespace {

using test::expectError;

TEST(Normalisation, IsAsinhOverTheWholeRange) {
    std::vector<float> values{
        0.0f, -0.0f, 1.0f, 1e6f, 1.0001e6f, 3e38f, std::numeric_limits<float>::max()};
    for (double exponent = -30; exponent < 38; exponent += 0.003)
        values.push_back(static_cast<float>(std::pow(10.0, exponent)));
    for (std::size_t i = 0, count = values.size(); i < count; ++i)
        values.push_back(-values[i]);
    std::vector<float> image = values;
    Normalisation{Normalisation::Kind::asinh, {1}}.apply(image);
    double worst = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double expected = std::asinh(static_cast<double>(values[i]));
        EXPECT_EQ(std::signbit(image[i]), std::signbit(values[i]));
        if (expected != 0)
            worst = std::max(worst, std::fabs(static_cast<double>(image[i]) / expected - 1));
    }
    EXPECT_LT(worst, 1e-6);
    EXPECT_EQ(image[0], 0);
}

TEST(Normalisation, LeavesNonFinitePixelsNonFinite) {
    std::vector<float> image{NAN, INFINITY, -INFINITY};
    Normalisation{Normalisation::Kind::asinh, {2}}.apply(image);
    for (float pixel : image)
        EXPECT_FALSE(std::isfinite(pixel));
}

TEST(Normalisation, ScalesEachBandByItsOwn) {
    std::vector<float> image{1, 2, 30, 40};
    Normalisation{Normalisation::Kind::asinh, {2, 10}}.apply(image);
    EXPECT_NEAR(image[1], std::asinh(1.0), 1e-6);
    EXPECT_NEAR(image[3], std::asinh(4.0), 1e-6);
    Normalisation{}.apply(image);
    EXPECT_NEAR(image[3], std::asinh(4.0), 1e-6);
}

TEST(Normalisation, TanhAsinhStaysBelowOneAndComesBackExactly) {
    const Normalisation normalisation{Normalisation::Kind::tanhAsinh, {100, 7}};
    std::vector<float> image;
    for (int sign : {-1, 1})
        for (double x : {0.0, 1e-3, 1.0, 50.0, 1e3, 1e5})
            image.push_back(static_cast<float>(sign * x));
    const std::vector<float> before = image;
    normalisation.apply(image);
    for (std::size_t i = 0; i < image.size(); ++i) {
        const double scale = i < 6 ? 100 : 7;
        EXPECT_NEAR(image[i], std::tanh(std::asinh(2.5 * before[i] / scale)), 2e-7);
        EXPECT_LE(std::fabs(image[i]), 1);
    }
    std::vector<float> back = image;
    normalisation.invert(back);
    for (std::size_t i = 0; i < image.size(); ++i)
        if (std::fabs(image[i]) < 0.999f) {
            EXPECT_NEAR(back[i], before[i], 1e-4f * std::fabs(before[i]));
        }
    std::vector<float> ones(2, 1.0f);
    normalisation.invert(ones);
    EXPECT_TRUE(std::isfinite(ones[0]));

    image = before;
    const Normalisation unit{Normalisation::Kind::unitAsinh, {100, 7}};
    unit.apply(image);
    for (std::size_t i = 0; i < image.size(); ++i) {
        const double scale = i < 6 ? 100 : 7;
        EXPECT_NEAR(image[i], 0.5 + std::asinh(before[i] / (10 * scale)) / 12, 2e-7);
    }
    unit.invert(image);
    for (std::size_t i = 0; i < image.size(); ++i)
        EXPECT_NEAR(image[i], before[i], 1e-5f * std::fabs(before[i]) + 1e-3f);

    image = before;
    const Normalisation asinh{Normalisation::Kind::asinh, {100, 7}};
    asinh.apply(image);
    asinh.invert(image);
    for (std::size_t i = 0; i < image.size(); ++i)
        EXPECT_NEAR(image[i], before[i], 1e-5f * std::fabs(before[i]));
}

TEST(Normalisation, RefusesWrongScalesAndNames) {
    std::vector<float> image(4);
    expectError(ErrorKind::usage, {"3 scales"}, [&] {
        Normalisation{Normalisation::Kind::asinh, {1, 1, 1}}.apply(image);
    });
    for (double scale : {0.0, -1.0, static_cast<double>(NAN), static_cast<double>(INFINITY)})
        expectError(ErrorKind::usage, {"band 2"}, [&] {
            Normalisation{Normalisation::Kind::asinh, {1, scale}}.apply(image);
        });
    EXPECT_EQ(normalisationKind("asinh"), Normalisation::Kind::asinh);
    EXPECT_EQ(toString(normalisationKind("none")), "none");
    expectError(ErrorKind::usage, {"\"log\"", "asinh"}, [] { normalisationKind("log"); });
}

TEST(SkySigma, IsMeasuredAtTheBordersWhateverLiesInside) {
    test::MemorySource source(300, 2, 16);
    RandomStream stream(1, StreamPurpose::simulation, 0);
    for (std::size_t i = 0; i < source.images.size(); ++i) {
        const bool second = (i / 256) % 2 == 1;
        source.images[i] = static_cast<float>(100 + (second ? 30 : 5) * stream.normal());
        if (i % 256 == 8 * 16 + 8)
            source.images[i] = 1e6f;
        if (i % 256 == 3)
            source.images[i] = i % 512 == 3 ? NAN : 1e5f;  // a neighbour, a bad pixel
    }
    const std::vector<double> sigma = skySigma(source);
    ASSERT_EQ(sigma.size(), 2u);
    EXPECT_NEAR(sigma[0], 5, 0.3);
    EXPECT_NEAR(sigma[1], 30, 2);
    source.schemaToChange().skySigma = {7, 8};
    EXPECT_EQ(skySigma(source), (std::vector<double>{7, 8}));
}

TEST(SkySigma, IsNeverZero) {
    test::MemorySource source(3, 2, 8);
    std::fill(source.images.begin(), source.images.end(), 4.0f);
    source.images[64] = 5;  // one odd pixel in the second band
    const std::vector<double> sigma = skySigma(source);
    EXPECT_EQ(sigma[0], 1);
    EXPECT_GT(sigma[1], 0);
    std::fill(source.images.begin(), source.images.end(), static_cast<float>(NAN));
    EXPECT_EQ(skySigma(source), (std::vector<double>{1, 1}));
}

}  // namespace
}  // namespace shearbench::data
