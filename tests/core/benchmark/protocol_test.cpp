// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/protocol.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/core/benchmark/sample_results.h"

namespace shearbench::benchmark {
namespace {

const Task kTask{Kind::training, "deterministic", "cpu", 14};

/// Feeds the timer until it has enough; returns how many blocks there were.
int feed(PointTimer& timer, const std::function<double(int)>& perStep) {
    int blocks = 0;
    for (; timer.nextSteps() > 0 && blocks < 10'000; ++blocks) {
        const std::int64_t steps = timer.nextSteps();
        timer.add({steps, static_cast<double>(steps) * perStep(blocks), 0});
    }
    return blocks;
}

TEST(Protocol, QuotesHundredEpochsOfWholeBatches) {
    EXPECT_EQ(quotedSteps({}, kTask), 57'100);  // 8000 / 14 = 571 whole batches
    EXPECT_EQ(quotedImages({}, kTask), 799'400);
    EXPECT_EQ(quotedImages({}, {Kind::generation, "generative", "cpu", 5000}), 5000);
    EXPECT_EQ(quotedSteps({.images = 10}, kTask), 100);  // never none
}

TEST(Protocol, LargeGenerationsAreTimedPartByPart) {
    const auto task = [](int images) {
        return Task{Kind::generation, "generative", "cpu", images};
    };
    EXPECT_EQ(quotedSteps({}, task(1)), 1);
    EXPECT_EQ(quotedSteps({}, task(100)), 1);
    EXPECT_EQ(quotedSteps({}, task(101)), 2);
    EXPECT_EQ(quotedSteps({}, task(5000)), 50);
    EXPECT_DOUBLE_EQ(imagesPerStep(task(250)), 250 / 3.0);
    // A part takes 0.2 s: 5000 images take 10 s, which the budget alone is too short for.
    PointTimer timer({.budgetSeconds = 5}, task(5000));
    feed(timer, [](int) { return 0.2; });
    const auto e = estimate({}, task(5000), timer.timed());
    EXPECT_NEAR(e->seconds, 10, 1e-9);
    EXPECT_NEAR(e->imagesPerSecond, 500, 1e-9);
    const Protocol paper{.method = Method::paper, .warmupGenerations = 2};
    EXPECT_EQ(PointTimer(paper, task(5000)).nextSteps(), 50);
    EXPECT_DOUBLE_EQ(estimate(paper, task(5000), std::vector<Block>(3, {50, 12, 0}))->seconds, 12);
}

// Times as they vary and drift on a machine that is shared, the same for both protocols.
TEST(Protocol, QuickAgreesWithPaperWithinItsInterval) {
    int agree = 0;
    constexpr int kTrials = 50;
    for (int trial = 0; trial < kTrials; ++trial) {
        std::mt19937 random(static_cast<unsigned>(trial));
        std::normal_distribution<double> noise(1, 0.02);
        const auto perStep = [&](int) { return 0.004 * noise(random); };
        const Protocol paper{.method = Method::paper, .images = 1400};
        PointTimer all(paper, kTask), some({.images = 1400}, kTask);
        feed(all, perStep);
        feed(some, perStep);
        const auto whole = estimate(paper, kTask, all.timed());
        const auto quick = estimate({.images = 1400}, kTask, some.timed());
        agree += quick->low <= whole->seconds && whole->seconds <= quick->high;
    }
    EXPECT_GE(agree, 0.9 * kTrials);
}

TEST(Protocol, EstimateIsTheMedianWithItsOrderStatistics) {
    std::vector<Block> blocks;
    for (int i = 1; i <= 9; ++i)
        blocks.push_back({2, 2.0 * (i * 7 % 10), 0});  // 7 4 1 8 5 2 9 6 3
    const auto e = estimate({.images = 14}, kTask, blocks);
    ASSERT_TRUE(e);
    EXPECT_DOUBLE_EQ(e->seconds, 100 * 5.0);
    // Of nine, the second and the eighth enclose the median with 96.1 %.
    EXPECT_DOUBLE_EQ(e->low, 100 * 2.0);
    EXPECT_DOUBLE_EQ(e->high, 100 * 8.0);
    EXPECT_EQ(e->blocks, 9);
    EXPECT_DOUBLE_EQ(e->imagesPerSecond, 14 / 5.0);
    EXPECT_FALSE(estimate({}, kTask, {}));
    const auto one = estimate({.images = 14}, kTask, std::vector<Block>{{1, 3, 0}});
    EXPECT_DOUBLE_EQ(one->seconds, 300);
    EXPECT_DOUBLE_EQ(one->low, 300);
}

TEST(Protocol, IntervalHoldsTheMedianAsOftenAsItSays) {
    std::mt19937 random(4);
    std::exponential_distribution<double> tail(20);
    const double truth = 1 + std::log(2.0) / 20;
    int inside = 0;
    constexpr int kTrials = 2000;
    for (int trial = 0; trial < kTrials; ++trial) {
        std::vector<Block> blocks;
        for (int i = 0; i < 15; ++i)
            blocks.push_back({1, 1 + tail(random), 0});
        const auto e = estimate({.images = 14, .epochs = 1}, kTask, blocks);
        inside += e->low <= truth && truth <= e->high;
    }
    EXPECT_GT(inside, 0.945 * kTrials);
}

TEST(Protocol, IntervalTakesInADrift) {
    std::vector<Block> blocks;
    for (int i = 0; i < 40; ++i)
        blocks.push_back({1, i < 20 ? 1.0 : 1.2, 0});
    const auto e = estimate({.images = 14, .epochs = 1}, kTask, blocks);
    EXPECT_LE(e->low, 1.0);
    EXPECT_GE(e->high, 1.2);
}

TEST(Protocol, PaperSumsItsEpochs) {
    const Protocol paper{.method = Method::paper, .images = 140, .warmupEpochs = 2, .epochs = 20};
    PointTimer timer(paper, kTask);
    EXPECT_TRUE(timer.warming());
    EXPECT_EQ(timer.nextSteps(), 10);
    const int blocks = feed(timer, [](int i) { return 0.001 * (1 + i % 3); });
    EXPECT_EQ(blocks, 22);
    EXPECT_EQ(timer.warmup().size(), 2u);
    EXPECT_EQ(timer.timed().size(), 20u);
    double sum = 0;
    for (const Block& block : timer.timed())
        sum += block.seconds;
    const auto e = estimate(paper, kTask, timer.timed());
    EXPECT_NEAR(e->seconds, sum, 1e-12);
    EXPECT_LT(e->low, sum);
    EXPECT_GT(e->high, sum);
}

TEST(Protocol, QuickWarmsUpUntilStable) {
    PointTimer timer({}, kTask);
    feed(timer, [](int i) { return i < 12 ? 0.03 - 0.002 * i : 0.005; });
    EXPECT_GE(timer.warmup().size(), 12u);
    for (const Block& block : timer.timed())
        EXPECT_DOUBLE_EQ(block.perStep(), 0.005);
    EXPECT_EQ(timer.timed().size(), 7u);  // nothing varies: the fewest blocks are enough
}

TEST(Protocol, QuickEndsWithItsBudget) {
    std::mt19937 random(2);
    std::uniform_real_distribution<double> wide(0.005, 0.02);
    PointTimer timer({.budgetSeconds = 5}, kTask);
    feed(timer, [&](int) { return wide(random); });
    double spent = 0;
    for (const auto* blocks : {&timer.warmup(), &timer.timed()})
        for (const Block& block : *blocks)
            spent += block.seconds;
    EXPECT_GT(spent, 4.9);
    EXPECT_LT(spent, 6.5);
    // Steps longer than the budget are taken three times all the same.
    PointTimer slow({.budgetSeconds = 5}, kTask);
    feed(slow, [](int) { return 4.0; });
    EXPECT_EQ(slow.timed().size(), 3u);
}

TEST(Protocol, AFirstStepThatCompilesTakesNothingOfTheBudget) {
    PointTimer timer({.budgetSeconds = 4}, kTask);
    feed(timer, [](int i) { return i == 0 ? 20.0 : 0.01; });
    EXPECT_EQ(timer.timed().size(), 7u);
}

TEST(Protocol, BlockAfterAPauseOnlyWarmsUp) {
    PointTimer timer({}, kTask);
    while (timer.timed().size() < 2)
        timer.add({timer.nextSteps(), static_cast<double>(timer.nextSteps()) * 0.01, 0});
    const std::size_t before = timer.warmup().size();
    timer.disturb();
    timer.add({1, 5, 0});
    EXPECT_EQ(timer.warmup().size(), before + 1);
    EXPECT_EQ(timer.timed().size(), 2u);
    EXPECT_GT(timer.nextSteps(), 1);
}

TEST(Protocol, Median) {
    EXPECT_EQ(median({3}), 3);
    EXPECT_EQ(median({4, 1}), 2.5);
    EXPECT_EQ(median({9, 1, 5}), 5);
    EXPECT_EQ(median({9, 1, 5, 6}), 5.5);
}

}  // namespace
}  // namespace shearbench::benchmark
