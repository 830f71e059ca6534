// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/hdf5.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numeric>
#include <thread>

#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::data::h5 {
namespace {

using test::expectError;

struct Hdf5 : testing::Test {
    test::TemporaryFolder folder;
    std::filesystem::path name = folder / "a.h5";
};

TEST_F(Hdf5, ReadsBackWhatItWrote) {
    const std::vector<float> image{1.5f, -2, 3, NAN, 5, 6};
    const std::vector<std::int64_t> ids{(std::int64_t{1} << 53) + 1, -7, 3};
    {
        File file = File::create(name);
        file.write<float>("images", image, {3, 2}, {{1, 2}, 4});
        file.write("group/sub/ids", ids);
        file.write<double>("number", std::vector<double>{2.5}, {});
        file.write<float>("empty", std::span<const float>(), {0, 4});
        file.writeTexts("names", {"u", "", "ångström"});
        file.close();
    }
    const File file = File::open(name);
    const std::vector<float> back = file.read<float>("images");
    ASSERT_EQ(back.size(), 6u);
    EXPECT_EQ(back[0], 1.5f);
    EXPECT_TRUE(std::isnan(back[3]));
    EXPECT_EQ(file.read<std::int64_t>("/group/sub/ids"), ids);
    EXPECT_EQ(file.read<double>("number"), (std::vector<double>{2.5}));
    EXPECT_TRUE(file.read<float>("empty").empty());
    EXPECT_EQ(file.dataset("names").readTexts(10), (std::vector<std::string>{"u", "", "ångström"}));
    EXPECT_EQ(file.dataset("names").readTexts(1), (std::vector<std::string>{"u"}));

    const DatasetInfo info = file.info("images");
    EXPECT_EQ(info.path, "/images");
    EXPECT_EQ(info.extents, (Extents{3, 2}));
    EXPECT_EQ(info.type, "float32");
    EXPECT_EQ(info.chunk, (Extents{1, 2}));
    EXPECT_EQ(info.valueBytes, 4u);
    EXPECT_TRUE(file.exists("group/sub"));
    EXPECT_FALSE(file.exists("group/none/ids"));
    std::vector<std::string> paths;
    for (const DatasetInfo& each : file.datasets())
        paths.push_back(each.path);
    EXPECT_EQ(paths, (std::vector<std::string>{"/empty", "/group/sub/ids", "/images", "/names",
                                               "/number"}));
}

TEST_F(Hdf5, ReadsBlocksAndRows) {
    std::vector<double> values(4 * 3 * 2);
    std::iota(values.begin(), values.end(), 0);
    File file = File::create(name);
    file.write<double>("x", values, {4, 3, 2});
    const Dataset dataset = file.dataset("x");
    std::vector<double> rows(12), column(4);
    dataset.readRows<double>(1, rows);
    EXPECT_EQ(rows.front(), 6);
    EXPECT_EQ(rows.back(), 17);
    dataset.readBlock<double>({0, 2, 1}, {4, 1, 1}, column);
    EXPECT_EQ(column, (std::vector<double>{5, 11, 17, 23}));
    expectError(ErrorKind::data, {"/x of", "a.h5", "4 x 3 x 2"},
                [&] { dataset.readRows<double>(3, rows); });
    expectError(ErrorKind::data, {"does not lie within"}, [&] {
        dataset.readBlock<double>({~0ull, 0, 0}, {4, 1, 1}, column);
    });
}

TEST_F(Hdf5, GrowsByRows) {
    File file = File::create(name);
    Dataset dataset = file.createGrowing<float>("x", {2}, {{3, 2}, 1});
    dataset.appendRows<float>(std::vector<float>{1, 2, 3, 4});
    dataset.appendRows<float>(std::vector<float>{5, 6});
    dataset.writeRows<float>(0, std::vector<float>{-1, -2});
    EXPECT_EQ(file.read<float>("x", {3, 2}), (std::vector<float>{-1, -2, 3, 4, 5, 6}));
    expectError(ErrorKind::data, {"3 x 2", "4 x 2"}, [&] { file.read<float>("x", {4, 2}); });
    expectError(ErrorKind::data, {"whole rows"},
                [&] { dataset.appendRows<float>(std::vector<float>{1}); });
}

TEST_F(Hdf5, KeepsAttributes) {
    {
        File file = File::create(name);
        file.createGroup("model");
        file.writeNumber("/", "scale", 0.2);
        file.writeNumbers("model", "sky", std::vector<double>{1, 2, 3});
        file.writeInteger("model", "seed", std::int64_t{1} << 60);
        file.writeText("model", "kind", "flow");
        file.writeText("model", "kind", "vae");
        file.writeTextList("/", "bands", {"u", "g"});
    }
    const File file = File::open(name);
    EXPECT_EQ(file.readNumber("/", "scale"), 0.2);
    EXPECT_EQ(file.readNumbers("/model", "sky"), (std::vector<double>{1, 2, 3}));
    EXPECT_EQ(file.readInteger("model", "seed"), std::int64_t{1} << 60);
    EXPECT_EQ(file.readText("model", "kind"), "vae");
    EXPECT_EQ(file.readTextList("/", "bands"), (std::vector<std::string>{"u", "g"}));
    EXPECT_EQ(file.attributes("model"), (std::vector<std::string>{"kind", "seed", "sky"}));
    EXPECT_EQ(file.attributeKind("/", "bands"), ValueKind::text);
    EXPECT_FALSE(file.hasAttribute("/", "none"));
    expectError(ErrorKind::data, {"kind", "model", "a.h5"},
                [&] { file.readNumber("model", "kind"); });
    expectError(ErrorKind::data, {"no attribute none"}, [&] { file.readNumber("/", "none"); });
    expectError(ErrorKind::data, {"3 values"}, [&] { file.readNumber("model", "sky"); });
}

TEST_F(Hdf5, SaysWhatIsWrongWithAFile) {
    expectError(ErrorKind::data, {"no file", "a.h5"}, [&] { File::open(name); });
    expectError(ErrorKind::data, {"folder"}, [&] { File::open(folder.path()); });
    std::ofstream(name) << "SIMPLE = T / a FITS file";
    expectError(ErrorKind::data, {"a.h5", "not an HDF5 file"}, [&] { File::open(name); });
    std::ofstream(name, std::ios::trunc);
    expectError(ErrorKind::data, {"not an HDF5 file", "0 bytes"}, [&] { File::open(name); });
    {
        File file = File::create(name);
        file.write("x", std::vector<double>(10'000));
    }
    std::filesystem::resize_file(name, 5000);
    expectError(ErrorKind::data, {"a.h5", "truncated", "5000"}, [&] { File::open(name); });
    expectError(ErrorKind::data, {"cannot be created"}, [&] { File::create(folder / "no/a.h5"); });
}

TEST_F(Hdf5, NamesMissingDatasetsAndKinds) {
    File file = File::create(name);
    file.writeTexts("names", {"u"});
    expectError(ErrorKind::data, {"no dataset /x", "a.h5"}, [&] { file.dataset("x"); });
    expectError(ErrorKind::data, {"/names", "string"}, [&] { file.read<float>("names"); });
    expectError(ErrorKind::data, {"2 values", "3 x 1"}, [&] {
        file.write<float>("y", std::vector<float>{1, 2}, {3, 1});
    });
}

TEST_F(Hdf5, RefusesAbsurdExtentsBeforeAllocating) {
    File file = File::create(name);
    expectError(ErrorKind::data, {"more than can be counted"}, [] {
        valueCount({std::uint64_t{1} << 40, std::uint64_t{1} << 40}, "/x of a.h5");
    });
    Dataset dataset = file.createGrowing<double>("y", {1 << 20}, {{1, 1 << 18}});
    dataset.writeRows<double>(100'000, std::vector<double>(1 << 20));
    expectError(ErrorKind::data, {"/y", "too many"}, [&] { file.read<double>("y"); });
}

TEST_F(Hdf5, IsUsedByManyThreads) {
    {
        File file = File::create(name);
        file.write("x", std::vector<double>(1000, 1.0));
    }
    std::vector<std::thread> threads;
    std::vector<double> sums(4);
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            for (int i = 0; i < 50; ++i) {
                const std::vector<double> x = File::open(name).read<double>("x");
                sums[static_cast<std::size_t>(t)] += std::accumulate(x.begin(), x.end(), 0.0);
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(sums, std::vector<double>(4, 50'000.0));
}

}  // namespace
}  // namespace shearbench::data::h5
