// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/loader.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <thread>

#include "core/data/memory_source.h"
#include "core/data/quality.h"
#include "tests/support/expect_error.h"
#include "tests/support/memory_source.h"

namespace shearbench::data {
namespace {

using test::expectError;

std::shared_ptr<test::MemorySource> someSource(std::int64_t count = 50) {
    return std::make_shared<test::MemorySource>(count, 2, 8);
}

LoaderSettings someSettings(std::int64_t rows = 50) {
    LoaderSettings settings;
    settings.rows.resize(static_cast<std::size_t>(rows));
    std::iota(settings.rows.begin(), settings.rows.end(), std::int64_t{0});
    settings.batch = 8;
    settings.seed = 5;
    settings.targets = {"e1", "e2", "redshift"};
    settings.turnsAndFlips = true;
    return settings;
}

/// Batches without pixels are those with them in all the rest.
struct Named {
    std::vector<float> targets;
    std::vector<std::int64_t> rows, positions;
    std::vector<int> turns;
    std::int64_t epoch, step;
    bool operator==(const Named&) const = default;
};

std::vector<Named> names(Loader& loader, int batches) {
    std::vector<Named> seen;
    for (int i = 0; i < batches; ++i) {
        const Batch& batch = loader.next();
        Named named{batch.targets, batch.rows, batch.positions, {}, batch.epoch, batch.step};
        for (const Symmetry& turn : batch.turns)
            named.turns.push_back(turn.quarterTurns + (turn.flip ? 4 : 0));
        seen.push_back(std::move(named));
    }
    return seen;
}

struct Seen {
    std::vector<float> images, targets;
    std::vector<std::int64_t> rows;
    std::int64_t epoch, step;
    bool operator==(const Seen&) const = default;
};

std::vector<Seen> take(Loader& loader, int batches) {
    std::vector<Seen> seen;
    for (int i = 0; i < batches; ++i) {
        const Batch& batch = loader.next();
        seen.push_back({batch.images, batch.targets, batch.rows, batch.epoch, batch.step});
    }
    return seen;
}

TEST(Loader, ShowsEveryRowAtMostOnceAnEpoch) {
    Loader loader(someSource(), someSettings());
    ASSERT_EQ(loader.stepsPerEpoch(), 6);
    std::vector<std::set<std::int64_t>> epochs(3);
    for (int i = 0; i < 18; ++i) {
        const Batch& batch = loader.next();
        EXPECT_EQ(batch.epoch, i / 6);
        EXPECT_EQ(batch.step, i % 6);
        ASSERT_EQ(batch.rows.size(), 8u);
        epochs[static_cast<std::size_t>(batch.epoch)].insert(batch.rows.begin(), batch.rows.end());
    }
    for (const auto& rows : epochs)
        EXPECT_EQ(rows.size(), 48u);
    EXPECT_NE(epochs[0], epochs[1]) << "the rows left out should differ from epoch to epoch";
}

TEST(Loader, GivesEachImageItsTarget) {
    const auto source = someSource();
    LoaderSettings settings = someSettings();
    settings.rows = {3, 7, 20, 21, 22, 40, 41, 49};
    settings.turnsAndFlips = false;
    Loader loader(source, settings);
    const Batch& batch = loader.next();
    for (std::size_t i = 0; i < 8; ++i) {
        const auto row = static_cast<float>(batch.rows[i]);
        EXPECT_EQ(batch.images[i * 128], row * 128);
        EXPECT_EQ(batch.images[i * 128 + 127], row * 128 + 127);
        EXPECT_FLOAT_EQ(batch.targets[3 * i], 0.001f * row);
        EXPECT_FLOAT_EQ(batch.targets[3 * i + 1], -0.001f * row);
        EXPECT_EQ(batch.targets[3 * i + 2], row);
    }
}

TEST(Loader, RepeatsItselfWhateverItPreparesAhead) {
    LoaderSettings one = someSettings(), many = someSettings();
    one.ahead = 1;
    many.ahead = 9;
    Loader first(someSource(), one), second(someSource(), many);
    EXPECT_EQ(take(first, 20), take(second, 20));
}

TEST(Loader, NamesImagesThatItsUserHas) {
    LoaderSettings settings = someSettings(40);
    std::reverse(settings.rows.begin(), settings.rows.end());
    LoaderSettings without = settings;
    without.pixels = false;
    Loader all(someSource(), settings);
    for (const auto& [epoch, step] : {std::pair{0, 0}, std::pair{1, 3}}) {
        // Nobody looks at the pixels.
        auto source = someSource();
        std::fill(source->images.begin(), source->images.end(), NAN);
        Loader whole(someSource(), settings, epoch, step), named(source, without, epoch, step);
        EXPECT_EQ(names(named, 12), names(whole, 12));
        EXPECT_TRUE(named.next().images.empty());
    }
    const Batch& batch = all.next();
    std::vector<float> image(128), scratch(64);
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        const std::int64_t row = settings.rows[static_cast<std::size_t>(batch.positions[i])];
        EXPECT_EQ(row, batch.rows[i]);
        someSource()->readImages({&row, 1}, image);
        turnImage(batch.turns[i], 2, 8, image, scratch);
        EXPECT_TRUE(std::equal(image.begin(), image.end(), &batch.images[i * 128]));
    }
    without.window = 20;
    std::sort(without.rows.begin(), without.rows.end());
    expectError(ErrorKind::usage, {"read while training"}, [&] { Loader(someSource(), without); });
}

TEST(Loader, DependsOnTheSeed) {
    LoaderSettings settings = someSettings();
    Loader first(someSource(), settings);
    settings.seed = 6;
    Loader second(someSource(), settings);
    EXPECT_NE(take(first, 1)[0].rows, take(second, 1)[0].rows);
}

TEST(Loader, ContinuesExactlyFromAnyEpochAndStep) {
    Loader whole(someSource(), someSettings());
    const std::vector<Seen> all = take(whole, 20);
    for (int start : {1, 5, 6, 13}) {
        Loader resumed(someSource(), someSettings(), start / 6, start % 6);
        EXPECT_EQ(take(resumed, 4),
                  std::vector<Seen>(all.begin() + start, all.begin() + start + 4));
    }
    Loader atTheEnd(someSource(), someSettings(), 0, 6);  // where an epoch's last step leaves off
    EXPECT_EQ(take(atTheEnd, 1)[0], all[6]);
}

TEST(Loader, TurnsTargetsWithImagesAndUsesAllSymmetries) {
    auto source = std::make_shared<test::MemorySource>(400, 1, 8);
    // Bright right edge: its side after the turn tells the symmetry's rotation.
    std::fill(source->images.begin(), source->images.end(), 0.0f);
    for (std::size_t i = 7; i < source->images.size(); i += 8)
        source->images[i] = 1;
    for (auto& e1 : source->columns["e1"])
        e1 = 0.3;
    LoaderSettings settings = someSettings(400);
    settings.batch = 400;
    Loader loader(source, settings);
    const Batch& batch = loader.next();
    std::set<int> sides;
    for (std::size_t i = 0; i < 400; ++i) {
        const float* image = &batch.images[i * 64];
        const bool right = image[4 * 8 + 7] == 1, left = image[4 * 8] == 1,
                   top = image[7 * 8 + 4] == 1;
        sides.insert(right ? 0 : left ? 1 : top ? 2 : 3);
        EXPECT_EQ(batch.targets[3 * i], right || left ? 0.3f : -0.3f);
    }
    EXPECT_EQ(sides.size(), 4u);
}

TEST(Loader, NormalisesAsReadNormalisedDoes) {
    const auto source = someSource();
    LoaderSettings settings = someSettings();
    settings.turnsAndFlips = false;
    settings.normalisation = {Normalisation::Kind::asinh, {10, 1000}};
    Loader loader(source, settings);
    const Batch& batch = loader.next();
    EXPECT_EQ(batch.images, readNormalised(*source, batch.rows, settings.normalisation));
    EXPECT_NEAR(batch.images[5],
                std::asinh(source->images[static_cast<std::size_t>(batch.rows[0]) * 128 + 5] / 10),
                1e-5);
}

TEST(Loader, WorksWithoutTargets) {
    LoaderSettings settings = someSettings();
    settings.targets = {};
    Loader loader(someSource(), settings);
    EXPECT_TRUE(loader.next().targets.empty());
    settings.targets = {"e1", "", "redshift"};
    expectError(ErrorKind::data, {"no column for e2"}, [&] { Loader(someSource(), settings); });
}

TEST(Loader, RefusesSettingsThatCannotBe) {
    LoaderSettings settings = someSettings(5);
    expectError(ErrorKind::usage, {"Batches of 8", "5 training rows"},
                [&] { Loader(someSource(), settings); });
    settings = someSettings();
    settings.rows[3] = 50;
    expectError(ErrorKind::data, {"no row 50", "50 images"},
                [&] { Loader(someSource(), settings); });
    settings = someSettings();
    settings.normalisation = {Normalisation::Kind::asinh, {1}};
    expectError(ErrorKind::usage, {"1 scales", "2 bands"}, [&] { Loader(someSource(), settings); });
    auto oblong = someSource();
    oblong->schemaToChange().height = 4;
    oblong->schemaToChange().width = 16;
    expectError(ErrorKind::usage, {"4 x 16", "turn"}, [&] { Loader(oblong, someSettings()); });
    auto source = someSource();
    source->columns["redshift"][30] = NAN;
    source->columns["e1"][20] = INFINITY;
    expectError(ErrorKind::data, {"2 of 50 rows", "row 20"},
                [&] { Loader(source, someSettings()); });
}

TEST(Loader, ThrowsWhatItsThreadMetAtTheRightStep) {
    auto source = someSource();
    Loader good(source, someSettings());
    const std::vector<Seen> seen = take(good, 6);
    const std::int64_t bad = seen[3].rows[2];
    auto broken = someSource();
    broken->images[static_cast<std::size_t>(bad) * 128 + 9] = NAN;
    for (int ahead : {1, 8}) {
        LoaderSettings settings = someSettings();
        settings.ahead = ahead;
        Loader loader(broken, settings);
        EXPECT_EQ(take(loader, 3), std::vector<Seen>(seen.begin(), seen.begin() + 3));
        for (int again = 0; again < 2; ++again)
            expectError(ErrorKind::data, {"row " + std::to_string(bad), "1 of 128 pixels"},
                        [&] { loader.next(); });
    }
}

LoaderSettings windowSettings() {
    LoaderSettings settings = someSettings(203);
    settings.window = 40;
    settings.block = 7;
    return settings;
}

TEST(Loader, WindowsTakeEveryRowOnceAndMixWhatLiesApart) {
    Loader loader(someSource(203), windowSettings());
    ASSERT_EQ(loader.stepsPerEpoch(), 25);
    std::vector<std::vector<std::int64_t>> epochs(2);
    for (int i = 0; i < 50; ++i) {
        const Batch& batch = loader.next();
        auto& rows = epochs[static_cast<std::size_t>(batch.epoch)];
        rows.insert(rows.end(), batch.rows.begin(), batch.rows.end());
    }
    for (const auto& rows : epochs)
        EXPECT_EQ(std::set<std::int64_t>(rows.begin(), rows.end()).size(), 200u);
    EXPECT_NE(epochs[0], epochs[1]);
    int neighbours = 0;
    for (std::size_t i = 1; i < 200; ++i)
        neighbours += std::abs(epochs[0][i] - epochs[0][i - 1]) == 1;
    EXPECT_LT(neighbours, 40) << "rows should not come in the order of the file";
}

TEST(Loader, WindowsGiveEachImageItsTargetAndTurn) {
    LoaderSettings settings = windowSettings();
    settings.window = 0;
    std::vector<Seen> plain(203);
    Loader all(someSource(203), settings);
    for (const Seen& batch : take(all, 25))
        for (std::size_t i = 0; i < 8; ++i) {
            Seen& one = plain[static_cast<std::size_t>(batch.rows[i])];
            one.images.assign(&batch.images[i * 128], &batch.images[i * 128] + 128);
            one.targets.assign(&batch.targets[3 * i], &batch.targets[3 * i] + 3);
        }
    Loader windows(someSource(203), windowSettings());
    int compared = 0;
    for (const Seen& batch : take(windows, 25))
        for (std::size_t i = 0; i < 8; ++i) {
            const Seen& one = plain[static_cast<std::size_t>(batch.rows[i])];
            if (one.images.empty())
                continue;
            ++compared;
            EXPECT_TRUE(std::equal(one.images.begin(), one.images.end(), &batch.images[i * 128]));
            EXPECT_TRUE(std::equal(one.targets.begin(), one.targets.end(), &batch.targets[3 * i]));
        }
    EXPECT_GE(compared, 190);
}

TEST(Loader, WindowsContinueExactlyFromAnyEpochAndStep) {
    Loader whole(someSource(203), windowSettings());
    const std::vector<Seen> all = take(whole, 60);
    for (int start : {1, 4, 5, 6, 24, 25, 37, 50}) {
        Loader resumed(someSource(203), windowSettings(), start / 25, start % 25);
        EXPECT_EQ(take(resumed, 8), std::vector<Seen>(all.begin() + start, all.begin() + start + 8))
            << "from step " << start;
    }
}

TEST(Loader, WindowsReplaceAndCountWhatIsNotFinite) {
    const auto source = someSource(203);
    for (std::int64_t row : {3, 4, 100})
        source->images[static_cast<std::size_t>(row) * 128 + 60] = NAN;
    Loader loader(source, windowSettings());
    std::int64_t replaced = 0;
    std::map<std::int64_t, int> times;
    for (int step = 0; step < 25; ++step) {
        const Batch& batch = loader.next();
        replaced += batch.replaced;
        for (std::size_t i = 0; i < 8; ++i) {
            EXPECT_FALSE(batch.rows[i] == 3 || batch.rows[i] == 4 || batch.rows[i] == 100);
            EXPECT_EQ(batch.targets[3 * i + 2], static_cast<float>(batch.rows[i]));
            ++times[batch.rows[i]];
        }
    }
    // One image more for each that comes again; the epoch's remainder may hold some of the three.
    std::int64_t repeated = 0;
    for (const auto& [row, count] : times)
        repeated += count - 1;
    EXPECT_EQ(replaced, repeated);
    EXPECT_GE(replaced, 1);
    EXPECT_LE(replaced, 3);
    Loader again(source, windowSettings(), 0, 11);
    Loader reference(source, windowSettings());
    take(reference, 11);
    EXPECT_EQ(take(again, 10), take(reference, 10));

    // Others of its own: the loaders above may still be reading ahead.
    const auto bad = someSource(203);
    std::fill(bad->images.begin(), bad->images.end(), NAN);
    Loader none(bad, windowSettings());
    expectError(ErrorKind::data, {"memory", "not finite"}, [&] { none.next(); });
}

TEST(Loader, WindowsEndAtAnyMoment) {
    for (int taken : {0, 1, 6, 30}) {
        Loader loader(someSource(203), windowSettings());
        take(loader, taken);
    }
}

TEST(Loader, SaysWhatMemoryItTakes) {
    const auto source = someSource(203);
    LoaderSettings settings = windowSettings();
    const std::uint64_t image = 128 * 4;
    EXPECT_EQ(loaderBytes(source->schema(), settings), (5 * 8 + 2 * 46 + 7) * image);
    settings.window = 0;
    EXPECT_EQ(loaderBytes(source->schema(), settings), 5 * 8 * image);
    EXPECT_EQ(usualWindow(source->schema()), std::int64_t{1} << 19);
}

TEST(Loader, EndsWhileItsThreadWaitsOrWorks) {
    for (int taken : {0, 1, 3})
        for (int pause : {0, 2}) {
            Loader loader(someSource(), someSettings());
            take(loader, taken);
            std::this_thread::sleep_for(std::chrono::milliseconds(pause));
            EXPECT_GE(loader.waited(), 0);
        }
}

TEST(Loader, IsWatchedFromAnotherThread) {
    Loader loader(someSource(), someSettings());
    std::atomic<bool> done{false};
    std::thread watcher([&] {
        double last = 0;
        while (!done) {
            const double now = loader.waited();
            EXPECT_GE(now, last);
            last = now;
        }
    });
    take(loader, 200);
    done = true;
    watcher.join();
}

TEST(KeepInMemory, HoldsWhatTheSourceHas) {
    const auto source = someSource(300);
    std::vector<std::int64_t> steps;
    const auto kept = keepInMemory(source, 0, [&](std::int64_t done, std::int64_t count) {
        EXPECT_EQ(count, 300);
        steps.push_back(done);
        return true;
    });
    EXPECT_EQ(steps.front(), 0);
    EXPECT_EQ(steps.back(), 300);
    source->images[5] = -1;  // read once
    const std::vector<std::int64_t> rows{299, 0, 7};
    std::vector<float> images(3 * 128);
    kept->readImages(rows, images);
    EXPECT_EQ(images[0], 299 * 128);
    EXPECT_EQ(images[128 + 5], 5);
    EXPECT_EQ(images[256], 7 * 128);
    EXPECT_EQ(kept->readColumn("redshift"), source->readColumn("redshift"));
    EXPECT_EQ(kept->schema().count, 300);
}

TEST(KeepInMemory, KeepsToItsBoundAndCanBeCancelled) {
    EXPECT_EQ(bytesInMemory(*someSource()), 50u * 128 * 4);
    expectError(ErrorKind::data, {"50 images", "GB"},
                [] { keepInMemory(someSource(), 50 * 128 * 4 - 1); });
    EXPECT_NE(keepInMemory(someSource(), 50 * 128 * 4), nullptr);
    EXPECT_EQ(keepInMemory(someSource(300), 0, [](std::int64_t, std::int64_t) { return false; }),
              nullptr);
}

TEST(CachedSource, ReadsThroughUntilItIsFilled) {
    const auto source = someSource(300);
    const CachedSource cached(source);
    const std::vector<std::int64_t> rows{299, 0, 7};
    std::vector<float> images(3 * 128);
    cached.readImages(rows, images);
    EXPECT_EQ(images[0], 299 * 128);
    source->images[0] = -5;
    cached.readImages(rows, images);
    EXPECT_EQ(images[128], -5);
    EXPECT_TRUE(cached.fill());
    source->images[0] = -6;
    cached.readImages(rows, images);
    EXPECT_EQ(images[128], -5);
}

TEST(FiniteRows, LeavesOutThoseWithPixelsThatAreNone) {
    const auto source = someSource();
    source->images[10 * 128 + 3] = INFINITY;
    source->images[12 * 128 + 127] = NAN;
    const std::vector<std::int64_t> rows{49, 12, 11, 10, 9};
    EXPECT_EQ(finiteRows(*source, rows), (std::vector<std::int64_t>{49, 11, 9}));
    EXPECT_EQ(checkPixels(*source).imagesWithNonFinite, 2);
}

TEST(ReadNormalised, RefusesPixelsThatAreNotFinite) {
    const auto source = someSource();
    source->images[10 * 128] = -INFINITY;
    const std::vector<std::int64_t> rows{9, 10, 11};
    expectError(ErrorKind::data, {"row 10", "1 of 128"},
                [&] { readNormalised(*source, rows, {}); });
}

}  // namespace
}  // namespace shearbench::data
