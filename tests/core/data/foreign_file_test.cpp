// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/stat.h>

#include <cstring>

#include "core/data/cutout_file.h"
#include "core/data/hdf5.h"
#include "core/data/lzf_filter.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

// Files as other programs write them, made with the C library: types, byte orders and filters that
// the program's own layer does not write.

namespace shearbench::data {
namespace {

struct ForeignFile : testing::Test {
    test::TemporaryFolder folder;
    std::filesystem::path name = folder / "foreign.h5";
    hid_t file = H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

    void close() {
        if (file >= 0)
            H5Fclose(file);
        file = -1;
    }
    void startAnew() {
        close();
        file = H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    }
    ~ForeignFile() override { close(); }

    /// `stored` is the type in the file, `memory` that of `values`.
    void write(const char* path, const std::vector<hsize_t>& extents, hid_t stored, hid_t memory,
               const void* values, hid_t creation = H5P_DEFAULT) {
        const hid_t space =
            H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
        const hid_t dataset =
            H5Dcreate2(file, path, stored, space, H5P_DEFAULT, creation, H5P_DEFAULT);
        ASSERT_GE(dataset, 0);
        ASSERT_GE(H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
        H5Dclose(dataset);
        H5Sclose(space);
    }

    void writeImages(hid_t stored, hid_t creation = H5P_DEFAULT) {
        std::vector<float> pixels(4 * 3 * 8 * 8);
        for (std::size_t i = 0; i < pixels.size(); ++i)
            pixels[i] = static_cast<float>(i % 200);
        write("images", {4, 3, 8, 8}, stored, H5T_NATIVE_FLOAT, pixels.data(), creation);
    }

    void expectImages(const std::string& type) {
        close();
        const CutoutFile cutouts(name);
        EXPECT_EQ(cutouts.schema().images.type, type);
        std::vector<float> image(192);
        cutouts.readImages(std::vector<std::int64_t>{2}, image);
        for (std::size_t i = 0; i < 192; ++i)
            ASSERT_EQ(image[i], static_cast<float>((i + 384) % 200)) << i;
    }
};

hid_t halfFloat() {
    const hid_t type = H5Tcopy(H5T_IEEE_F32LE);
    H5Tset_fields(type, 15, 10, 5, 0, 10);
    H5Tset_size(type, 2);
    H5Tset_ebias(type, 15);
    return type;
}

TEST_F(ForeignFile, ImagesOfAnyNumberType) {
    const std::vector<std::pair<hid_t, std::string>> types{
        {H5T_IEEE_F64LE, "float64"}, {H5T_IEEE_F32BE, "float32"}, {H5T_STD_U8LE, "uint8"},
        {H5T_STD_I16BE, "int16"},    {H5T_STD_I64LE, "int64"},    {halfFloat(), "float16"}};
    for (const auto& [type, typeName] : types) {
        startAnew();
        writeImages(type);
        expectImages(typeName);
    }
}

TEST_F(ForeignFile, DisplayPicturesAreNoted) {
    std::vector<unsigned char> pixels(4 * 8 * 8 * 3, 7);
    write("images", {4, 8, 8, 3}, H5T_STD_U8LE, H5T_NATIVE_UCHAR, pixels.data());
    close();
    const Schema schema = CutoutFile(name).schema();
    EXPECT_EQ(schema.layout, Layout::nhwc);
    EXPECT_EQ(schema.bands, (std::vector<std::string>{"R", "G", "B"}));
    ASSERT_FALSE(schema.notes.empty());
    EXPECT_NE(schema.notes[0].find("display pictures"), std::string::npos);
}

TEST_F(ForeignFile, FieldsOfCompoundTables) {
    struct Row {
        double e1, e2;
        float redshift;
        std::int64_t galaxy_id;
    };
    writeImages(H5T_IEEE_F32LE);
    const hid_t type = H5Tcreate(H5T_COMPOUND, sizeof(Row));
    H5Tinsert(type, "e1", HOFFSET(Row, e1), H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "e2", HOFFSET(Row, e2), H5T_NATIVE_DOUBLE);
    H5Tinsert(type, "redshift", HOFFSET(Row, redshift), H5T_NATIVE_FLOAT);
    H5Tinsert(type, "galaxy_id", HOFFSET(Row, galaxy_id), H5T_NATIVE_INT64);
    std::vector<Row> rows;
    for (int i = 0; i < 4; ++i)
        rows.push_back({0.1 * i, -0.1 * i, static_cast<float>(i), (std::int64_t{1} << 60) + i});
    write("catalog", {4}, type, type, rows.data());
    H5Tclose(type);
    close();
    const CutoutFile cutouts(name);
    EXPECT_EQ(cutouts.schema().targets,
              (std::array<std::string, 3>{"catalog.e1", "catalog.e2", "catalog.redshift"}));
    EXPECT_EQ(cutouts.readColumn("catalog.e2")[3], -0.1 * 3);
    EXPECT_EQ(cutouts.schema().group, "catalog.galaxy_id");
    EXPECT_EQ(cutouts.readIntegerColumn("catalog.galaxy_id")[3], (std::int64_t{1} << 60) + 3);
}

TEST_F(ForeignFile, BooleansAreNumbersNotImages) {
    writeImages(H5T_IEEE_F32LE);
    const hid_t type = H5Tenum_create(H5T_STD_I8LE);
    signed char no = 0, yes = 1;
    H5Tenum_insert(type, "FALSE", &no);
    H5Tenum_insert(type, "TRUE", &yes);
    const std::vector<signed char> flags{1, 0, 1, 1}, mask(4 * 3 * 16 * 16, 1);
    write("flag", {4}, type, type, flags.data());
    write("image_good", {4, 3, 16, 16}, type, type, mask.data());
    H5Tclose(type);
    close();
    const CutoutFile cutouts(name);
    EXPECT_EQ(cutouts.schema().images.path, "/images");
    EXPECT_TRUE(cutouts.schema().otherImages.empty());
    EXPECT_EQ(cutouts.readIntegerColumn("flag"), (std::vector<std::int64_t>{1, 0, 1, 1}));
}

TEST_F(ForeignFile, FixedWidthTextsAreRead) {
    writeImages(H5T_IEEE_F32LE);
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, 6);
    H5Tset_strpad(type, H5T_STR_SPACEPAD);
    std::string texts;
    for (int i = 0; i < 4; ++i)
        texts += "hsc-g hsc-r hsc-i ";
    write("image_band", {4, 3}, type, type, texts.data());
    H5Tclose(type);
    close();
    EXPECT_EQ(CutoutFile(name).schema().bands, (std::vector<std::string>{"g", "r", "i"}));
}

std::size_t passOn(unsigned, std::size_t, const unsigned*, std::size_t bytes, std::size_t*,
                   void**) {
    return bytes;
}

TEST_F(ForeignFile, MissingFiltersAreNamed) {
    const std::vector<std::pair<int, std::string>> filters{
        {32001, "Blosc"}, {32015, "Zstandard"}, {32999, "32999"}};
    for (const auto& [number, filterName] : filters) {
        const H5Z_class2_t filter{H5Z_CLASS_T_VERS, number, 1, 1, "test", nullptr, nullptr, passOn};
        ASSERT_GE(H5Zregister(&filter), 0);
        startAnew();
        const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        const hsize_t chunk[4]{1, 3, 8, 8};
        H5Pset_chunk(creation, 4, chunk);
        H5Pset_filter(creation, number, H5Z_FLAG_MANDATORY, 0, nullptr);
        writeImages(H5T_IEEE_F32LE, creation);
        H5Pclose(creation);
        close();
        ASSERT_GE(H5Zunregister(number), 0);
        test::expectError(ErrorKind::data,
                          {"/images", "foreign.h5", filterName, std::to_string(number), "h5repack"},
                          [&] { CutoutFile cutouts(name); });
    }
}

TEST_F(ForeignFile, LzfIsReadThoughTheLibraryLacksIt) {
    // Written by h5py: pixels count up in the order of storage.
    const CutoutFile cutouts(SHEARBENCH_TESTS_DIR "/fuzz/corpus/lzf.h5");
    std::vector<float> image(512);
    cutouts.readImages(std::vector<std::int64_t>{2}, image);
    for (std::size_t i = 0; i < image.size(); ++i)
        EXPECT_EQ(image[i], static_cast<float>(1024 + i));
}

TEST(Lzf, RefusesWhatIsNoStream) {
    using Bytes = std::vector<std::uint8_t>;
    const auto undo = [](const Bytes& bytes, std::size_t most = 100) {
        return h5::decompressLzf(bytes, most);
    };
    EXPECT_EQ(undo({2, 'a', 'b', 'c'}), (Bytes{'a', 'b', 'c'}));
    EXPECT_EQ(undo({1, 'a', 'b', 0x40, 1}), (Bytes{'a', 'b', 'a', 'b', 'a', 'b'}));
    EXPECT_EQ(undo({0, 'x', 0xe0, 3, 0})->size(), 13u);
    EXPECT_FALSE(undo({5, 'a'}));               // fewer bytes than it says
    EXPECT_FALSE(undo({0, 'a', 0x20}));         // a reference cut short
    EXPECT_FALSE(undo({0, 'a', 0x20, 5}));      // to before the start
    EXPECT_FALSE(undo({2, 'a', 'b', 'c'}, 2));  // more than there is room for
    EXPECT_FALSE(undo({0, 'x', 0xe0, 200, 0}, 50));
    EXPECT_EQ(undo({})->size(), 0u);
}

TEST_F(ForeignFile, ViewsOfOtherFilesNeedThem) {
    writeImages(H5T_IEEE_F32LE);
    close();
    const std::filesystem::path view = folder / "view.h5";
    const hsize_t extents[4]{4, 3, 8, 8};
    const hid_t space = H5Screate_simple(4, extents, nullptr),
                creation = H5Pcreate(H5P_DATASET_CREATE);
    H5Pset_virtual(creation, space, "foreign.h5", "/images", space);
    file = H5Fcreate(view.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Dclose(H5Dcreate2(file, "images", H5T_IEEE_F32LE, space, H5P_DEFAULT, creation, H5P_DEFAULT));
    H5Pclose(creation);
    H5Sclose(space);
    close();
    {
        const CutoutFile cutouts(view);
        std::vector<float> image(192);
        cutouts.readImages(std::vector<std::int64_t>{1}, image);
        EXPECT_EQ(image[1], 193);
    }
    std::filesystem::remove(name);
    test::expectError(ErrorKind::data, {"/images", "view.h5", "foreign.h5", "not there"},
                      [&] { CutoutFile cutouts(view); });
}

TEST_F(ForeignFile, LinksToOtherFilesNeedThem) {
    writeImages(H5T_IEEE_F32LE);
    close();
    const std::filesystem::path linked = folder / "linked.h5", pipe = folder / "pipe.h5";
    file = H5Fcreate(linked.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("foreign.h5", "/images", file, "images", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("foreign.h5", "/nothing", file, "e1", H5P_DEFAULT, H5P_DEFAULT);
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    H5Lcreate_external("pipe.h5", "/x", file, "e2", H5P_DEFAULT, H5P_DEFAULT);
    close();
    {
        const CutoutFile cutouts(linked);
        std::vector<float> image(192);
        cutouts.readImages(std::vector<std::int64_t>{1}, image);
        EXPECT_EQ(image[1], 193);
        const std::string notes = fmt::format("{}", fmt::join(cutouts.schema().notes, " "));
        EXPECT_NE(notes.find("/e1 takes its values from /nothing of foreign.h5"), std::string::npos)
            << notes;
        EXPECT_NE(notes.find("/e2 takes its values from pipe.h5"), std::string::npos) << notes;
    }
    std::filesystem::remove(name);
    for (const char* stated : {"", "images"})
        test::expectError(ErrorKind::data, {"/images", "linked.h5", "foreign.h5", "not there"},
                          [&] { CutoutFile(linked, {.images = stated}); });
}

TEST_F(ForeignFile, GroupsThatHoldThemselvesEnd) {
    writeImages(H5T_IEEE_F32LE);
    H5Lcreate_hard(file, "/", file, "loop", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_soft("/nowhere", file, "dangling", H5P_DEFAULT, H5P_DEFAULT);
    H5Lcreate_external("/etc/passwd", "/x", file, "outside", H5P_DEFAULT, H5P_DEFAULT);
    H5Gclose(H5Gcreate2(file, "a", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
    H5Lcreate_hard(file, "/", file, "a/x", H5P_DEFAULT, H5P_DEFAULT);
    close();
    const Schema schema = CutoutFile(name).schema();
    EXPECT_EQ(schema.images.path, "/images");
    EXPECT_TRUE(schema.otherImages.empty());
}

}  // namespace
}  // namespace shearbench::data
