// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <hdf5.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <optional>

#include "core/data/cutout_file.h"
#include "core/data/lzf_filter.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

// Every public set of galaxy cutouts that is known, a row of a table each: a file of four galaxies
// with the names, axes, types and filters of the real one, and what is to be found in it, or why it
// is refused. What reading gives, pixel by pixel, is for layouts_test.cpp.

namespace shearbench::data {
namespace {

using Names = std::vector<std::string>;
using Targets = std::array<std::string, 3>;

constexpr hsize_t kRows = 4;

enum class Type { u8, f32, f64, i64, boolean, text, texts };  // texts: of variable length
enum class Filter { none, gzip, lzf };

struct Stored {
    std::string path;
    std::vector<hsize_t> row;  ///< extents after the first
    Type type = Type::f32;
    Filter filter = Filter::none;
    Names words = {};  ///< of a text: repeated as often as there is room
};

struct PublicSet {
    const char* name;
    std::vector<Stored> datasets;
    Names refusal = {};  ///< parts of the sentence and its remedy; empty: it opens

    std::string images = {};
    Layout layout = Layout::nchw;
    std::array<int, 3> shape = {};  ///< bands, rows, columns
    Names bands = {};
    Targets targets = {};
    double pixelScale = 0;
    Names notes = {};  ///< parts of what is noted
};

void PrintTo(const PublicSet& set, std::ostream* out) {
    *out << set.name;
}

std::vector<Stored> columns(const Names& names, Type type = Type::f32) {
    std::vector<Stored> made;
    for (const std::string& name : names)
        made.push_back({name, {}, type});
    return made;
}

std::vector<Stored> operator+(std::vector<Stored> a, const std::vector<Stored>& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

/// "g_cmodel_mag" ... for every band.
Names ofBands(const Names& bands, const Names& endings) {
    Names names;
    for (const std::string& band : bands)
        for (const std::string& ending : endings)
            names.push_back(band + ending);
    return names;
}

Stored texts(const std::string& path, const Names& words) {
    return {path, {words.size()}, Type::text, Filter::none, words};
}

const Names kHsc{"g", "r", "i", "z", "y"};

std::vector<Stored> galaxiesMl(hsize_t side) {
    return std::vector<Stored>{{"image", {5, side, side}}} +
           columns({"specz_redshift", "specz_redshift_err", "y_coord", "x_coord"}, Type::f64) +
           columns({"specz_flag_homogeneous"}, Type::boolean) + columns({"object_id"}, Type::i64) +
           columns(ofBands(kHsc, {"_cmodel_mag", "_cmodel_magsigma", "_ellipticity", "_pos_angle",
                                  "_half_light_radius", "_sersic_index"}),
                   Type::f64);
}

std::vector<PublicSet> publicSets() {
    const Names kPicture{"display pictures", "No column was found for e1"};
    const Names kAsk{"--band-names"};
    std::vector<PublicSet> sets;
    sets.push_back(
        {.name = "Galaxy10Sdss",
         .datasets = {{"images", {69, 69, 3}, Type::u8, Filter::gzip}, {"ans", {}, Type::u8}},
         .images = "/images",
         .layout = Layout::nhwc,
         .shape = {3, 69, 69},
         .bands = {"R", "G", "B"},
         .notes = kPicture});
    sets.push_back({.name = "Galaxy10Decals",
                    .datasets = std::vector<Stored>{{"images", {256, 256, 3}, Type::u8},
                                                    {"ans", {}, Type::u8}} +
                                columns({"ra", "dec", "redshift", "pxscale"}, Type::f64),
                    .images = "/images",
                    .layout = Layout::nhwc,
                    .shape = {3, 256, 256},
                    .bands = {"R", "G", "B"},
                    .targets = {"", "", "redshift"},
                    .pixelScale = 0.5,
                    .notes = kPicture});
    for (const int side : {64, 127})
        sets.push_back(
            {.name = side == 64 ? "GalaxiesMl64" : "GalaxiesMl127",
             .datasets = galaxiesMl(static_cast<hsize_t>(side)),
             .images = "/image",
             .shape = {5, side, side},
             .bands = kHsc,
             .targets = {"", "", "specz_redshift"},
             .notes = {"g r i z y are assumed", "g_ellipticity and g_pos_angle", "--shape"}});
    sets.push_back(
        {.name = "MultimodalUniverseHsc",
         .datasets = std::vector<Stored>{{"image_array", {5, 160, 160}, Type::f32, Filter::gzip},
                                         {"image_ivar", {5, 160, 160}, Type::f32, Filter::gzip},
                                         {"image_mask", {5, 160, 160}, Type::boolean},
                                         {"image_psf_fwhm", {5}},
                                         {"image_scale", {5}},
                                         {"object_id", {}, Type::texts}} +
                     std::vector<Stored>{
                         texts("image_band", {"hsc-g", "hsc-r", "hsc-i", "hsc-z", "hsc-y"})} +
                     columns(ofBands(kHsc, {"_cmodel_mag", "_sdssshape_shape11",
                                            "_sdssshape_shape22", "_sdssshape_shape12"})),
         .images = "/image_array",
         .shape = {5, 160, 160},
         .bands = kHsc,
         .targets = {"derived/e1", "derived/e2", ""},
         .pixelScale = 0.5,
         .notes = {"r_sdssshape_shape11", "(1-q)/(1+q)"}});
    sets.push_back(
        {.name = "MultimodalUniverseLegacySurvey",
         .datasets =
             std::vector<Stored>{{"image_array", {4, 160, 160}, Type::f32, Filter::lzf},
                                 {"image_rgb", {3, 152, 152}, Type::u8, Filter::lzf},
                                 {"image_scale", {4}},
                                 texts("image_band", {"des-g", "des-r", "des-i", "des-z"})} +
             std::vector<Stored>{{"catalog_SHAPE_E1", {20}}, {"catalog_SHAPE_E2", {20}}} +
             columns({"catalog_FLUX_G", "catalog_SHAPE_R", "z_spec"}),
         .images = "/image_array",
         .shape = {4, 160, 160},
         .bands = {"g", "r", "i", "z"},
         .targets = {"catalog_SHAPE_E1[0]", "catalog_SHAPE_E2[0]", "z_spec"},
         .pixelScale = 0.5,
         .notes = {"SHAPE_E1 is a table"}});
    sets.push_back(
        {.name = "MultimodalUniverseSslLegacySurvey",
         .datasets = std::vector<Stored>{{"image_array", {3, 152, 152}},
                                         texts("image_band", {"des-g", "des-r", "des-z"})} +
                     columns({"flux_g", "flux_r", "flux_z", "psfdepth_r", "ebv", "z_spec"}) +
                     columns({"inds"}, Type::i64),
         .images = "/image_array",
         .shape = {3, 152, 152},
         .bands = {"g", "r", "z"},
         .targets = {"", "", "z_spec"}});
    sets.push_back(
        {.name = "MultimodalUniverseJwst",
         .datasets = std::vector<Stored>{{"image_flux", {7, 96, 96}},
                                         {"image_ivar", {7, 96, 96}},
                                         {"image_mask", {7, 96, 96}, Type::boolean},
                                         texts("image_band", {"f090w", "f115w", "f150w", "f200w",
                                                              "f277w", "f356w", "f444w"})} +
                     columns({"mag_auto", "flux_radius"}),
         .images = "/image_flux",
         .shape = {7, 96, 96},
         .bands = {"f090w", "f115w", "f150w", "f200w", "f277w", "f356w", "f444w"}});
    sets.push_back({.name = "MultimodalUniverseBts",
                    .datasets = std::vector<Stored>{{"image_triplet", {63, 63, 3}},
                                                    {"band", {}, Type::texts}} +
                                columns({"ra", "dec", "redshift"}),
                    .images = "/image_triplet",
                    .layout = Layout::nhwc,
                    .shape = {3, 63, 63},
                    .bands = {"science", "reference", "difference"},
                    .targets = {"", "", "redshift"}});
    sets.push_back({.name = "MultimodalUniverseGz10",
                    .datasets = std::vector<Stored>{{"images", {256, 256, 3}, Type::u8},
                                                    {"gz10_label", {}, Type::i64},
                                                    {"rgb_pixel_scale", {}}} +
                                columns({"ra", "dec", "redshift"}),
                    .images = "/images",
                    .layout = Layout::nhwc,
                    .shape = {3, 256, 256},
                    .bands = {"R", "G", "B"},
                    .targets = {"", "", "redshift"},
                    .notes = kPicture});
    sets.push_back({.name = "SslLegacySurvey",
                    .datasets = std::vector<Stored>{{"images", {3, 152, 152}},
                                                    {"flux", {3}},
                                                    {"fiberflux", {3}},
                                                    {"psfsize", {3}},
                                                    {"source_type", {}, Type::texts}} +
                                columns({"ra", "dec", "ebv", "z_spec"}) +
                                columns({"inds"}, Type::i64),
                    .images = "/images",
                    .shape = {3, 152, 152},
                    .bands = {"band 1", "band 2", "band 3"},
                    .targets = {"", "", "z_spec"},
                    .notes = kAsk});
    sets.push_back({.name = "PlasticcLightCurves",
                    .datasets = std::vector<Stored>{{"lightcurve", {6, 3, 40}},
                                                    {"obj_type", {}, Type::texts}} +
                                columns({"redshift", "hostgal_photoz"}),
                    .refusal = {"light curves, no images", "/lightcurve"}});
    sets.push_back({.name = "CosmosAndGreat3",
                    .datasets = {{"real galaxies", {64, 64}, Type::f64},
                                 {"parametric galaxies", {64, 64}, Type::f64},
                                 {"psf", {64, 64}, Type::f64},
                                 {"parameters", {12}, Type::f64}},
                    .images = "/real galaxies",
                    .layout = Layout::nhw,
                    .shape = {1, 64, 64},
                    .bands = {"band 1"}});
    sets.push_back({.name = "PublishedStacksAsHdf5",
                    .datasets = std::vector<Stored>{{"images", {2, 10, 64, 64}, Type::f64}} +
                                columns({"e1", "e2", "redshift"}, Type::f64),
                    .refusal = {"2 variants of each image", "--variant", "Arcelin"}});
    sets.push_back({.name = "BandsFirstOrLast",
                    .datasets = {{"images", {16, 16, 16}}},
                    .refusal = {"/images", "bands first or last", "--layout"}});
    return sets;
}

class Writer {
  public:
    explicit Writer(const std::filesystem::path& name)
        : file_(H5Fcreate(name.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)) {}
    ~Writer() { H5Fclose(file_); }
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    void write(const Stored& stored) {
        std::vector<hsize_t> extents{kRows};
        extents.insert(extents.end(), stored.row.begin(), stored.row.end());
        hsize_t values = 1;
        for (const hsize_t extent : extents)
            values *= extent;
        if (stored.type == Type::texts) {
            writeTexts(stored, extents, values);
            return;
        }
        const auto [type, bytes] = contentOf(stored, values);
        const hid_t creation = H5Pcreate(H5P_DATASET_CREATE);
        std::vector<hsize_t> most = extents;
        if (stored.filter != Filter::none) {
            std::vector<hsize_t> chunk = extents;
            chunk[0] = 1;
            most[0] = H5S_UNLIMITED;
            H5Pset_chunk(creation, static_cast<int>(chunk.size()), chunk.data());
            if (stored.filter == Filter::gzip)
                H5Pset_deflate(creation, 4);
            else
                setLzf(creation, bytes.size() / kRows);
        }
        const hid_t space =
            H5Screate_simple(static_cast<int>(extents.size()), extents.data(), most.data());
        const hid_t dataset =
            H5Dcreate2(file_, stored.path.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT);
        ASSERT_GE(dataset, 0) << stored.path;
        if (stored.filter == Filter::lzf)
            writeLzfChunks(dataset, extents.size(), bytes);
        else
            EXPECT_GE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), 0);
        H5Dclose(dataset);
        H5Sclose(space);
        H5Pclose(creation);
        H5Tclose(type);
    }

  private:
    struct Content {
        hid_t type;
        std::vector<std::uint8_t> bytes;
    };

    template <class T>
    static std::vector<std::uint8_t> repeated(T value, hsize_t count) {
        std::vector<std::uint8_t> bytes(count * sizeof(T));
        for (hsize_t i = 0; i < count; ++i)
            std::memcpy(&bytes[i * sizeof(T)], &value, sizeof(T));
        return bytes;
    }

    static Content contentOf(const Stored& stored, hsize_t values) {
        switch (stored.type) {
            case Type::u8:
                return {H5Tcopy(H5T_STD_U8LE), repeated<std::uint8_t>(3, values)};
            case Type::f32:
                return {H5Tcopy(H5T_IEEE_F32LE), repeated(0.5F, values)};
            case Type::f64:
                return {H5Tcopy(H5T_IEEE_F64LE), repeated(0.5, values)};
            case Type::i64:
                return {H5Tcopy(H5T_STD_I64LE), repeated((std::int64_t{1} << 60) + 1, values)};
            case Type::boolean: {
                const hid_t type = H5Tenum_create(H5T_STD_I8LE);
                signed char no = 0, yes = 1;
                H5Tenum_insert(type, "FALSE", &no);
                H5Tenum_insert(type, "TRUE", &yes);
                return {type, repeated<std::uint8_t>(1, values)};
            }
            case Type::text:
            case Type::texts:
                break;
        }
        constexpr std::size_t kWidth = 8;
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, kWidth);
        std::vector<std::uint8_t> bytes(values * kWidth);
        for (hsize_t i = 0; i < values; ++i) {
            const std::string& word = stored.words[i % stored.words.size()];
            std::memcpy(&bytes[i * kWidth], word.data(), std::min(word.size(), kWidth));
        }
        return {type, bytes};
    }

    void writeTexts(const Stored& stored, const std::vector<hsize_t>& extents, hsize_t values) {
        const hid_t type = H5Tcopy(H5T_C_S1);
        H5Tset_size(type, H5T_VARIABLE);
        const std::vector<const char*> words(values, "word");
        const hid_t space =
            H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr);
        const hid_t dataset = H5Dcreate2(file_, stored.path.c_str(), type, space, H5P_DEFAULT,
                                         H5P_DEFAULT, H5P_DEFAULT);
        EXPECT_GE(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, words.data()), 0);
        H5Dclose(dataset);
        H5Sclose(space);
        H5Tclose(type);
    }

    /// As h5py does: what cannot compress is stored as it is.
    static void setLzf(hid_t creation, std::size_t chunkBytes) {
        const unsigned values[3]{4, 0x0105, static_cast<unsigned>(chunkBytes)};
        H5Pset_filter(creation, 32000, H5Z_FLAG_OPTIONAL, 3, values);
    }

    /// Streams of literals, which every reader of LZF takes.
    static void writeLzfChunks(hid_t dataset, std::size_t axes,
                               const std::vector<std::uint8_t>& bytes) {
        constexpr std::size_t kLongest = 32;
        const std::size_t chunk = bytes.size() / kRows;
        for (hsize_t row = 0; row < kRows; ++row) {
            std::vector<std::uint8_t> stream;
            for (std::size_t at = 0; at < chunk; at += kLongest) {
                const std::size_t run = std::min(kLongest, chunk - at);
                stream.push_back(static_cast<std::uint8_t>(run - 1));
                const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(row * chunk + at);
                stream.insert(stream.end(), first, first + static_cast<std::ptrdiff_t>(run));
            }
            std::vector<hsize_t> offset(axes, 0);
            offset[0] = row;
            EXPECT_GE(H5Dwrite_chunk(dataset, H5P_DEFAULT, 0, offset.data(), stream.size(),
                                     stream.data()),
                      0);
        }
    }

    hid_t file_;
};

struct PublicSets : testing::TestWithParam<PublicSet> {
    test::TemporaryFolder folder;
    std::filesystem::path name = folder / "set.h5";

    void SetUp() override {
        // Which can only undo LZF, so that the library would refuse to write it.
        if (H5Zfilter_avail(32000) > 0)
            H5Zunregister(32000);
        {
            Writer writer(name);
            for (const Stored& stored : GetParam().datasets)
                writer.write(stored);
        }
        h5::registerLzf();
    }
};

TEST_P(PublicSets, OpensOrIsRefusedWithTheReason) {
    const PublicSet& set = GetParam();
    if (!set.refusal.empty()) {
        Names parts = set.refusal;
        parts.push_back("set.h5");
        test::expectError(ErrorKind::data, parts, [&] { CutoutFile cutouts(name); });
        return;
    }
    const CutoutFile cutouts(name);
    const Schema& schema = cutouts.schema();
    EXPECT_EQ(schema.count, static_cast<std::int64_t>(kRows));
    EXPECT_EQ(schema.images.path, set.images);
    EXPECT_EQ(schema.layout, set.layout);
    EXPECT_EQ((std::array{schema.channels, schema.height, schema.width}), set.shape);
    EXPECT_EQ(schema.bands, set.bands);
    EXPECT_EQ(schema.targets, set.targets);
    EXPECT_EQ(schema.pixelScaleArcsec, set.pixelScale);
    const std::string notes = fmt::format("{}", fmt::join(schema.notes, " "));
    for (const std::string& part : set.notes)
        EXPECT_NE(notes.find(part), std::string::npos) << part << " is missing in: " << notes;
    std::vector<float> last(imageSize(schema));
    const std::int64_t row = schema.count - 1;
    cutouts.readImages({&row, 1}, last);
    EXPECT_EQ(last.back(), set.datasets[0].type == Type::u8 ? 3 : 0.5F);
}

INSTANTIATE_TEST_SUITE_P(Known, PublicSets, testing::ValuesIn(publicSets()),
                         [](const auto& each) { return std::string(each.param.name); });

/// Published as NumPy arrays: refused with the script that converts them.
TEST(PublicSetsOfArrays, AreRefusedByName) {
    const test::TemporaryFolder folder;
    for (const char* name : {"galaxies_isolated_20191024_0_images.npy", "images_Y10_train.npy",
                             "SimSim_SimReal_X.npy"}) {
        std::ofstream(folder / name, std::ios::binary) << "\x93NUMPY\1\0v\0{'descr': '<f8'";
        test::expectError(ErrorKind::data, {name, "NumPy", "npy_to_cutouts.py"},
                          [&] { CutoutFile cutouts(folder / name); });
    }
}

}  // namespace
}  // namespace shearbench::data
