// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_cutouts.h"

#include <gtest/gtest.h>

#include <numeric>

#include "core/data/hdf5.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::training {
namespace {

namespace h5 = data::h5;
using Names = std::vector<std::string>;

/// A file of two images, whose pixels hold their own place, and a network trained on g, r, i.
struct RunCutoutsTest : testing::Test {
    test::TemporaryFolder folder;
    Experiment trained;

    RunCutoutsTest() {
        trained.data.bands = {"g", "r", "i"};
        trained.data.pixelScaleArcsec = 0.2;
        trained.data.ellipticity = "reduced-shear";
    }

    std::string write(const Names& bands, std::uint64_t side = 16) {
        const std::filesystem::path path = folder / "cutouts.h5";
        h5::File file = h5::File::create(path);
        const h5::Extents extents{2, bands.size(), side, side};
        std::vector<float> pixels(2 * bands.size() * side * side);
        std::iota(pixels.begin(), pixels.end(), 0.0f);
        file.write<float>("images", pixels, extents);
        file.writeTextList("images", "bands", bands);
        file.flush();
        return path.string();
    }
};

TEST_F(RunCutoutsTest, GivesTheBandsInTheOrderTrainedOn) {
    const RunCutouts cutouts = openForRun({}, write({"z", "i", "r", "g"}), trained);
    EXPECT_EQ(cutouts.file->schema().bands, (Names{"g", "r", "i"}));
    std::vector<float> image(3 * 256);
    cutouts.file->readImages(std::vector<std::int64_t>{0}, image);
    EXPECT_EQ(image[0], 3 * 256.0f);
    EXPECT_EQ(image[2 * 256], 256.0f);
    ASSERT_EQ(cutouts.notes.size(), 1u);
    EXPECT_NE(cutouts.notes[0].find("z, i, r, g"), std::string::npos) << cutouts.notes[0];
}

TEST_F(RunCutoutsTest, SaysNothingWhereNothingDiffers) {
    const RunCutouts cutouts = openForRun({}, write({"g", "r", "i"}), trained);
    EXPECT_TRUE(cutouts.notes.empty()) << cutouts.notes[0];
}

TEST_F(RunCutoutsTest, RefusesAFileWithoutABand) {
    const std::string file = write({"u", "g", "r"});
    test::expectError(ErrorKind::data, {"u, g, r", "g, r, i", "--bands"},
                      [&] { openForRun({}, file, trained); });
    DataSettings stated;
    stated.bands = {"u", "g", "r"};
    EXPECT_EQ(openForRun(stated, file, trained).file->schema().bands, stated.bands);
}

TEST_F(RunCutoutsTest, CropsAsTheTrainingCutoutsWere) {
    trained.data.stamp = 16;
    const RunCutouts cutouts = openForRun({}, write({"g", "r", "i"}, 21), trained);
    EXPECT_EQ(cutouts.file->schema().width, 16);
}

TEST_F(RunCutoutsTest, NotesOtherPixelsAndAnotherDefinitionOfShape) {
    DataSettings stated;
    stated.pixelScaleArcsec = 0.03;
    stated.ellipticity = "distortion";
    const RunCutouts cutouts = openForRun(stated, write({"g", "r", "i"}), trained);
    ASSERT_EQ(cutouts.notes.size(), 2u);
    EXPECT_NE(cutouts.notes[0].find("0.03 arcsec"), std::string::npos) << cutouts.notes[0];
    EXPECT_NE(cutouts.notes[1].find("distortion"), std::string::npos) << cutouts.notes[1];
}

}  // namespace
}  // namespace shearbench::training
