// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/data/quality.h"
#include "core/data/targets.h"
#include "tests/support/expect_error.h"
#include "tests/support/memory_source.h"

namespace shearbench::data {
namespace {

using test::expectError;

TEST(Split, SharesAllRowsOutOnce) {
    const Split split = makeSplit(1000, {}, 0.1, 0.2, 3);
    EXPECT_EQ(split.training.size(), 700u);
    EXPECT_EQ(split.validation.size(), 100u);
    EXPECT_EQ(split.test.size(), 200u);
    std::vector<std::int64_t> all = split.training;
    all.insert(all.end(), split.validation.begin(), split.validation.end());
    all.insert(all.end(), split.test.begin(), split.test.end());
    EXPECT_TRUE(std::is_sorted(split.training.begin(), split.training.end()));
    EXPECT_TRUE(std::is_sorted(split.test.begin(), split.test.end()));
    std::sort(all.begin(), all.end());
    for (std::int64_t i = 0; i < 1000; ++i)
        EXPECT_EQ(all[static_cast<std::size_t>(i)], i);
}

TEST(Split, IsDecidedByTheSeed) {
    EXPECT_EQ(makeSplit(100, {}, 0.1, 0.1, 3).test, makeSplit(100, {}, 0.1, 0.1, 3).test);
    EXPECT_NE(makeSplit(100, {}, 0.1, 0.1, 3).test, makeSplit(100, {}, 0.1, 0.1, 4).test);
}

TEST(Split, KeepsGroupsTogether) {
    std::vector<std::int64_t> groups;
    for (std::int64_t i = 0; i < 900; ++i)
        groups.push_back((std::int64_t{1} << 60) + (i * i) % 101 - 50);
    const Split split = makeSplit(900, groups, 0.15, 0.1, 1);
    std::map<std::int64_t, int> sides;
    int side = 0;
    for (const auto* rows : {&split.training, &split.validation, &split.test}) {
        ++side;
        for (std::int64_t row : *rows) {
            int& known = sides[groups[static_cast<std::size_t>(row)]];
            EXPECT_TRUE(known == 0 || known == side);
            known = side;
        }
    }
    EXPECT_NEAR(static_cast<double>(split.validation.size()), 135, 20);
    EXPECT_NEAR(static_cast<double>(split.test.size()), 90, 20);
}

TEST(Split, GivesSmallSetsAtLeastOneRow) {
    const Split split = makeSplit(4, {}, 0.1, 0.1, 1);
    EXPECT_EQ(split.training.size(), 2u);
    EXPECT_EQ(split.validation.size(), 1u);
    EXPECT_TRUE(makeSplit(4, {}, 0, 0, 1).validation.empty());
}

TEST(Split, RefusesWhatLeavesNothingToTrainOn) {
    expectError(ErrorKind::usage, {"1.5"}, [] { makeSplit(10, {}, 1.5, 0, 1); });
    expectError(ErrorKind::usage, {"-0.1"}, [] { makeSplit(10, {}, 0.1, -0.1, 1); });
    expectError(ErrorKind::usage, {"0.6", "0.5"}, [] { makeSplit(10, {}, 0.6, 0.5, 1); });
    expectError(ErrorKind::usage, {"0 usable rows"}, [] { makeSplit(0, {}, 0.1, 0.1, 1); });
    const std::vector<std::int64_t> one(10, 7), few(3);
    expectError(ErrorKind::usage, {"10 usable rows in 1 group cannot", "0.1 for validation"},
                [&] { makeSplit(10, one, 0.1, 0, 1); });
    expectError(ErrorKind::data, {"3 group ids", "10 rows"},
                [&] { makeSplit(10, few, 0.1, 0, 1); });
}

TEST(UsableRows, LeavesOutWhatCannotBeTrainedOn) {
    test::MemorySource source(20, 1, 8);
    source.columns["e1"][3] = NAN;
    source.columns["e2"][5] = INFINITY;
    source.columns["e1"][7] = -10;
    source.columns["redshift"][9] = -99;
    const UsableRows usable = usableRows(source, source.schema().targets);
    EXPECT_EQ(usable.leftOut, 4);
    EXPECT_EQ(usable.rows.size(), 16u);
    EXPECT_EQ(std::count(usable.rows.begin(), usable.rows.end(), 7), 0);
    for (const char* part :
         {"4 of 20 rows", "2 with a target that is not finite", "1 with |e1|", "1 with a redshift"})
        EXPECT_NE(usable.sentence.find(part), std::string::npos) << usable.sentence;
    source.columns["id"] = {0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3};
    const Split split = splitSource(source, usable, "id", 0.2, 0, 1);
    EXPECT_EQ(split.training.size() + split.validation.size(), 16u);
    for (std::int64_t row : split.training)
        EXPECT_NE(row, 7);
    EXPECT_EQ(splitSource(source, usable, "none", 0.25, 0, 1).validation.size(), 4u);

    EXPECT_EQ(usableRows(source, {}).rows.size(), 20u);
    std::fill(source.columns["e1"].begin(), source.columns["e1"].end(), NAN);
    expectError(ErrorKind::data, {"No row of memory", "20 of 20"},
                [&] { usableRows(source, source.schema().targets); });
}

TEST(ReadTargets, NamesWhatIsMissing) {
    test::MemorySource source(20, 1, 8);
    source.schemaToChange().columns = {{"mag", "float32", false}};
    source.schemaToChange().notes = {"/e1 is 10 for 20 images and cannot be used."};
    expectError(ErrorKind::data, {"no column for e1", "10 for 20 images", "It has mag", "--e1"},
                [&] {
                    readTargets(source, {"", "e2", "redshift"});
                });
    source.columns["e2"].pop_back();
    expectError(ErrorKind::data, {"e2", "19 values", "20 images"},
                [&] { readTargets(source, source.schema().targets); });
}

TEST(Quality, SaysWhatIsOdd) {
    test::MemorySource source(20, 1, 8);
    for (double& redshift : source.columns["redshift"])
        redshift *= 0.1;
    EXPECT_TRUE(checkTargets(source, source.schema().targets).sentences.empty());
    source.columns["e1"][0] = NAN;
    source.columns["e1"][1] = -10;
    source.columns["e1"][2] = source.columns["e2"][2] = 0.8;
    source.columns["redshift"].assign(20, 0.5);
    source.columns["redshift"][4] = -0.001;
    source.columns["redshift"][5] = -99;
    const Quality quality = checkTargets(source, source.schema().targets);
    EXPECT_EQ(quality.rows, 20);
    EXPECT_EQ(quality.usable, 17);
    EXPECT_EQ(quality.notFinite, (std::array<std::int64_t, 3>{1, 0, 0}));
    EXPECT_EQ(quality.sentinels, (std::array<std::int64_t, 3>{1, 0, 1}));
    EXPECT_EQ(quality.impossibleEllipticity, 2);
    EXPECT_EQ(quality.negativeRedshift, 2);
    EXPECT_EQ(quality.least[2], -0.001);
    EXPECT_EQ(quality.most[2], 0.5);
    EXPECT_EQ(quality.sentences.size(), 6u);

    source.columns["e2"].assign(20, NAN);
    const Quality hopeless = checkTargets(source, source.schema().targets);
    EXPECT_EQ(hopeless.usable, 0);
    EXPECT_EQ(hopeless.notFinite[1], 20);
    const Quality partly = checkTargets(source, {"", "e2", ""});
    EXPECT_EQ(partly.notFinite, (std::array<std::int64_t, 3>{0, 20, 0}));
    EXPECT_EQ(partly.sentences.size(), 1u);
}

TEST(SplitSource, NeedsAsManyGroupsAsSides) {
    test::MemorySource source(20, 1, 8);
    source.columns["plate"].assign(20, 3);
    const UsableRows usable = usableRows(source, {});
    expectError(ErrorKind::data,
                {"memory", "20 rows", "1 group of the column plate", "--group none"},
                [&] { splitSource(source, usable, "plate", 0.1, 0.1, 1); });
    EXPECT_EQ(splitSource(source, usable, "plate", 0, 0, 1).training.size(), 20u);
}

TEST(Quality, CountsPixelsThatAreNotFinite) {
    test::MemorySource source(20, 1, 8);
    source.images[64] = NAN;
    source.images[65] = INFINITY;
    std::fill_n(source.images.begin() + 128, 64, 0.0f);
    const PixelQuality quality = checkPixels(source);
    EXPECT_EQ(quality.blankImages, 1);
    EXPECT_EQ(quality.images, 20);
    EXPECT_EQ(quality.imagesWithNonFinite, 1);
    EXPECT_EQ(quality.nonFinitePixels, 2);
    EXPECT_EQ(quality.nonFiniteRows, (std::vector<std::int64_t>{1}));
    source.columns["e1"][0] = NAN;
    const Quality labels = checkTargets(source, source.schema().targets);
    EXPECT_EQ(labels.usable, 19);
    EXPECT_EQ(trainableRows(labels, quality), 18);
}

}  // namespace
}  // namespace shearbench::data
