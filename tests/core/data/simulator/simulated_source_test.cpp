// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/simulated_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <set>
#include <thread>
#include <vector>

#include "core/data/loader.h"
#include "core/data/simulator/cutout_simulator.h"
#include "core/error.h"

namespace shearbench::data::simulator {
namespace {

SimulatedData settings(std::int64_t galaxies) {
    SimulatedData settings;
    settings.galaxies = galaxies;
    settings.seed = 11;
    return settings;
}

std::vector<std::int64_t> rowsTo(std::int64_t count) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(count));
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

LoaderSettings loading(std::int64_t rows) {
    LoaderSettings settings;
    settings.rows = rowsTo(rows);
    settings.batch = 4;
    settings.targets = {"e1", "e2", "redshift"};
    return settings;
}

TEST(SimulatedSource, GivesTheCutoutsOfItsSeed) {
    const SimulatedSource source(settings(50));
    CutoutSimulator simulator(11);
    std::vector<float> expected(kCutoutValues), images(3 * kCutoutValues);
    const std::vector<std::int64_t> rows = {7, 49, 0};
    source.readImages(rows, images);
    const std::vector<double> e1 = source.readColumn("e1"), snr = source.readColumn("snr"),
                              flux = source.readColumn("flux[3]");
    const std::vector<std::int64_t> ids = source.readIntegerColumn("galaxy_id");
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const CutoutLabels labels = simulator.draw(rows[i], expected);
        EXPECT_TRUE(std::equal(expected.begin(), expected.end(),
                               images.begin() + static_cast<std::ptrdiff_t>(i * kCutoutValues)));
        const auto row = static_cast<std::size_t>(rows[i]);
        EXPECT_EQ(e1[row], labels.central().galaxy.main.profile.g1);
        EXPECT_EQ(snr[row], labels.central().snr);
        EXPECT_EQ(flux[row], labels.central().galaxy.flux[3]);
        EXPECT_EQ(ids[row], rows[i]);
    }
    for (const Column& column : source.schema().columns)
        EXPECT_EQ(source.readColumn(column.name).size(), 50u) << column.name;
    EXPECT_THROW(source.readColumn("colour"), Error);
    EXPECT_THROW(source.readImages(std::vector<std::int64_t>{50}, images), Error);
}

TEST(SimulatedSource, NeverGivesAGalaxyTwice) {
    const SimulatedSource source(settings(10));
    std::set<float> seen;
    std::vector<float> images(10 * kCutoutValues), shapes(20);
    const std::vector<std::string> columns = {"e1", "hlr"};
    for (std::int64_t epoch = 0; epoch < 5; ++epoch) {
        source.readEpoch(epoch, rowsTo(10), columns, images, shapes);
        for (std::size_t i = 0; i < 10; ++i)
            seen.insert(shapes[2 * i]);
    }
    EXPECT_EQ(seen.size(), 50u);
}

TEST(SimulatedSource, RefusesWhatCannotBe) {
    EXPECT_THROW(SimulatedSource(settings(0)), Error);
    EXPECT_THROW(SimulatedSource(settings(-5)), Error);
    EXPECT_THROW(SimulatedSource(settings(INT64_MAX)), Error);
    SimulatedData odd = settings(5);
    odd.recipe.turnedPairs = true;
    EXPECT_THROW(SimulatedSource{odd}, Error);
    odd = settings(4);
    odd.recipe.leastSnr = 1e6;
    EXPECT_THROW(SimulatedSource(odd).readColumn("e1"), Error);
}

TEST(SimulatedSource, ServesManyThreads) {
    const SimulatedSource source(settings(30));
    std::vector<std::vector<float>> images(3, std::vector<float>(12 * kCutoutValues));
    std::vector<double> lengths(3);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < images.size(); ++i)
        threads.emplace_back([&, i] {
            source.readImages(rowsTo(12), images[i]);
            lengths[i] = static_cast<double>(source.readColumn("snr").size());
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(images[0], images[1]);
    EXPECT_EQ(images[0], images[2]);
    EXPECT_EQ(lengths, (std::vector<double>(3, 30)));
}

// A loader begun in the middle goes on bit for bit as one that got there; epochs differ.
TEST(SimulatedSource, IsLoadedFreshAndResumed) {
    const auto source = std::make_shared<SimulatedSource>(settings(12));
    LoaderSettings asked = loading(8);
    asked.turnsAndFlips = true;
    Loader whole(source, asked), resumed(source, asked, 1, 1);
    std::vector<Batch> batches;
    for (int i = 0; i < 4; ++i)
        batches.push_back(whole.next());
    const Batch& again = resumed.next();
    EXPECT_EQ(again.images, batches[3].images);
    EXPECT_EQ(again.targets, batches[3].targets);
    std::set<float> redshifts;
    for (const Batch& batch : batches)
        for (std::size_t i = 0; i < 4; ++i)
            redshifts.insert(batch.targets[3 * i + 2]);
    EXPECT_EQ(redshifts.size(), 16u);
}

// What is loaded belongs together: targets are those of the images' cutouts.
TEST(SimulatedSource, IsLoadedWithTheTargetsOfItsImages) {
    const auto source = std::make_shared<SimulatedSource>(settings(8));
    Loader loader(source, loading(8), 3, 0);
    const Batch& batch = loader.next();
    CutoutSimulator simulator(11);
    std::vector<float> image(kCutoutValues);
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
        const Galaxy galaxy = simulator.draw(3 * 8 + batch.rows[i], image).central().galaxy;
        EXPECT_TRUE(
            std::equal(image.begin(), image.end(),
                       batch.images.begin() + static_cast<std::ptrdiff_t>(i * image.size())));
        EXPECT_EQ(batch.targets[3 * i], static_cast<float>(galaxy.main.profile.g1));
        EXPECT_EQ(batch.targets[3 * i + 1], static_cast<float>(galaxy.main.profile.g2));
        EXPECT_EQ(batch.targets[3 * i + 2], static_cast<float>(galaxy.redshift));
    }
}

}  // namespace
}  // namespace shearbench::data::simulator
