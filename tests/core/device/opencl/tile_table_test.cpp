// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/tile_table.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "core/files.h"
#include "core/network/presets.h"
#include "tests/support/temporary_cache.h"

namespace shearbench::device::opencl {
namespace {

class TileTableTest : public testing::TestWithParam<KernelKind> {
  protected:
    void SetUp() override {
        hardware_.kernels = GetParam();
        hardware_.info.name = "A device\nof two lines";
        hardware_.info.computeUnits = 8;
        hardware_.driver = "1";
        hardware_.localMemory = 48 << 10;
        hardware_.largestGroup = 1024;
    }
    TilePart somePart() const {
        return GetParam() == KernelKind::vector ? TilePart::output : TilePart::all;
    }
    ConvolutionTiles defaults(int batch = 8) const {
        return defaultTiles(layer_, hardware_, batch);
    }
    /// The i-th of those that are not the default.
    ConvolutionTiles other(std::size_t i) const {
        return variants(defaults(), somePart(), layer_, hardware_).at(i);
    }

    const network::Network network_ = network::makeDeterministic({6, 64, 64});
    const network::Layer layer_ = network_.layers().at(3);
    const test::TemporaryCache cache_;
    Hardware hardware_;
};

TEST_P(TileTableTest, DefaultsAndVariantsArePossibleForEveryConvolution) {
    for (const network::Network& network :
         {network_, network::makeDeterministic({1, 16, 16}, {3, 17, 33, 5}),
          network::makeVae({6, 64, 64})})
        for (const network::Layer& layer : network.layers()) {
            if (layer.kind != network::LayerKind::convolution &&
                layer.kind != network::LayerKind::transposedConvolution)
                continue;
            const network::Layer own =
                layer.kind == network::LayerKind::convolution ? layer : layer.adjoint();
            const ConvolutionTiles tiles = defaultTiles(own, hardware_, 8);
            EXPECT_TRUE(possible(tiles, own, hardware_)) << toText(tiles, GetParam());
            for (const TilePart part :
                 {TilePart::output, TilePart::input, TilePart::kernel, TilePart::all}) {
                if ((part == TilePart::all) != (GetParam() == KernelKind::tiled))
                    continue;
                for (const ConvolutionTiles& variant : variants(tiles, part, own, hardware_)) {
                    EXPECT_TRUE(possible(variant, own, hardware_));
                    EXPECT_NE(variant, tiles);
                    EXPECT_EQ(merged(tiles, variant, part), variant);
                }
            }
        }
}

TEST_P(TileTableTest, KeepsWhatItIsGivenForThatDeviceAndDriver) {
    TileTable table;
    EXPECT_EQ(table.tilesOf(layer_, hardware_, 8), defaults());
    table.set(layer_, 8, other(0));
    table.set(layer_, 64, other(1));
    ASSERT_TRUE(table.save(hardware_));
    const TileTable loaded = TileTable::load(hardware_);
    EXPECT_EQ(loaded.size(), 2u);
    for (const auto& [batch, expected] :
         {std::pair{1, 0}, std::pair{8, 0}, std::pair{16, 0}, std::pair{32, 1}, std::pair{500, 1}})
        EXPECT_EQ(loaded.tilesOf(layer_, hardware_, batch), other(std::size_t(expected))) << batch;
    const network::Layer elsewhere = network_.layers().at(5);
    EXPECT_EQ(loaded.tilesOf(elsewhere, hardware_, 8), defaultTiles(elsewhere, hardware_, 8));

    hardware_.driver = "2";
    EXPECT_EQ(TileTable::load(hardware_).size(), 0u);
}

TEST_P(TileTableTest, WhatCannotBeTrueIsLeftOut) {
    TileTable table;
    table.set(layer_, 8, other(0));
    ASSERT_TRUE(table.save(hardware_));
    const std::filesystem::path file = TileTable::fileOf(hardware_);
    const std::string whole = readText(file);
    const std::string line = whole.substr(whole.rfind('\n', whole.size() - 2) + 1);
    const std::string header = whole.substr(0, whole.size() - line.size());
    const std::string tiles = toText(other(0), GetParam());
    const std::string shape = line.substr(0, line.find(tiles));
    const std::string kind = tiles.substr(0, tiles.find(' '));
    std::ofstream(file) << header << "\n \nnonsense\n"
                        << shape << kind << " 0 0 0 0 0 0 0\n"
                        << shape << kind << " 1 1 1 1 1 1\n"
                        << shape << kind << " 1000 1000 1000 1000 1000 1000 1000\n"
                        << shape << kind << " 7 7 7 7 7 7 7\n"
                        << shape << kind << " -1 12 2 12 2 4 2\n"
                        << shape << kind << " 99999999999999999999 12 2 12 2 4 2\n"
                        << shape << "other 1 1 1 1 1 1 1\n"
                        << shape << tiles << " 1\n"
                        << "0 0 0 to 0 stride 0 batch 0 is " << tiles << '\n'
                        << std::string(5000, '9') << '\n'
                        << line.substr(0, line.size() - 1);
    EXPECT_EQ(TileTable::load(hardware_).size(), 0u);
    for (const std::string& text :
         {std::string(), std::string("\0\0\0", 3), whole.substr(1),
          whole.substr(0, header.size() / 2), std::string(2 << 20, 'x')}) {
        std::ofstream(file) << text;
        EXPECT_EQ(TileTable::load(hardware_).size(), 0u);
    }
    std::ofstream(file) << header << "nonsense\n" << line;
    EXPECT_EQ(TileTable::load(hardware_).tilesOf(layer_, hardware_, 8), other(0));
    std::filesystem::remove(file);
    std::filesystem::create_directory(file);
    EXPECT_EQ(TileTable::load(hardware_).size(), 0u);
    EXPECT_FALSE(table.save(hardware_));
}

INSTANTIATE_TEST_SUITE_P(Kinds, TileTableTest,
                         testing::Values(KernelKind::vector, KernelKind::tiled),
                         [](const testing::TestParamInfo<KernelKind>& kind) {
                             return kind.param == KernelKind::vector ? "vector" : "tiled";
                         });

}  // namespace
}  // namespace shearbench::device::opencl
