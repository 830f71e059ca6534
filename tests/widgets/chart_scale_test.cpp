// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_scale.h"

#include <gtest/gtest.h>

#include <QSet>
#include <cmath>
#include <limits>
#include <random>

#include "widgets/chart_curves.h"

namespace shearbench::widgets {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

std::vector<std::string> texts(const std::vector<Tick>& ticks) {
    std::vector<std::string> result;
    for (const Tick& tick : ticks) {
        result.push_back(tick.text.toStdString());
    }
    return result;
}

TEST(ChartScale, LogTicksAreOneTwoFive) {
    const std::vector<std::string> expected{"20",  "50",    "100",   "200",
                                            "500", "1,000", "2,000", "5,000"};
    EXPECT_EQ(texts(logTicks(15, 5000, 10)), expected);
    const std::vector<std::string> powers{"100", "1,000"};
    EXPECT_EQ(texts(logTicks(15, 5000, 4)), powers);
    EXPECT_GE(logTicks(2, 9, 6).size(), 2U);    // Qt's own log axis has none here
    EXPECT_GE(logTicks(2, 2.4, 6).size(), 2U);  // less than half a decade
    EXPECT_LE(logTicks(1e-300, 1e300, 8).size(), 10U);
}

TEST(ChartScale, LinearTicksHaveEqualDecimals) {
    const std::vector<std::string> expected{"−0.4", "−0.2", "0", "0.2", "0.4"};
    EXPECT_EQ(texts(linearTicks(-0.54, 0.54, 6)), expected);
}

TEST(ChartScale, WhatIsCountedHasWholeTicks) {
    EXPECT_EQ(texts(linearTicks(0, 3, 12, 1)), (std::vector<std::string>{"0", "1", "2", "3"}));
    EXPECT_EQ(texts(linearTicks(0, 30, 6, 1)), texts(linearTicks(0, 30, 6)));
    // Within one of them there are parts of it.
    EXPECT_EQ(texts(linearTicks(2.2, 2.8, 3, 1)),
              (std::vector<std::string>{"2.2", "2.4", "2.6", "2.8"}));
}

TEST(ChartScale, AnyRangeIsShownWithDistinctAscendingTicks) {
    std::mt19937_64 random(3);
    std::uniform_real_distribution<double> exponent(-9, 9), sign(-1, 1);
    for (int i = 0; i < 3000; ++i) {
        const bool log = i % 2 == 0;
        double a = std::pow(10, exponent(random)) * (log || sign(random) > 0 ? 1 : -1);
        double b = i % 7 == 0 ? a : a + std::pow(10, exponent(random));
        const Scale scale = log ? Scale::log : Scale::linear;
        const auto [low, high] = niceRange(a, b, scale, 6);
        ASSERT_TRUE(std::isfinite(low) && std::isfinite(high)) << a << ' ' << b;
        ASSERT_LT(low, high) << a << ' ' << b;
        ASSERT_LE(low, a * (a > 0 ? 1 + 1e-9 : 1 - 1e-9));
        ASSERT_GE(high, b * (b > 0 ? 1 - 1e-9 : 1 + 1e-9)) << a << ' ' << b << (log ? " log" : "");
        const auto ticks = log ? logTicks(low, high, 6) : linearTicks(low, high, 6);
        QSet<QString> seen;
        double before = -kInfinity;
        for (const Tick& tick : ticks) {
            ASSERT_GT(tick.value, before);
            before = tick.value;
            seen.insert(tick.text);
        }
        if (b - a > 1e-4 * std::abs(b)) {
            ASSERT_EQ(std::size_t(seen.size()), ticks.size()) << a << ' ' << b;
        }
    }
}

TEST(ChartScale, WhatIsNotANumberStillGivesARange) {
    for (const double a : {kNaN, kInfinity, -kInfinity, 0.0, -3.0}) {
        for (const double b : {kNaN, kInfinity, -1.0, 5.0}) {
            for (const Scale scale : {Scale::linear, Scale::log}) {
                const auto [low, high] = niceRange(a, b, scale, 6);
                EXPECT_TRUE(std::isfinite(low) && std::isfinite(high) && low < high)
                    << a << ' ' << b;
            }
        }
    }
    EXPECT_TRUE(logTicks(0, 10, 5).empty());
    EXPECT_TRUE(linearTicks(kNaN, 1, 5).empty());
}

TEST(ChartScale, LabelsAreKeptApartAndInside) {
    std::mt19937 random(8);
    std::uniform_real_distribution<double> place(0, 100);
    for (int round = 0; round < 500; ++round) {
        std::vector<double> wanted, heights;
        for (int i = 0; i < 6; ++i) {
            wanted.push_back(place(random));
            heights.push_back(i % 2 == 0 ? 12 : 18);
        }
        const auto tops = spreadLabels(wanted, heights, 0, 100);
        for (std::size_t i = 0; i < tops.size(); ++i) {
            EXPECT_GE(tops[i], -1e-9);
            EXPECT_LE(tops[i] + heights[i], 100 + 1e-9);
            for (std::size_t j = 0; j < tops.size(); ++j) {
                if (tops[i] < tops[j]) {
                    EXPECT_LE(tops[i] + heights[i], tops[j] + 1e-9);
                }
            }
        }
    }
    // Alone, a label stands where it wants to.
    EXPECT_DOUBLE_EQ(spreadLabels({50}, {10}, 0, 100)[0], 45);
}

TEST(ChartCurves, NotANumberSplitsAndIsMarked) {
    const PlaneView view{0, 10, -5, 5, Scale::linear, Scale::linear};
    std::vector<ChartPoint> points;
    for (int i = 0; i <= 10; ++i) {
        points.push_back({double(i), i == 3 || i == 5 ? kNaN : i == 8 ? kInfinity : 0.1 * i});
    }
    const Curves curves = curvesInView(points, view, 100);
    ASSERT_EQ(curves.lines.size(), 3U);  // 0..2, 6..7, 9..10
    EXPECT_EQ(curves.lines[0].size(), 3);
    ASSERT_EQ(curves.dots.size(), 1U);  // 4 stands alone
    EXPECT_DOUBLE_EQ(curves.dots[0].x(), 4);
    EXPECT_EQ(curves.notNumbers, (std::vector<double>{3, 5, 8}));
}

TEST(ChartCurves, NoSpikeIsLostAmongAMillion) {
    const PlaneView view{0, 1e6, -1, 101, Scale::linear, Scale::linear};
    std::vector<ChartPoint> points(1'000'000);
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i] = {double(i), 0.001 * double(i % 7)};
    }
    points[654'321].y = 100;
    const Curves curves = curvesInView(points, view, 500);
    ASSERT_EQ(curves.lines.size(), 1U);
    EXPECT_LE(curves.lines[0].size(), 4 * 500 + 8);
    double highest = 0;
    for (const QPointF& p : curves.lines[0]) {
        highest = std::max(highest, p.y());
    }
    EXPECT_EQ(highest, 100);
}

TEST(ChartCurves, AreCutAtTheEdges) {
    const PlaneView view{0, 10, 0, 1, Scale::linear, Scale::linear};
    const std::vector<ChartPoint> points{{-5, 0.5}, {5, 0.5}, {6, 3}, {7, 0.5}, {20, 0.5}};
    const Curves curves = curvesInView(points, view, 100);
    for (const auto& line : curves.lines) {
        for (const QPointF& p : line) {
            EXPECT_GE(p.x(), 0);
            EXPECT_LE(p.x(), 10);
            EXPECT_LE(p.y(), 1 + 1e-12);
        }
    }
    ASSERT_EQ(curves.lines.size(), 2U);
    EXPECT_DOUBLE_EQ(curves.lines.front().first().x(), 0);
    EXPECT_DOUBLE_EQ(curves.lines.back().last().x(), 10);
    EXPECT_TRUE(curves.cutAbove);
    EXPECT_DOUBLE_EQ(curves.cutAboveX, 6);
}

TEST(ChartCurves, PointsAreOrdered) {
    std::vector<ChartPoint> points{{3, 1}, {kNaN, 5}, {1, 2}, {kInfinity, 7}, {2, 3}};
    EXPECT_EQ(orderPoints(points), 3U);
    EXPECT_EQ(points[0].x, 1);
    EXPECT_EQ(points[2].x, 3);
    EXPECT_EQ(points.size(), 5U);
}

}  // namespace
}  // namespace shearbench::widgets
