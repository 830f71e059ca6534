// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/curves.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "core/files.h"
#include "tests/core/benchmark/sample_results.h"
#include "tests/support/expect_error.h"

namespace shearbench::benchmark {
namespace {

const Curve& find(const std::vector<Curve>& list, const std::string& key) {
    for (const Curve& curve : list)
        if (curve.key == key)
            return curve;
    ADD_FAILURE() << "no curve " << key;
    return list.front();
}

TEST(Published, EqualsTheDocumentNumberByNumber) {
    std::ifstream stream(SHEARBENCH_TESTS_DIR "/../resources/published_results.json");
    const auto document = nlohmann::json::parse(stream);
    const std::pair<const char*, CurveRequest> parts[] = {
        {"deterministic_training", {Kind::training, "deterministic", Quantity::seconds}},
        {"bayesian_training", {Kind::training, "bayesian", Quantity::seconds}},
        {"generation", {Kind::generation, "generative", Quantity::seconds}}};
    for (const auto& [key, request] : parts) {
        const auto& part = document[key];
        const auto drawn = curves({}, request);
        ASSERT_EQ(drawn.size(), 2u);
        const char* sizes = request.kind == Kind::training ? "batch" : "images";
        std::size_t values[2] = {0, 0};
        const auto expectValue = [&](std::size_t curve, int size, double seconds) {
            const CurvePoint* point = drawn[curve].at(size);
            ASSERT_TRUE(point) << key << ' ' << size;
            EXPECT_EQ(point->value, seconds);
            ++values[curve];
        };
        for (std::size_t i = 0; i < part[sizes].size(); ++i) {
            expectValue(0, part[sizes][i], part["V100"][i]);
            expectValue(1, part[sizes][i], part["GC2"][i]);
        }
        if (part.contains("V100_beyond_GC2_memory")) {
            const auto& more = part["V100_beyond_GC2_memory"];
            for (std::size_t i = 0; i < more["batch"].size(); ++i)
                expectValue(0, more["batch"][i], more["seconds"][i]);
        }
        EXPECT_EQ(drawn[0].points.size(), values[0]);
        EXPECT_EQ(drawn[1].points.size(), values[1]);
        EXPECT_TRUE(drawn[0].published);
        EXPECT_EQ(drawn[0].key, "published/v100");
    }
    EXPECT_EQ(published().device("gc2")->memoryMB, 286);
    EXPECT_EQ(published().device("v100")->maxPowerWatts, 250);
}

TEST(Published, IsTheReferenceDocument) {
    const std::filesystem::path reference =
        SHEARBENCH_SHARED_DIR "/reference/published_results.json";
    if (!std::filesystem::exists(reference))
        GTEST_SKIP() << "The reference document is not here.";
    EXPECT_EQ(readText(reference),
              readText(SHEARBENCH_TESTS_DIR "/../resources/published_results.json"));
}

TEST(Published, RefusesOtherDocuments) {
    EXPECT_THROW(publishedFromJson("{}", "f"), Error);
    test::expectError(ErrorKind::data, {"f", "V100"}, [] {
        publishedFromJson(R"({"deterministic_training": {"batch": [1, 2], "V100": [3]}})", "f");
    });
}

TEST(Published, PaperSizes) {
    EXPECT_EQ(paperSizes(Kind::training, "deterministic"), (std::vector{2, 4, 8, 10, 12, 14}));
    EXPECT_EQ(paperSizes(Kind::training, "bayesian"), (std::vector{2, 4, 6, 8}));
    EXPECT_EQ(paperSizes(Kind::training, "new one"), (std::vector{2, 4, 8, 10, 12, 14}));
    EXPECT_EQ(paperSizes(Kind::generation, "generative").back(), 5000);
}

TEST(Curves, OneADeviceWithGapsWhereItEnded) {
    const auto list = curves({sampleResults()}, {});
    ASSERT_EQ(list.size(), 4u);
    EXPECT_EQ(list[0].key, "0/cpu");
    EXPECT_EQ(list[0].points.size(), 3u);
    EXPECT_EQ(list[0].note, "quick protocol, scaled, 9 blocks");
    const Curve& slow = find(list, "0/eigen");
    EXPECT_EQ(slow.points.size(), 2u);
    ASSERT_EQ(slow.gaps.size(), 1u);
    EXPECT_EQ(slow.gaps[0].size, 8);
    EXPECT_EQ(slow.gaps[0].status, Status::outOfMemory);
    const CurvePoint& point = list[0].points[0];
    EXPECT_LE(point.low, point.value);
    EXPECT_GE(point.high, point.value);
    ASSERT_TRUE(point.source);
    EXPECT_EQ(point.source->point, 0u);
    EXPECT_EQ(curves({sampleResults()}, {Kind::training, "bayesian", Quantity::seconds}).size(),
              2u);
}

TEST(Curves, TimesOfOtherLengthsAreScaledToThePublishedOne) {
    // The same blocks, quoted for 2 epochs of 64 images: 32 steps an epoch of batch 2, not 4000.
    Results some = sampleResults();
    some.protocol.epochs = 2;
    some.protocol.images = 64;
    const CurveRequest request;
    const std::vector<Results> all{sampleResults(), some};
    const auto list = curves(all, request);
    const Curve &whole = find(list, "0/cpu"), &scaled = find(list, "1/cpu");
    EXPECT_EQ(scaled.note, "quick protocol, scaled, 9 blocks");
    ASSERT_EQ(scaled.points.size(), whole.points.size());
    for (std::size_t i = 0; i < whole.points.size(); ++i) {
        EXPECT_NEAR(scaled.points[i].value, whole.points[i].value, 1e-9 * whole.points[i].value);
        EXPECT_NEAR(scaled.points[i].low, whole.points[i].low, 1e-9 * whole.points[i].low);
        EXPECT_NEAR(scaled.points[i].high, whole.points[i].high, 1e-9 * whole.points[i].high);
    }
    EXPECT_NEAR(some.estimateOf(some.points[0])->seconds * 100 * 4000 / (2 * 32),
                scaled.at(2)->value, 1e-9 * scaled.at(2)->value);
    Results timed = some;
    timed.protocol.method = Method::paper;
    EXPECT_EQ(curves({timed}, request)[0].note,
              "paper protocol, scaled from 2 x 64 images, 9 blocks");
    // So are ratios with published times.
    const Curve& v100 = find(list, "published/v100");
    EXPECT_NEAR(ratio(v100, scaled)[0].value, ratio(v100, whole)[0].value, 1e-9);
    const auto remarks = workloadRemarks(all, request);
    ASSERT_EQ(remarks.size(), 1u);
    EXPECT_EQ(remarks[0], "Times for 2 epochs of 64 images are scaled to 100 epochs of 8000.");
    EXPECT_TRUE(workloadRemarks({sampleResults()}, request).empty());
    EXPECT_TRUE(
        workloadRemarks(all, {Kind::training, "deterministic", Quantity::imagesPerSecond}).empty());
}

TEST(Curves, PublishedTimesAreForImagesOfOneShape) {
    Results small = sampleResults();
    small.data.height = small.data.width = 32;
    for (const Quantity quantity :
         {Quantity::seconds, Quantity::imagesPerSecond, Quantity::joulesPerImage}) {
        const CurveRequest request{Kind::training, "deterministic", quantity};
        for (const Curve& curve : curves({small}, request))
            EXPECT_FALSE(curve.published) << toString(request.kind);
        EXPECT_EQ(workloadRemarks({small}, request).size(), 1u);
    }
    EXPECT_TRUE(workloadRemarks({small}, {Kind::training, "bayesian", Quantity::seconds}).empty());
    // Beside results of that shape they are shown, but not divided by those of another.
    const auto list = curves({small, sampleResults()}, {});
    const Curve& v100 = find(list, "published/v100");
    EXPECT_TRUE(ratio(v100, find(list, "0/cpu")).empty());
    EXPECT_TRUE(ratio(find(list, "0/cpu"), v100).empty());
    EXPECT_FALSE(ratio(v100, find(list, "1/cpu")).empty());
    EXPECT_FALSE(ratio(find(list, "0/cpu"), find(list, "1/cpu")).empty());
}

TEST(Curves, OtherQuantities) {
    const std::vector<Results> all{sampleResults()};
    const auto rates = curves(all, {Kind::training, "deterministic", Quantity::imagesPerSecond});
    const CurvePoint& rate = rates[0].points[0];
    EXPECT_LE(rate.low, rate.value);
    EXPECT_GE(rate.high, rate.value);
    EXPECT_NEAR(rate.value, 1000, 30);
    // 8000 images in 4000 steps of 2, 100 times, in 2082.35 s.
    EXPECT_NEAR(find(rates, "published/v100").at(2)->value, 800'000 / 2082.35, 1e-9);
    const auto energy = curves(all, {Kind::training, "deterministic", Quantity::joulesPerImage});
    ASSERT_EQ(energy.size(), 4u);
    EXPECT_TRUE(find(energy, "0/eigen").points.empty());  // nobody states its power
    EXPECT_EQ(energyNote(all, energy[0]), "stated maximum power");
    EXPECT_NEAR(find(energy, "published/gc2").at(8)->value, 120 * 250.53 / 800'000, 1e-12);
    const auto memory = curves(all, {Kind::training, "deterministic", Quantity::memoryMB});
    EXPECT_EQ(memory.size(), 2u);
    EXPECT_DOUBLE_EQ(memory[0].at(4)->value, 32);
}

TEST(Ratio, OfTwoCurvesWhereBothHaveASize) {
    const auto list = curves({sampleResults()}, {});
    const auto r = ratio(find(list, "published/v100"), find(list, "published/gc2"));
    ASSERT_EQ(r.size(), 6u);
    EXPECT_DOUBLE_EQ(r[0].value, 2082.35 / 189.24);
    EXPECT_DOUBLE_EQ(r[0].low, r[0].value);
    const auto own = ratio(list[1], list[0]);
    ASSERT_EQ(own.size(), 2u);
    EXPECT_NEAR(own[0].value, 4, 0.05);
    EXPECT_LT(own[0].low, own[0].value);
    EXPECT_GT(own[0].high, own[0].value);
    EXPECT_EQ(own[0].source->point, 0u);  // B's
}

TEST(Ratio, IntervalIsThatOfIndependentTimes) {
    // Two times known to 3 % and 4 % give a ratio known to 5 %.
    Curve a, b;
    a.points = {{2, 100, 97, 103, std::nullopt}};
    b.points = {{2, 50, 48, 52, std::nullopt}};
    const auto r = ratio(a, b);
    ASSERT_EQ(r.size(), 1u);
    EXPECT_NEAR(r[0].high / r[0].value, 1.05, 1e-12);
    EXPECT_NEAR(r[0].value / r[0].low, 1.05, 1e-12);
    std::mt19937 random(1);
    std::normal_distribution<double> normal;
    int inside = 0;
    for (int i = 0; i < 20'000; ++i) {
        const double drawn = (100 + 3 / 1.96 * normal(random)) / (50 + 2 / 1.96 * normal(random));
        inside += drawn >= r[0].low && drawn <= r[0].high;
    }
    EXPECT_NEAR(inside / 20'000.0, 0.95, 0.01);
}

TEST(Ratio, OfNothing) {
    EXPECT_TRUE(ratio({}, {}).empty());
    Curve zero;
    zero.points = {{2, 0, 0, 0, std::nullopt}};
    EXPECT_TRUE(ratio(zero, zero).empty());
}

TEST(Extrapolation, IsThePapers) {
    const auto list = curves({}, {Kind::generation, "generative", Quantity::seconds});
    const auto& catalogue = published().extrapolation;
    const auto days = extrapolatedDays(find(list, "published/v100"), catalogue.galaxies);
    ASSERT_TRUE(days);
    EXPECT_LT(days->value, catalogue.v100DaysAtMost);
    EXPECT_NEAR(days->value, 17.7, 0.05);
    EXPECT_FALSE(extrapolatedDays({}, 1e9));
}

}  // namespace
}  // namespace shearbench::benchmark
