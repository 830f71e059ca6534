// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/cutout_file.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numeric>
#include <set>

#include "core/data/csv_table.h"
#include "core/data/hdf5.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::data {
namespace {

using test::expectError;

struct Cutouts : testing::Test {
    test::TemporaryFolder folder;
    std::filesystem::path name = folder / "a.h5";
    h5::File file = h5::File::create(name);

    void startAnew() {
        file.close();
        file = h5::File::create(name);
    }
    /// Pixels count up from 0 in the order of storage.
    void writeImages(const std::string& path, const h5::Extents& extents,
                     const h5::Storage& storage = {}) {
        std::vector<float> pixels(h5::valueCount(extents, path));
        std::iota(pixels.begin(), pixels.end(), 0.0f);
        file.write<float>(path, pixels, extents, storage);
    }
    void writeColumn(const std::string& path, std::size_t count = 10) {
        std::vector<double> values(count);
        std::iota(values.begin(), values.end(), 0.0);
        file.write(path, values);
    }
    void writeLabels(const std::string& prefix = "") {
        for (const char* label : {"e1", "e2", "redshift"})
            writeColumn(prefix + label);
    }
    CutoutFile open(const SchemaRequest& request = {}) {
        file.flush();
        return CutoutFile(name, request);
    }
    static std::string notesOf(const CutoutFile& cutouts) {
        return fmt::format("{}", fmt::join(cutouts.schema().notes, " "));
    }
};

using Names = std::array<std::string, 3>;

TEST_F(Cutouts, BandsFirst) {
    writeImages("images", {10, 3, 16, 16});
    writeLabels();
    const CutoutFile cutouts = open();
    const Schema& schema = cutouts.schema();
    EXPECT_EQ(schema.layout, Layout::nchw);
    EXPECT_EQ(schema.count, 10);
    EXPECT_EQ(schema.channels, 3);
    EXPECT_EQ(schema.height, 16);
    EXPECT_EQ(schema.width, 16);
    EXPECT_EQ(schema.images.type, "float32");
    EXPECT_EQ(schema.bands, (std::vector<std::string>{"band 1", "band 2", "band 3"}));
    EXPECT_EQ(schema.targets, (Names{"e1", "e2", "redshift"}));
    EXPECT_EQ(schema.convention, EllipticityConvention::unknown);
    EXPECT_GT(schema.fileBytes, 0u);
    EXPECT_EQ(cutouts.readColumn("e2")[7], 7);
}

TEST_F(Cutouts, BandsLastAreTurnedToBandsFirst) {
    writeImages("x", {10, 16, 16, 3});
    const CutoutFile cutouts = open();
    EXPECT_EQ(cutouts.schema().layout, Layout::nhwc);
    EXPECT_EQ(cutouts.schema().channels, 3);
    const std::vector<std::int64_t> rows{2, 3};
    std::vector<float> images(2 * 3 * 256);
    cutouts.readImages(rows, images);
    for (int c = 0; c < 3; ++c)
        for (int p = 0; p < 256; ++p)
            EXPECT_EQ(images[static_cast<std::size_t>(768 + c * 256 + p)], 3 * 768 + p * 3 + c);
}

TEST_F(Cutouts, OneBandWithAndWithoutAnAxis) {
    writeImages("images", {10, 16, 16});
    EXPECT_EQ(open().schema().layout, Layout::nhw);
    EXPECT_EQ(open().schema().channels, 1);
    const auto other = folder / "b.h5";
    file = h5::File::create(other);
    writeImages("images", {10, 1, 16, 16});
    file.flush();
    EXPECT_EQ(CutoutFile(other).schema().layout, Layout::nchw);
}

TEST_F(Cutouts, ReadsAnyRowsInAnyOrder) {
    writeImages("images", {40, 2, 8, 8}, {{3, 2, 8, 8}, 4});
    const CutoutFile cutouts = open();
    const std::vector<std::int64_t> rows{39, 5, 6, 7, 0, 7, 6, 20};
    std::vector<float> images(rows.size() * 128);
    cutouts.readImages(rows, images);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(images[i * 128], static_cast<float>(rows[i] * 128));
        EXPECT_EQ(images[i * 128 + 127], static_cast<float>(rows[i] * 128 + 127));
    }
    const std::vector<std::int64_t> beyond{3, 40}, negative{-1};
    std::vector<float> two(256), one(128);
    expectError(ErrorKind::data, {"row 40", "40 images"}, [&] { cutouts.readImages(beyond, two); });
    expectError(ErrorKind::data, {"row -1"}, [&] { cutouts.readImages(negative, one); });
    expectError(ErrorKind::data, {"1 images", "256 values"},
                [&] { cutouts.readImages(std::vector<std::int64_t>{1}, two); });
}

TEST_F(Cutouts, AmbiguousShapesAskForTheLayout) {
    writeImages("images", {10, 8, 8, 8});
    expectError(ErrorKind::data, {"/images", "10 x 8 x 8 x 8", "--layout"}, [&] { open(); });
    EXPECT_EQ(open({.layout = "nhwc"}).schema().layout, Layout::nhwc);
    expectError(ErrorKind::usage, {"CHWN", "NCHW"}, [&] { open({.layout = "CHWN"}); });
}

TEST_F(Cutouts, StatedLayoutReadsOblongImages) {
    writeImages("images", {10, 3, 16, 20});
    expectError(ErrorKind::data, {"/images", "square", "--layout"}, [&] { open(); });
    const CutoutFile cutouts = open({.layout = "NCHW"});
    EXPECT_EQ(cutouts.schema().height, 16);
    EXPECT_EQ(cutouts.schema().width, 20);
    expectError(ErrorKind::data, {"4 axes", "NHW"},
                [&] { open({.images = "images", .layout = "NHW"}); });
}

TEST_F(Cutouts, PrefersNoisyImagesAndListsTheOthers) {
    writeImages("noiseless", {10, 3, 32, 32});
    writeImages("psf_images", {10, 3, 32, 32});
    writeImages("images", {10, 3, 16, 16});
    const Schema schema = open().schema();
    EXPECT_EQ(schema.images.path, "/images");
    ASSERT_EQ(schema.otherImages.size(), 2u);
    EXPECT_EQ(schema.otherImages[0].path, "/noiseless");
    ASSERT_FALSE(schema.notes.empty());
    EXPECT_NE(schema.notes[0].find("/noiseless (10 x 3 x 32 x 32)"), std::string::npos);
    EXPECT_EQ(open({.images = "noiseless"}).schema().height, 32);
    expectError(ErrorKind::data, {"no dataset /pictures", "/psf_images (10 x 3 x 32 x 32 float32)"},
                [&] { open({.images = "pictures"}); });
}

TEST_F(Cutouts, FindsLabelsByTheirUsualNames) {
    const std::vector<std::pair<Names, Names>> cases{
        {{"ellipticity_1", "ellipticity_2", "Z_true"},
         {"ellipticity_1", "ellipticity_2", "Z_true"}},
        {{"labels/G1", "labels/G2", "labels/photo_z"},
         {"labels/G1", "labels/G2", "labels/photo_z"}},
        {{"catalog_SHAPE_E1", "catalog_SHAPE_E2", "z_spec"},
         {"catalog_SHAPE_E1", "catalog_SHAPE_E2", "z_spec"}},
        {{"gamma1", "gamma2", "specz_redshift"}, {"gamma1", "gamma2", "specz_redshift"}},
        {{"e1_err", "e2_err", "redshift_err"}, {"", "", ""}},
        {{"e1", "y_coord", "z"}, {"", "", "z"}},
    };
    for (const auto& [written, found] : cases) {
        startAnew();
        writeImages("images", {10, 5, 16, 16});
        for (const std::string& label : written)
            writeColumn(label);
        EXPECT_EQ(open().schema().targets, found) << written[0];
    }
}

TEST_F(Cutouts, TrueLabelsOfTheImagesGoFirst) {
    writeImages("train/images", {10, 5, 16, 16});
    writeLabels("test/");
    writeLabels("train/");
    for (const char* other : {"ksb_g1", "ksb_g2", "photo_z"})
        writeColumn(std::string("train/") + other);
    EXPECT_EQ(open().schema().targets, (Names{"train/e1", "train/e2", "train/redshift"}));
}

TEST_F(Cutouts, TakesStatedColumns) {
    writeImages("images", {10, 5, 16, 16});
    writeLabels("a/");
    writeLabels("b/");
    writeColumn("short", 9);
    file.writeTexts("names", std::vector<std::string>(10, "x"));
    file.write<double>("flux", std::vector<double>(50), {10, 5});
    const Names stated{"b/e1", "/b/e2", "B/REDSHIFT"};
    EXPECT_EQ(open({.targets = stated}).schema().targets, (Names{"b/e1", "b/e2", "b/redshift"}));
    EXPECT_EQ(open({.targets = {"", "", "flux[4]"}}).schema().targets[2], "flux[4]");
    expectError(ErrorKind::data, {"\"e1\"", "a/e1, b/e1"}, [&] {
        open({.targets = {"e1", "", ""}});
    });
    expectError(ErrorKind::data, {"/short", "redshift", "is 9", "10 numbers"}, [&] {
        open({.targets = {"", "", "short"}});
    });
    expectError(ErrorKind::data, {"names", "stated for redshift", "holds texts"}, [&] {
        open({.targets = {"", "", "names"}});
    });
    expectError(ErrorKind::data, {"10 x 5", "flux[0]"}, [&] {
        open({.targets = {"", "", "flux"}});
    });
    expectError(ErrorKind::data, {"\"none\"", "a/e1", "flux[4]"}, [&] {
        open({.targets = {"none", "", ""}});
    });
    expectError(ErrorKind::data, {"the group"}, [&] { open({.group = "none such"}); });
}

TEST_F(Cutouts, LabelsOfAnotherLengthAreNotedNotUsed) {
    writeImages("images", {10, 5, 16, 16});
    writeColumn("e1", 9);
    writeColumn("e2");
    writeColumn("redshift", 11);
    const Schema schema = open().schema();
    EXPECT_EQ(schema.targets, (Names{"", "", ""}));
    const std::string notes = fmt::format("{}", fmt::join(schema.notes, " "));
    EXPECT_NE(notes.find("/e1 is 9 long for 10 images"), std::string::npos) << notes;
    EXPECT_NE(notes.find("/redshift is 11 long for 10 images"), std::string::npos) << notes;
}

TEST_F(Cutouts, ColumnsOfTables) {
    writeImages("images", {10, 6, 16, 16});
    std::vector<float> table(20);
    std::iota(table.begin(), table.end(), 0.0f);
    file.write<float>("ellipticity", table, {10, 2});
    file.write<float>("redshift", table, {10, 2});
    const CutoutFile cutouts = open();
    EXPECT_EQ(cutouts.schema().targets, (Names{"ellipticity[0]", "ellipticity[1]", "redshift[0]"}));
    EXPECT_EQ(cutouts.readColumn("ellipticity[1]")[4], 9);
    expectError(ErrorKind::data, {"no column \"ellipticity\""},
                [&] { cutouts.readColumn("ellipticity"); });
}

TEST_F(Cutouts, GroupsByTheGalaxyBeneath) {
    writeImages("images", {10, 6, 16, 16});
    std::vector<std::int64_t> ids(10, (std::int64_t{1} << 62) + 1);
    file.write("labels/COSMOS_Ident", ids);
    file.write("other", ids);
    writeColumn("real");
    const CutoutFile cutouts = open();
    EXPECT_EQ(cutouts.schema().group, "labels/COSMOS_Ident");
    EXPECT_EQ(cutouts.readIntegerColumn("labels/COSMOS_Ident"), ids);
    EXPECT_EQ(open({.group = "other"}).schema().group, "other");
    EXPECT_EQ(open({.group = "none"}).schema().group, "");
}

TEST_F(Cutouts, UnsignedIdsStayExact) {
    writeImages("images", {3, 6, 16, 16});
    file.write("galaxy_id", std::vector<std::uint64_t>{(1ull << 63) + 1, (1ull << 63) + 2, 3});
    const CutoutFile cutouts = open();
    EXPECT_EQ(cutouts.schema().group, "galaxy_id");
    EXPECT_EQ(cutouts.readIntegerColumn("galaxy_id"),
              (std::vector<std::int64_t>{INT64_MIN + 1, INT64_MIN + 2, 3}));
}

TEST_F(Cutouts, WholeRealsAreIds) {
    writeImages("images", {4, 6, 16, 16});
    file.write("galaxy_id", std::vector<double>{0x1p53, -3, NAN, 0x1p53});
    const CutoutFile cutouts = open();
    EXPECT_EQ(cutouts.schema().group, "galaxy_id");
    const std::vector<std::int64_t> ids = cutouts.readIntegerColumn("galaxy_id");
    EXPECT_EQ(ids[0], 1ll << 53);
    EXPECT_EQ(ids[1], -3);
    EXPECT_EQ(ids[3], ids[0]);
    EXPECT_EQ(std::set<std::int64_t>(ids.begin(), ids.end()).size(), 3u);
    EXPECT_NE(notesOf(cutouts).find("1 row without a galaxy_id"), std::string::npos);
    EXPECT_EQ(open({.group = "galaxy_id"}).schema().group, "galaxy_id");
}

TEST_F(Cutouts, SaysWhyAColumnCannotGroup) {
    const std::vector<std::pair<double, std::string>> cases{
        {0.5, "holds 0.5 in row 1, no whole number"},
        {0x1p53 + 2, "float64 does not tell neighbouring ids above 9007199254740992 apart"},
        {INFINITY, "holds inf in row 1"}};
    for (const auto& [value, said] : cases) {
        startAnew();
        writeImages("images", {3, 6, 16, 16});
        file.write("galaxy_id", std::vector<double>{1, value, 1});
        const CutoutFile cutouts = open();
        EXPECT_EQ(cutouts.schema().group, "");
        EXPECT_NE(notesOf(cutouts).find(said), std::string::npos) << notesOf(cutouts);
        expectError(ErrorKind::data, {"galaxy_id", said, "--group none"},
                    [&] { open({.group = "galaxy_id"}); });
        expectError(ErrorKind::data, {"galaxy_id", said, "--group none"},
                    [&] { cutouts.readIntegerColumn("galaxy_id"); });
    }
    startAnew();
    writeImages("images", {3, 6, 16, 16});
    writeColumn("galaxy_id", 2);
    EXPECT_NE(notesOf(open()).find("galaxy_id is 2 long for 3 images"), std::string::npos);
    startAnew();
    writeImages("images", {3, 6, 16, 16});
    file.write("galaxy_id", std::vector<double>(3, NAN));
    EXPECT_NE(notesOf(open()).find("galaxy_id has no id in any row"), std::string::npos);
}

TEST_F(Cutouts, IdsOfTablesStayExactWithGaps) {
    writeImages("images", {4, 6, 16, 16});
    const auto ids = [&](const std::string& table) {
        std::ofstream(folder / "a.csv") << "galaxy_id,e1\n" << table;
        const CutoutFile cutouts = open();
        EXPECT_EQ(cutouts.schema().group, "csv/galaxy_id") << notesOf(cutouts);
        return cutouts.readIntegerColumn("csv/galaxy_id");
    };
    const std::int64_t first = (1ll << 60) + 1;
    EXPECT_EQ(ids("1152921504606846977,1\n,1\n1152921504606846978,1\n,1\n"),
              (std::vector<std::int64_t>{first, INT64_MIN, first + 1, INT64_MIN + 1}));
    EXPECT_TRUE(std::isnan(open().readColumn("csv/galaxy_id")[1]));
    EXPECT_NE(notesOf(open()).find("2 rows without a csv/galaxy_id"), std::string::npos);
    EXPECT_EQ(ids("9223372036854775808,1\n,1\n9223372036854775809,1\n7,1\n"),
              (std::vector<std::int64_t>{INT64_MIN, INT64_MIN + 2, INT64_MIN + 1, 7}));
    EXPECT_EQ(ids("a,1\n\"\",1\nb,1\n,1\n")[1], INT64_MIN);
}

TEST_F(Cutouts, NamesTheTextAmongNumbers) {
    writeImages("images", {3, 6, 16, 16});
    std::ofstream(folder / "a.csv") << "id,e1,e2\n1,0.1,0.1\n2,,0.1\n\"3\n\",abc,0.1\n";
    const std::string notes = notesOf(open());
    EXPECT_NE(notes.find("csv/e1 holds \"abc\" in line 4 of"), std::string::npos) << notes;
    EXPECT_NE(notes.find("csv/e2 is not used for e2 without an e1"), std::string::npos) << notes;
    for (const char* stated : {"csv/e1", "e1"})
        expectError(ErrorKind::data, {"csv/e1", "\"abc\" in line 4", "a.csv"}, [&] {
            open({.targets = {stated, "", ""}});
        });
    expectError(ErrorKind::usage, {"csv/e2 would be both e1 and e2", "--e1"}, [&] {
        open({.targets = {"e2", "e2", ""}});
    });
}

TEST_F(Cutouts, AStatedTableGoesBeforeTheFile) {
    writeImages("images", {10, 6, 16, 16});
    writeLabels();
    file.write("galaxy_id", std::vector<std::int64_t>(10));
    std::ofstream table(folder / "t.csv");
    table << "ellipticity_1,ellipticity_2,group\n";
    for (int i = 0; i < 10; ++i)
        table << "0.1,0.2," << i << "\n";
    table.close();
    const Schema schema = open({.labels = (folder / "t.csv").string()}).schema();
    EXPECT_EQ(schema.targets, (Names{"csv/ellipticity_1", "csv/ellipticity_2", "redshift"}));
    EXPECT_EQ(schema.group, "csv/group");
}

TEST_F(Cutouts, NotesLabelsOnTheirSide) {
    writeImages("images", {10, 6, 16, 16});
    file.write<float>("labels", std::vector<float>(30), {3, 10});
    EXPECT_NE(notesOf(open()).find("/labels is 3 x 10"), std::string::npos) << notesOf(open());
}

TEST_F(Cutouts, KnowsBandsScaleSkyUnitsAndConvention) {
    writeImages("set/images", {10, 3, 16, 16});
    writeLabels();
    file.writeText("/", "bands", "g, r,i");
    file.writeNumber("set", "PIXEL_SCALE", 0.168);
    file.writeText("set/images", "units", "electrons");
    file.writeNumbers("/", "sky_level_e_per_pixel", std::vector<double>{100, 400, 900});
    file.writeText("/", "ellipticity_definition", "distortion (1 - q^2)/(1 + q^2)");
    const Schema schema = open().schema();
    EXPECT_EQ(schema.bands, (std::vector<std::string>{"g", "r", "i"}));
    EXPECT_EQ(schema.pixelScaleArcsec, 0.168);
    EXPECT_EQ(schema.units, "electrons");
    EXPECT_EQ(schema.skySigma, (std::vector<double>{10, 20, 30}));
    EXPECT_EQ(schema.convention, EllipticityConvention::distortion);
}

TEST_F(Cutouts, DoesNotUseStatementsThatCannotBe) {
    writeImages("images", {10, 6, 16, 16});
    file.writeTextList("/", "bands", {"g", "r"});
    file.writeNumber("/", "pixel_scale", -3);
    file.writeNumbers("/", "sky_sigma", std::vector<double>{1, 2});
    file.writeText("/", "ellipticity_definition", "banana");
    const Schema schema = open().schema();
    EXPECT_EQ(schema.bands, (std::vector<std::string>{"u", "g", "r", "i", "z", "y"}));
    EXPECT_EQ(schema.pixelScaleArcsec, 0);
    EXPECT_TRUE(schema.skySigma.empty());
    const std::string notes = fmt::format("{}", fmt::join(schema.notes, " "));
    EXPECT_NE(notes.find("names 2 bands for 6 channels"), std::string::npos) << notes;
    EXPECT_NE(notes.find("sky stated in the file (2 values for 6 bands)"), std::string::npos)
        << notes;
    EXPECT_NE(notes.find("pixel scale stated in the file, -3 arcsec"), std::string::npos) << notes;
    EXPECT_NE(notes.find("\"banana\", is neither"), std::string::npos) << notes;
    file.writeNumbers("/", "sky_sigma", std::vector<double>{1, 2, -1, 2, 2, 2});
    file.writeText("/", "bands", "ugr");
    const std::string more = notesOf(open());
    EXPECT_NE(more.find("1, 2, -1, 2, 2, 2, where numbers above 0"), std::string::npos) << more;
    EXPECT_NE(more.find("names 3 bands for 6 channels (ugr)"), std::string::npos) << more;
    file.writeNumber("/", "pixel_scale", 0.168f);
    EXPECT_EQ(open().schema().pixelScaleArcsec, 0.168);
    expectError(ErrorKind::usage, {"band name g was stated twice", "--band-names"}, [&] {
        open({.bandNames = {"u", "g", "g", "i", "z", "y"}});
    });
}

TEST_F(Cutouts, AWrongLayoutIsTheCulprit) {
    writeImages("images", {10, 6, 64, 64});
    for (const char* images : {"", "images"}) {
        expectError(ErrorKind::data,
                    {"/images", "10 x 6 x 64 x 64", "cannot be NHWC", "--layout NCHW"},
                    [&] { open({.images = images, .layout = "NHWC"}); });
        expectError(ErrorKind::data, {"/images", "has 4 axes; NHW needs 3", "--layout"},
                    [&] { open({.images = images, .layout = "NHW"}); });
    }
}

TEST(Csv, AQuotedNothingIsAValue) {
    const CsvTable table = parseCsv("name\n\"a\"\n\"\"\n\n\"b\"\n", "memory");
    EXPECT_EQ(table.rows, 3);
    EXPECT_EQ(table.lines, (std::vector<std::int64_t>{2, 3, 5}));
}

TEST_F(Cutouts, BandNamesFromADataset) {
    writeImages("image_array", {2, 3, 16, 16});
    file.writeTexts("image_band", {"des-g", "des-r", "des-z"});
    EXPECT_EQ(open().schema().bands, (std::vector<std::string>{"g", "r", "z"}));
}

TEST_F(Cutouts, SaysWhenThereAreNoImages) {
    expectError(ErrorKind::data, {"No images", "a.h5", "no datasets"}, [&] { open(); });
    writeColumn("e1");
    file.write<float>("lightcurve", std::vector<float>(10 * 6 * 3 * 40), {10, 6, 3, 40});
    file.writeTexts("names", {"a"});
    expectError(ErrorKind::data,
                {"light curves, no images", "/lightcurve is 10 x 6 x 3 x 40", "--images"},
                [&] { open(); });
    expectError(ErrorKind::data, {"/names", "cannot be images"},
                [&] { open({.images = "names"}); });
}

TEST_F(Cutouts, RefusesStacksEmptyAndAbsurdDatasets) {
    file.write<float>("images", std::vector<float>(2 * 2 * 3 * 8 * 8), {2, 2, 3, 8, 8});
    expectError(ErrorKind::data, {"/images", "2 x 2 x 3 x 8 x 8", "5 axes"}, [&] { open(); });

    startAnew();
    file.createGrowing<float>("images", {6, 64, 64}, {{1, 6, 64, 64}});
    expectError(ErrorKind::data, {"/images", "0 x 6 x 64 x 64", "empty"}, [&] { open(); });

    startAnew();
    h5::Dataset grown = file.createGrowing<float>("images", {2, 16, 16}, {{1, 2, 16, 16}});
    grown.writeRows<float>((1ull << 31) - 1, std::vector<float>(512));
    expectError(ErrorKind::data, {"/images", "bytes of it were written"}, [&] { open(); });
    grown.writeRows<float>(1ull << 32, std::vector<float>(512));
    expectError(ErrorKind::data, {"/images", "more than can be"}, [&] { open(); });

    startAnew();
    file.createGrowing<float>("images", {3, 1ull << 20, 1ull << 20}, {{1, 1, 16, 16}});
    expectError(ErrorKind::data, {"/images"}, [&] { open(); });
}

TEST_F(Cutouts, SaysWhatIsWrongWithTheFile) {
    writeImages("images", {10, 3, 16, 16});
    file.close();
    std::filesystem::resize_file(name, 9000);
    expectError(ErrorKind::data, {"a.h5", "truncated"}, [&] { CutoutFile cutouts(name); });
    std::ofstream(folder / "b.fits") << "SIMPLE  = T";
    expectError(ErrorKind::data, {"b.fits", "not an HDF5 file"},
                [&] { CutoutFile cutouts(folder / "b.fits"); });
    expectError(ErrorKind::data, {"no file"}, [&] { CutoutFile cutouts(folder / "c.h5"); });
}

TEST_F(Cutouts, DoesNotLockOutAWriter) {
    writeImages("images", {10, 3, 16, 16});
    file.close();
    const CutoutFile first(name);
    const CutoutFile second(name);
    std::filesystem::permissions(name, std::filesystem::perms::owner_read);
    const CutoutFile readOnly(name);
    EXPECT_EQ(readOnly.schema().count, 10);
}

TEST(SampleRows, TakesFewLargeChunks) {
    Schema schema;
    schema.count = 100'000;
    schema.channels = 6;
    schema.height = schema.width = 64;
    const auto chunksOf = [&](const std::vector<std::int64_t>& rows) {
        std::set<std::int64_t> chunks;
        for (const std::int64_t row : rows)
            chunks.insert(row / schema.rowsPerChunk);
        return chunks.size();
    };
    const std::vector<std::int64_t> single = sampleRows(schema, 200);
    EXPECT_EQ(single.size(), 200u);
    EXPECT_EQ(single[1], 500);
    for (const std::int64_t rowsPerChunk : {64, 1000, 99'999}) {
        schema.rowsPerChunk = rowsPerChunk;
        const std::vector<std::int64_t> rows = sampleRows(schema, 200);
        EXPECT_GE(rows.size(), 200u) << rowsPerChunk;
        EXPECT_LT(rows.size(), 400u) << rowsPerChunk;
        EXPECT_EQ(chunksOf(rows), rowsPerChunk == 64 ? 10u : 1u);
        EXPECT_EQ(rows.front(), 0);
        EXPECT_LT(rows.back(), schema.count);
        EXPECT_TRUE(std::is_sorted(rows.begin(), rows.end()));
    }
    schema.count = 30;
    EXPECT_EQ(sampleRows(schema, 200).size(), 30u);
}

}  // namespace
}  // namespace shearbench::data
