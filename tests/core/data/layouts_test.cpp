// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>
#include <numeric>

#include "core/data/cutout_file.h"
#include "core/data/hdf5.h"
#include "core/data/targets.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

// The public sets of galaxy cutouts, each written small and with the names, shapes and types of the
// real one.

namespace shearbench::data {
namespace {

using test::expectError;
using Names = std::vector<std::string>;
using Targets = std::array<std::string, 3>;

constexpr std::size_t kRows = 6;

struct Layouts : testing::Test {
    test::TemporaryFolder folder;
    std::filesystem::path name = folder / "set.h5";
    h5::File file = h5::File::create(name);

    void images(const std::string& path, const h5::Extents& extents) {
        std::vector<float> pixels(h5::valueCount(extents, path));
        std::iota(pixels.begin(), pixels.end(), 0.0f);
        file.write<float>(path, pixels, extents);
    }
    void column(const std::string& path, double first = 0.1, double step = 0.01) {
        std::vector<double> values(kRows);
        for (std::size_t i = 0; i < kRows; ++i)
            values[i] = first + step * static_cast<double>(i);
        file.write(path, values);
    }
    CutoutFile open(const SchemaRequest& request = {}) {
        file.flush();
        return CutoutFile(name, request);
    }
    std::string notes(const CutoutFile& cutouts) {
        return fmt::format("{}", fmt::join(cutouts.schema().notes, " "));
    }
    static std::vector<float> image(const CutoutFile& cutouts, std::int64_t row) {
        std::vector<float> pixels(imageSize(cutouts.schema()));
        cutouts.readImages(std::vector<std::int64_t>{row}, pixels);
        return pixels;
    }
};

TEST_F(Layouts, Galaxy10) {
    images("images", {kRows, 69, 69, 3});
    column("ans");
    column("pxscale", 0.262, 0.001);
    const CutoutFile whole = open();
    EXPECT_EQ(whole.schema().layout, Layout::nhwc);
    EXPECT_EQ(whole.schema().channels, 3);
    EXPECT_EQ(whole.schema().pixelScaleArcsec, 0.262);
    EXPECT_NE(notes(whole).find("--band-names"), std::string::npos) << notes(whole);
    EXPECT_NE(notes(whole).find("differs from galaxy to galaxy"), std::string::npos);
    EXPECT_NE(notes(whole).find("No column was found for e1"), std::string::npos);

    const CutoutFile cropped =
        open({.bandNames = {"g", "r", "z"}, .bands = {"z", "g"}, .stamp = 64});
    EXPECT_EQ(cropped.schema().bands, (Names{"z", "g"}));
    EXPECT_EQ(cropped.schema().height, 64);
    EXPECT_NE(notes(cropped).find("cropped to 64 x 64"), std::string::npos) << notes(cropped);
    // Pixel 34 of 69 becomes pixel 32 of 64.
    const std::vector<float> pixels = image(cropped, 2);
    const float z = static_cast<float>(((2 * 69 + 34) * 69 + 34) * 3 + 2);
    EXPECT_EQ(pixels[32 * 64 + 32], z);
    EXPECT_EQ(pixels[64 * 64 + 32 * 64 + 32], z - 2);
    EXPECT_EQ(pixels[32 * 64 + 33], z + 3);
}

TEST_F(Layouts, GalaxiesMl) {
    images("image", {kRows, 5, 127, 127});
    column("specz_redshift");
    for (const std::string band : {"g", "r", "i", "z", "y"}) {
        column(band + "_cmodel_ellipticity", 0.2);
        column(band + "_pos_angle", 30, 5);
    }
    column("y_coord");
    file.write<std::int64_t>("object_id", std::vector<std::int64_t>(kRows, (1ll << 60) + 1));
    const CutoutFile asFound = open();
    EXPECT_EQ(asFound.schema().bands, (Names{"g", "r", "i", "z", "y"}));
    EXPECT_EQ(asFound.schema().targets, (Targets{"", "", "specz_redshift"}));
    EXPECT_EQ(asFound.readIntegerColumn("object_id")[5], (1ll << 60) + 1);

    const CutoutFile stated = open({.pixelScaleArcsec = 0.168,
                                    .ellipticity = "distortion",
                                    .shape = "1-q:r_cmodel_ellipticity, degrees-from-y:r_pos_angle",
                                    .stamp = 64});
    EXPECT_EQ(stated.schema().targets, (Targets{"derived/e1", "derived/e2", "specz_redshift"}));
    EXPECT_EQ(stated.schema().convention, EllipticityConvention::distortion);
    EXPECT_EQ(stated.schema().pixelScaleArcsec, 0.168);
    const double q = 0.8, phi = (30 + 90) * std::numbers::pi / 180,
                 size = (1 - q * q) / (1 + q * q);
    EXPECT_NEAR(stated.readColumn("derived/e1")[0], size * std::cos(2 * phi), 1e-12);
    EXPECT_NEAR(stated.readColumn("derived/e2")[0], size * std::sin(2 * phi), 1e-12);
    EXPECT_EQ(image(stated, 0)[32 * 64 + 32], 63 * 127 + 63);
    expectError(ErrorKind::data, {"no column \"phi\"", "the shape"},
                [&] { open({.shape = "q:r_cmodel_ellipticity, degrees:phi"}); });
    expectError(ErrorKind::usage, {"\"q:a\"", "moments:XX, YY, XY"},
                [&] { open({.shape = "q:a"}); });
}

TEST_F(Layouts, MultimodalUniverseHsc) {
    images("image_array", {kRows, 5, 160, 160});
    images("image_ivar", {kRows, 5, 160, 160});
    file.writeTexts("image_band", {"hsc-g", "hsc-r", "hsc-i", "hsc-z", "hsc-y"});
    column("image_scale", 0.168, 0);
    column("i_sdssshape_shape11", 4, 0);
    column("i_sdssshape_shape22", 1, 0);
    column("i_sdssshape_shape12", 0, 0);
    const CutoutFile cutouts = open();
    EXPECT_EQ(cutouts.schema().images.path, "/image_array");
    EXPECT_EQ(cutouts.schema().bands, (Names{"g", "r", "i", "z", "y"}));
    EXPECT_EQ(cutouts.schema().pixelScaleArcsec, 0.168);
    EXPECT_EQ(cutouts.schema().targets, (Targets{"derived/e1", "derived/e2", ""}));
    EXPECT_EQ(cutouts.schema().convention, EllipticityConvention::reducedShear);
    EXPECT_NE(notes(cutouts).find("(1-q)/(1+q)"), std::string::npos) << notes(cutouts);
    EXPECT_NEAR(cutouts.readColumn("derived/e1")[3], 1.0 / 3, 1e-12);  // q = 1/2
    EXPECT_NEAR(open({.ellipticity = "distortion"}).readColumn("derived/e1")[3], 0.6, 1e-12);
    // As a run records it.
    const CutoutFile again = open({.targets = {"derived/e1", "derived/e2", ""},
                                   .ellipticity = "reduced-shear",
                                   .shape = cutouts.schema().shape});
    EXPECT_EQ(again.readColumn("derived/e1"), cutouts.readColumn("derived/e1"));
}

TEST_F(Layouts, MultimodalUniverseLegacySurvey) {
    images("image_array", {kRows, 4, 160, 160});
    images("image_rgb", {kRows, 3, 160, 160});
    column("catalog_SHAPE_E1");
    column("catalog_SHAPE_E2");
    column("z_spec");
    const Schema schema = open().schema();
    EXPECT_EQ(schema.images.path, "/image_array");
    EXPECT_EQ(schema.bands, (Names{"g", "r", "i", "z"}));
    EXPECT_EQ(schema.targets, (Targets{"catalog_SHAPE_E1", "catalog_SHAPE_E2", "z_spec"}));
}

TEST_F(Layouts, MultimodalUniverseJwstAndBts) {
    images("image_flux", {kRows, 7, 96, 96});
    EXPECT_EQ(open().schema().channels, 7);
    file.close();
    file = h5::File::create(name);
    images("image_triplet", {kRows, 63, 63, 3});
    EXPECT_EQ(open().schema().bands, (Names{"science", "reference", "difference"}));
}

TEST_F(Layouts, SslLegacySurvey) {
    images("images", {kRows, 3, 152, 152});
    file.write<float>("flux", std::vector<float>(kRows * 3), {kRows, 3});
    column("psfsize");
    column("inds");
    column("z_spec", -1, 0.5);
    const CutoutFile cutouts = open({.stamp = 64});
    EXPECT_EQ(cutouts.schema().layout, Layout::nchw);
    EXPECT_EQ(cutouts.schema().targets[2], "z_spec");
    EXPECT_EQ(image(cutouts, 1)[0], static_cast<float>((3 * 152 + 44) * 152 + 44));
}

TEST_F(Layouts, ArcelinStacksWithTheirTable) {
    std::vector<float> pixels(kRows * 2 * 10 * 16 * 16);
    std::iota(pixels.begin(), pixels.end(), 0.0f);
    file.write<float>("images", pixels, {kRows, 2, 10, 16, 16});
    expectError(ErrorKind::data, {"2 variants of each image", "--variant"}, [&] { open(); });
    std::ofstream(folder / "set_data.csv")
        << ",e1,e2,redshift,name,ident\n0,0.1,-0.2,0.5,\"a, b\",9007199254740993\n"
           "1,0.2,,0.6,c,9007199254740994\n2,0.1,0.1,0.7,c,3\n3,0.1,0.1,0.7,c,4\n"
           "4,10,0.1,0.7,c,5\n5,0.1,0.1,0.7,c,6\n";
    const CutoutFile cutouts = open({.variant = 1, .bands = {"u", "g", "r", "i", "z", "y"}});
    EXPECT_EQ(cutouts.schema().layout, Layout::nvchw);
    EXPECT_EQ(cutouts.schema().storedBands[0], "H");
    EXPECT_EQ(cutouts.schema().channels, 6);
    EXPECT_EQ(image(cutouts, 3)[0], static_cast<float>(((3 * 2 + 1) * 10 + 4) * 256));
    EXPECT_EQ(cutouts.schema().targets, (Targets{"csv/e1", "csv/e2", "csv/redshift"}));
    EXPECT_EQ(cutouts.readIntegerColumn("csv/ident")[0], 9007199254740993);
    EXPECT_EQ(cutouts.readIntegerColumn("csv/name"), (std::vector<std::int64_t>{0, 1, 1, 1, 1, 1}));
    EXPECT_TRUE(std::isnan(cutouts.readColumn("csv/e2")[1]));
    EXPECT_EQ(usableRows(cutouts, cutouts.schema().targets).rows,
              (std::vector<std::int64_t>{0, 2, 3, 5}));
    EXPECT_TRUE(open({.variant = 0, .labels = "none"}).schema().columns.empty());
    expectError(ErrorKind::data, {"no variant 2", "--variant"}, [&] { open({.variant = 2}); });

    std::ofstream(folder / "short.csv") << "e1;e2\n0.1;0.2\n";
    expectError(ErrorKind::data, {"short.csv", "1 rows for the 6 images", "--labels"},
                [&] { open({.variant = 0, .labels = (folder / "short.csv").string()}); });
    std::ofstream(folder / "set_data.csv") << "e1,e2\n0.1\n";
    EXPECT_NE(notes(open({.variant = 0})).find("Line 2"), std::string::npos);

    file.writeTextList("images", "variants", {"noiseless", "noisy"});
    EXPECT_EQ(open().schema().variant, 1);
}

TEST_F(Layouts, NpyPairsAreRefusedByName) {
    std::ofstream(folder / "images_Y10_train.npy", std::ios::binary) << "\x93NUMPY\1\0v\0{'descr'";
    expectError(ErrorKind::data, {"images_Y10_train.npy", "NumPy", "npy_to_cutouts.py"},
                [&] { CutoutFile(folder / "images_Y10_train.npy"); });
    std::ofstream(folder / "a.fits") << "SIMPLE  =                    T";
    expectError(ErrorKind::data, {"a.fits", "FITS", "fits_to_cutouts.py"},
                [&] { CutoutFile(folder / "a.fits"); });
}

TEST_F(Layouts, LightCurvesAreNoImages) {
    file.write<float>("lightcurve", std::vector<float>(kRows * 6 * 3 * 40), {kRows, 6, 3, 40});
    column("redshift");
    expectError(ErrorKind::data, {"set.h5", "light curves, no images"}, [&] { open(); });
}

TEST_F(Layouts, CosmosStamps) {
    images("real galaxies", {kRows, 64, 64});
    images("parametric galaxies", {kRows, 64, 64});
    images("psf", {kRows, 64, 64});
    file.write<double>("parameters", std::vector<double>(kRows * 12, 0.5), {kRows, 12});
    const Schema schema = open().schema();
    EXPECT_EQ(schema.images.path, "/real galaxies");
    EXPECT_EQ(schema.channels, 1);
    EXPECT_EQ(schema.columns.size(), 12u);
    const CutoutFile shaped = open({.shape = "q:parameters[2], radians:parameters[3]"});
    EXPECT_NEAR(shaped.readColumn("derived/e1")[0], std::cos(1.0) / 3, 1e-12);
}

TEST_F(Layouts, SmallStampsArePaddedAboutTheirCentre) {
    images("images", {kRows, 2, 33, 33});
    const CutoutFile padded = open({.stamp = 64});
    const std::vector<float> pixels = image(padded, 0);
    EXPECT_EQ(pixels[32 * 64 + 32], 16 * 33 + 16);  // pixel 16 of 33 becomes pixel 32 of 64
    EXPECT_EQ(pixels[15 * 64 + 32], 0);
    EXPECT_EQ(pixels[16 * 64 + 16], 0);
    EXPECT_EQ(pixels[16 * 64 + 17], 1);
    EXPECT_NE(notes(padded).find("padded with zeros to 64 x 64"), std::string::npos);
    EXPECT_NE(notes(padded).find("half a pixel"), std::string::npos);
    expectError(ErrorKind::usage, {"100000", "--stamp"}, [&] { open({.stamp = 100000}); });
}

TEST_F(Layouts, AnyNumberOfBandsAndOneBandOfMany) {
    images("images", {kRows, 17, 16, 16});
    EXPECT_EQ(open().schema().bands[16], "band 17");
    const CutoutFile one = open({.bands = {"band 3"}});
    EXPECT_EQ(image(one, 1)[0], (17 + 2) * 256);
    expectError(ErrorKind::usage, {"\"u\"", "band 1 band 2", "--bands"},
                [&] { open({.bands = {"u"}}); });
    expectError(ErrorKind::usage, {"2 band names", "17 bands"}, [&] {
        open({.bandNames = {"u", "g"}});
    });
    expectError(ErrorKind::usage, {"twice"}, [&] { open({.bands = {"band 1", "band 1"}}); });
}

TEST_F(Layouts, TextsGroupGalaxies) {
    images("images", {kRows, 16, 16});
    file.writeTexts("galaxy_id", {"b", "a", "b", "c", "a", "b"});
    const CutoutFile cutouts = open();
    EXPECT_EQ(cutouts.schema().group, "galaxy_id");
    EXPECT_EQ(cutouts.readIntegerColumn("galaxy_id"),
              (std::vector<std::int64_t>{1, 0, 1, 2, 0, 1}));
    EXPECT_EQ(cutouts.readTextColumn("galaxy_id"), (Names{"b", "a", "b", "c", "a", "b"}));
    expectError(ErrorKind::data, {"no column \"images\" of texts"},
                [&] { cutouts.readTextColumn("images"); });
    const UsableRows all = usableRows(cutouts, {});
    const Split split = splitSource(cutouts, all, "galaxy_id", 0.2, 0, 3);
    EXPECT_EQ(split.training.size() + split.validation.size(), kRows);
}

TEST_F(Layouts, FilesThatChangeWhileTheyAreOpenAreNotReadOn) {
    images("images", {kRows, 2, 16, 16});
    column("e1");
    file.close();
    const CutoutFile cutouts(name);
    EXPECT_EQ(image(cutouts, 1)[0], 512);
    std::filesystem::rename(name, folder / "moved.h5");
    EXPECT_EQ(image(cutouts, 1)[0], 512) << "one that was only renamed or removed stays readable";
    std::ofstream(folder / "moved.h5", std::ios::app) << "more";
    expectError(ErrorKind::data, {"set.h5", "changed by another program", "again"},
                [&] { image(cutouts, 1); });
    expectError(ErrorKind::data, {"changed by another program"}, [&] { cutouts.readColumn("e1"); });
    file = h5::File::create(folder / "other.h5");
}

}  // namespace
}  // namespace shearbench::data
