// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/app/gallery_files.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>
#include <vector>

#include "core/data/cutout_file.h"
#include "core/data/hdf5.h"
#include "core/data/simulator/simulate.h"
#include "core/random.h"

namespace shearbench::test {

namespace {

namespace fs = std::filesystem;
using data::h5::File;

constexpr std::size_t kRows = 120, kBands = 6, kSide = 64;
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Images (N, C, n, n) that start as those of the simulated survey.
struct Images {
    std::size_t bands, side;
    std::vector<float> pixels;

    float& at(std::size_t row, std::size_t band, std::size_t y, std::size_t x) {
        return pixels[((row * bands + band) * side + y) * side + x];
    }
};

fs::path simulated(const fs::path& folder, const char* name, const std::string& kind) {
    const fs::path file = folder / name;
    data::simulator::SimulationSettings settings;
    settings.count = kRows;
    settings.seed = 5;
    settings.recipe = recipePreset(kind).recipe;
    data::simulator::simulate(settings, file);
    return file;
}

Images imagesOf(const data::CutoutFile& survey) {
    Images images{kBands, kSide, std::vector<float>(kRows * kBands * kSide * kSide)};
    std::vector<std::int64_t> rows(kRows);
    for (std::size_t i = 0; i < kRows; ++i)
        rows[i] = static_cast<std::int64_t>(i);
    survey.readImages(rows, images.pixels);
    return images;
}

/// Of the survey's bands, blended where there are more of them than six.
Images withBands(Images& from, const std::vector<double>& bands) {
    Images images{bands.size(), kSide, std::vector<float>(kRows * bands.size() * kSide * kSide)};
    for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t band = 0; band < bands.size(); ++band) {
            const auto low = static_cast<std::size_t>(bands[band]);
            const std::size_t high = std::min(low + 1, kBands - 1);
            const auto part = static_cast<float>(bands[band] - std::floor(bands[band]));
            for (std::size_t y = 0; y < kSide; ++y)
                for (std::size_t x = 0; x < kSide; ++x)
                    images.at(row, band, y, x) =
                        (1 - part) * from.at(row, low, y, x) + part * from.at(row, high, y, x);
        }
    return images;
}

/// The same galaxies on larger stamps, with sky of their own noise around them.
Images enlarged(Images& from, const data::Schema& schema, std::size_t side) {
    Images images{kBands, side, std::vector<float>(kRows * kBands * side * side)};
    RandomStream stream(2, StreamPurpose::noise, 0);
    const std::size_t edge = (side - kSide) / 2;
    for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t band = 0; band < kBands; ++band)
            for (std::size_t y = 0; y < side; ++y)
                for (std::size_t x = 0; x < side; ++x) {
                    const bool inside =
                        y >= edge && x >= edge && y < edge + kSide && x < edge + kSide;
                    images.at(row, band, y, x) =
                        inside ? from.at(row, band, y - edge, x - edge)
                               : static_cast<float>(schema.skySigma[band] * stream.normal());
                }
    return images;
}

void writeImages(File& file, const Images& images) {
    file.write<float>("images", images.pixels, {kRows, images.bands, images.side, images.side});
}

/// The survey's labels; `names` stand for e1, e2 and redshift.
void writeLabels(File& file, const data::CutoutFile& survey,
                 const std::array<const char*, 3>& names = {"e1", "e2", "redshift"}) {
    const std::array<const char*, 3> own{"e1", "e2", "redshift"};
    for (std::size_t i = 0; i < 3; ++i)
        file.write(names[i], survey.readColumn(own[i]));
    for (const char* name : {"snr", "hlr", "mag"})
        file.write(name, survey.readColumn(name));
    file.writeText("/", "ellipticity_definition", "(1-q)/(1+q), reduced shear");
    file.writeNumber("/", "pixel_scale_arcsec", survey.schema().pixelScaleArcsec);
    file.writeText("/", "units", "electrons");
}

void makeOfBands(const fs::path& name, const data::CutoutFile& survey, const Images& images,
                 const std::vector<std::string>& bands) {
    File file = File::create(name);
    writeImages(file, images);
    writeLabels(file, survey);
    file.writeTextList("/", "bands", bands);
    file.close();
}

void makeHoles(const fs::path& name, const data::CutoutFile& survey, Images images) {
    for (std::size_t row = 0; row < kRows; row += 3)
        for (std::size_t y = 20; y < 27; ++y)
            for (std::size_t x = 36; x < 44; ++x)
                images.at(row, 3, y, x) = kNan;
    for (std::size_t row = 1; row < kRows; row += 10)
        std::fill(&images.at(row, 0, 0, 0), &images.at(row, 0, 0, 0) + kBands * kSide * kSide,
                  kNan);
    File file = File::create(name);
    writeImages(file, images);
    writeLabels(file, survey, {"e1", "e2", "z_all"});
    std::vector<double> redshift = survey.readColumn("redshift");
    for (std::size_t row = 0; row < kRows; row += 7)
        redshift[row] = row % 2 == 0 ? std::nan("") : -99;
    file.write("redshift", redshift);
    file.writeText("/", "bands", "ugrizy");
    file.close();
}

/// As published with Arcelin et al.: without noise first, ten bands of which the last six are ours.
void makeStack(const fs::path& name, const data::CutoutFile& survey, Images& images) {
    const Images ten = withBands(images, {5, 5, 5, 2, 0, 1, 2, 3, 4, 5});
    constexpr std::size_t kValues = 10 * kSide * kSide;
    std::vector<float> both(2 * ten.pixels.size());
    for (std::size_t row = 0; row < kRows; ++row)
        for (std::size_t variant = 0; variant < 2; ++variant)
            for (std::size_t i = 0; i < kValues; ++i) {
                const float pixel = ten.pixels[row * kValues + i];
                both[(row * 2 + variant) * kValues + i] =
                    variant == 0 ? std::max(pixel - 300, 0.0F) : pixel;
            }
    File file = File::create(name);
    file.write<float>("images", both, {kRows, 2, 10, kSide, kSide});
    writeLabels(file, survey, {"shape_a", "shape_b", "distance"});
    file.close();
}

}  // namespace

void makeGalleryFiles(const QString& folderName) {
    const fs::path folder = folderName.toStdString();
    fs::create_directories(folder);
    const data::CutoutFile survey(simulated(folder, "survey.h5", "survey"));
    simulated(folder, "crowded.h5", "crowded");
    Images images = imagesOf(survey);
    makeOfBands(folder / "three_bands.h5", survey, withBands(images, {1, 2, 4}), {"g", "r", "z"});
    makeOfBands(folder / "one_band.h5", survey, withBands(images, {2}), {"F814W"});
    std::vector<double> twenty;
    std::vector<std::string> filters;
    for (int i = 0; i < 20; ++i) {
        twenty.push_back(0.25 * i);
        filters.push_back("J0" + std::to_string(378 + 30 * i));
    }
    makeOfBands(folder / "twenty_bands.h5", survey, withBands(images, twenty), filters);
    makeOfBands(folder / "large_stamps.h5", survey, enlarged(images, survey.schema(), 96),
                {"u", "g", "r", "i", "z", "y"});
    makeHoles(folder / "nan_pixels.h5", survey, images);
    makeStack(folder / "stack.h5", survey, images);
    File bare = File::create(folder / "no_labels.h5");
    writeImages(bare, withBands(images, {1, 2, 3}));
    bare.close();
    File oblong = File::create(folder / "wrong_axes.h5");
    oblong.write<float>("images", std::vector<float>(40 * 6 * 48 * 64, 1.0F), {40, 6, 48, 64});
    oblong.write("e1", std::vector<double>(40, 0.1));
    oblong.close();
}

}  // namespace shearbench::test
