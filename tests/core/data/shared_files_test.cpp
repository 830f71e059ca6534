// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <set>

#include "core/data/cutout_file.h"
#include "core/data/normalisation.h"
#include "core/data/quality.h"
#include "core/data/targets.h"

namespace shearbench::data {
namespace {

std::filesystem::path sharedFile(const char* name) {
    return std::filesystem::path(SHEARBENCH_SHARED_DIR) / "data" / name;
}

#define SKIP_WITHOUT(file)              \
    if (!std::filesystem::exists(file)) \
    GTEST_SKIP() << file << " is not there"

TEST(SharedFiles, IsolatedGalaxiesAreUnderstood) {
    const auto name = sharedFile("galsim_lsst_isolated.h5");
    SKIP_WITHOUT(name);
    const CutoutFile file(name);
    const Schema& schema = file.schema();
    EXPECT_EQ(schema.images.path, "/images");
    ASSERT_EQ(schema.otherImages.size(), 1u);
    EXPECT_EQ(schema.otherImages[0].path, "/noiseless");
    EXPECT_EQ(schema.layout, Layout::nchw);
    EXPECT_EQ(schema.count, 1800);
    EXPECT_EQ(schema.channels, 6);
    EXPECT_EQ(schema.height, 64);
    EXPECT_EQ(schema.width, 64);
    EXPECT_EQ(schema.bands, (std::vector<std::string>{"u", "g", "r", "i", "z", "y"}));
    EXPECT_EQ(schema.pixelScaleArcsec, 0.2);
    EXPECT_EQ(schema.targets, (std::array<std::string, 3>{"e1", "e2", "redshift"}));
    EXPECT_EQ(schema.convention, EllipticityConvention::reducedShear);
    EXPECT_EQ(schema.group, "cosmos_ident");
    ASSERT_EQ(schema.skySigma.size(), 6u);
    EXPECT_DOUBLE_EQ(schema.skySigma[0], std::sqrt(884.0));
    ASSERT_EQ(schema.zeroPoints.size(), 6u);
    EXPECT_NEAR(schema.zeroPoints[3], 36.5704, 1e-4);

    const UsableRows usable = usableRows(file, schema.targets);
    EXPECT_EQ(usable.rows.size(), 1800u);
    const Split split = splitSource(file, usable, schema.group, 0.1, 0.1, 1);
    const std::vector<std::int64_t> groups = file.readIntegerColumn(schema.group);
    std::array<std::set<std::int64_t>, 3> ids;
    const std::array<const std::vector<std::int64_t>*, 3> sides{&split.training, &split.validation,
                                                                &split.test};
    for (std::size_t side = 0; side < 3; ++side)
        for (std::int64_t row : *sides[side])
            ids[side].insert(groups[static_cast<std::size_t>(row)]);
    EXPECT_EQ(split.training.size() + split.validation.size() + split.test.size(), 1800u);
    EXPECT_NEAR(static_cast<double>(split.test.size()), 180, 40);
    std::set<std::int64_t> all;
    for (const auto& side : ids)
        all.insert(side.begin(), side.end());
    EXPECT_EQ(all.size(), ids[0].size() + ids[1].size() + ids[2].size());

    EXPECT_TRUE(checkTargets(file, schema.targets).sentences.empty());
    EXPECT_EQ(checkPixels(file, 20).nonFinitePixels, 0);
}

TEST(SharedFiles, StatedSkyIsTheMeasuredOne) {
    const auto name = sharedFile("galsim_lsst_isolated.h5");
    SKIP_WITHOUT(name);
    const CutoutFile file(name);
    // The same file without its statement of the sky.
    class Unstated final : public CutoutSource {
      public:
        explicit Unstated(const CutoutSource& source) : source_(source), schema_(source.schema()) {
            schema_.skySigma.clear();
        }
        const Schema& schema() const override { return schema_; }
        void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override {
            source_.readImages(rows, out);
        }
        std::vector<double> readColumn(const std::string& column) const override {
            return source_.readColumn(column);
        }
        std::vector<std::int64_t> readIntegerColumn(const std::string& column) const override {
            return source_.readIntegerColumn(column);
        }

      private:
        const CutoutSource& source_;
        Schema schema_;
    };
    const std::vector<double> stated = skySigma(file), measured = skySigma(Unstated(file));
    ASSERT_EQ(measured.size(), 6u);
    for (std::size_t band = 0; band < 6; ++band)
        EXPECT_NEAR(measured[band] / stated[band], 1, 0.03) << band;
}

TEST(SharedFiles, BlendedScenesUseTheCentralGalaxy) {
    const auto name = sharedFile("galsim_lsst_blended.h5");
    SKIP_WITHOUT(name);
    const CutoutFile file(name);
    EXPECT_EQ(file.schema().images.path, "/images");
    EXPECT_EQ(file.schema().targets, (std::array<std::string, 3>{"e1[0]", "e2[0]", "redshift[0]"}));
    EXPECT_EQ(file.schema().group, "cosmos_ident[0]");
    EXPECT_EQ(usableRows(file, file.schema().targets).rows.size(), 300u);
}

TEST(SharedFiles, SingleBandStampsAreUnderstood) {
    const auto name = sharedFile("galsim_golden.h5");
    SKIP_WITHOUT(name);
    const CutoutFile file(name);
    EXPECT_EQ(file.schema().images.path, "/image");
    EXPECT_EQ(file.schema().images.type, "float64");
    EXPECT_EQ(file.schema().layout, Layout::nhw);
    EXPECT_EQ(file.schema().channels, 1);
    EXPECT_EQ(file.schema().targets, (std::array<std::string, 3>{"g1", "g2", ""}));
    EXPECT_EQ(file.schema().convention, EllipticityConvention::reducedShear);
}

}  // namespace
}  // namespace shearbench::data
