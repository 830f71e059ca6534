// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/simulate.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/data/cutout_file.h"
#include "core/data/hdf5.h"
#include "core/data/simulator/cutout_simulator.h"
#include "core/error.h"

#ifdef __SANITIZE_ADDRESS__
// The library loses some blocks of a file that it cannot write out when closing it.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
    return "leak:libhdf5";
}
#endif

namespace shearbench::data::simulator {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPixels = kStampSize * kStampSize;

class SimulatedFiles : public testing::Test {
  protected:
    void SetUp() override {
        const auto* info = testing::UnitTest::GetInstance()->current_test_info();
        folder_ = fs::temp_directory_path() /
                  ("shearbench_" + std::string(info->name()) + std::to_string(getpid()));
        fs::create_directories(folder_);
    }
    void TearDown() override {
        fs::permissions(folder_, fs::perms::owner_all);
        fs::remove_all(folder_);
    }
    fs::path file(const std::string& name = "galaxies.h5") const { return folder_ / name; }
    std::ptrdiff_t filesThere() const {
        return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
    }

    fs::path folder_;
};

SimulationSettings settings(std::int64_t count) {
    SimulationSettings settings;
    settings.count = count;
    settings.threads = 1;
    return settings;
}

const std::vector<std::string> kDatasets = {
    "images",    "flux",     "sed",     "galaxy_id", "e1",       "e2",
    "redshift",  "mag",      "f814w",   "hlr",       "n",        "dx",
    "dy",        "snr",      "shear1",  "shear2",    "psf_fwhm", "bulge_fraction",
    "bulge_hlr", "bulge_e1", "bulge_e2"};

std::vector<double> everything(const fs::path& path) {
    const h5::File file = h5::File::open(path);
    std::vector<double> all;
    for (const std::string& name : kDatasets)
        for (double value : file.read<double>(name))
            all.push_back(value);
    return all;
}

std::string errorOf(const SimulationSettings& asked, const fs::path& path) {
    try {
        simulate(asked, path);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

TEST_F(SimulatedFiles, HoldWhatTheyPromise) {
    SimulationSettings asked = settings(40);
    asked.noiseless = true;
    asked.seed = 9;
    EXPECT_EQ(simulate(asked, file()), 40);
    const h5::File opened = h5::File::open(file());
    const h5::Extents images = {40, 6, 64, 64};
    EXPECT_EQ(opened.info("images").extents, images);
    EXPECT_EQ(opened.info("noiseless").extents, images);
    EXPECT_EQ(opened.info("images").type, "float32");
    EXPECT_EQ(opened.info("flux").extents, (h5::Extents{40, 6}));
    for (const std::string& name : kDatasets)
        EXPECT_EQ(opened.info(name).extents.at(0), 40u) << name;
    EXPECT_EQ(opened.readText("/", "bands"), "ugrizy");
    EXPECT_EQ(opened.readNumber("/", "pixel_scale_arcsec"), 0.2);
    EXPECT_EQ(opened.readText("/", "psf"), "Kolmogorov fwhm=0.65 arcsec (all bands)");
    EXPECT_EQ(opened.readNumbers("/", "sky_level_e_per_pixel"),
              (std::vector<double>{884, 12746, 65329, 93565, 126597, 145354}));
    EXPECT_EQ(opened.readInteger("/", "seed"), 9);
    EXPECT_NE(opened.readText("/", "ellipticity_definition").find("(1-q)/(1+q)"),
              std::string::npos);

    CutoutSimulator simulator(9);
    std::vector<float> image(kCutoutValues), noiseless(kCutoutValues);
    const CutoutLabels labels = simulator.draw(35, image, noiseless);
    const auto stored = opened.read<float>("images"), clean = opened.read<float>("noiseless");
    EXPECT_TRUE(std::equal(image.begin(), image.end(), stored.begin() + 35 * kCutoutValues));
    EXPECT_TRUE(std::equal(noiseless.begin(), noiseless.end(), clean.begin() + 35 * kCutoutValues));
    EXPECT_EQ(opened.read<float>("e1")[35],
              static_cast<float>(labels.central().galaxy.main.profile.g1));
    EXPECT_EQ(opened.read<float>("redshift")[35],
              static_cast<float>(labels.central().galaxy.redshift));
    EXPECT_EQ(opened.read<float>("snr")[35], static_cast<float>(labels.central().snr));
    EXPECT_EQ(opened.read<float>("flux")[35 * 6 + 4],
              static_cast<float>(labels.central().galaxy.flux[4]));
    EXPECT_EQ(opened.read<std::int64_t>("galaxy_id")[35], 35);
}

TEST_F(SimulatedFiles, AreUnderstoodWithoutBeingExplained) {
    simulate(settings(3), file());
    const CutoutFile opened(file());
    const Schema& schema = opened.schema();
    EXPECT_EQ(schema.images.path, "/images");
    EXPECT_EQ(schema.count, 3);
    EXPECT_EQ(schema.bands, (std::vector<std::string>{"u", "g", "r", "i", "z", "y"}));
    EXPECT_EQ(schema.targets, (std::array<std::string, 3>{"e1", "e2", "redshift"}));
    EXPECT_EQ(schema.convention, EllipticityConvention::reducedShear);
    EXPECT_EQ(schema.group, "galaxy_id");
    EXPECT_EQ(schema.pixelScaleArcsec, kPixelScale);
    ASSERT_EQ(schema.skySigma.size(), kBands);
    EXPECT_NEAR(schema.skySigma[0], std::sqrt(884.0), 0.01);
}

TEST_F(SimulatedFiles, AreTheSameWhateverTheThreadsAndTheCompression) {
    SimulationSettings asked = settings(150);
    simulate(asked, file("one"));
    asked.threads = 3;
    simulate(asked, file("three"));
    asked.gzip = 1;
    simulate(asked, file("small"));
    asked.seed = 2;
    simulate(asked, file("other"));
    const std::vector<double> expected = everything(file("one"));
    EXPECT_EQ(everything(file("three")), expected);
    EXPECT_EQ(everything(file("small")), expected);
    EXPECT_NE(everything(file("other")), expected);
    EXPECT_LT(fs::file_size(file("small")), fs::file_size(file("one")) * 7 / 10);
}

// A longer file begins with the shorter one's cutouts.
TEST_F(SimulatedFiles, GrowWithoutChangingTheirBeginning) {
    simulate(settings(33), file("long"));
    simulate(settings(5), file("short"));
    const auto all = h5::File::open(file("long")).read<float>("images"),
               some = h5::File::open(file("short")).read<float>("images");
    EXPECT_TRUE(std::equal(some.begin(), some.end(), all.begin()));
}

TEST_F(SimulatedFiles, HoldWhatWasFinishedAfterACancel) {
    std::vector<std::int64_t> seen;
    const std::int64_t written =
        simulate(settings(500), file(), [&](std::int64_t done, std::int64_t) {
            seen.push_back(done);
            return done < 64;
        });
    EXPECT_GE(written, 64);
    EXPECT_LT(written, 500);
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    const h5::File opened = h5::File::open(file());
    for (const std::string& name : kDatasets)
        EXPECT_EQ(opened.info(name).extents.at(0), static_cast<std::uint64_t>(written)) << name;
    EXPECT_EQ(filesThere(), 1);
}

TEST_F(SimulatedFiles, AreLeftAloneByACancelBeforeTheFirstCutout) {
    std::ofstream(file()) << "precious";
    EXPECT_EQ(simulate(settings(10), file(), [](std::int64_t, std::int64_t) { return false; }), 0);
    EXPECT_EQ(fs::file_size(file()), 8u);
    EXPECT_EQ(filesThere(), 1);
}

TEST_F(SimulatedFiles, ReportProgressToTheEnd) {
    std::int64_t last = -1;
    simulate(settings(70), file(), [&](std::int64_t done, std::int64_t count) {
        EXPECT_EQ(count, 70);
        last = done;
        return true;
    });
    EXPECT_EQ(last, 70);
}

TEST_F(SimulatedFiles, PassOnWhatTheProgressThrows) {
    EXPECT_THROW(simulate(settings(70), file(),
                          [](std::int64_t done, std::int64_t) -> bool {
                              if (done > 0)
                                  throw std::runtime_error("enough");
                              return true;
                          }),
                 std::runtime_error);
    EXPECT_EQ(filesThere(), 0);
}

TEST_F(SimulatedFiles, RefuseSettingsOutOfRange) {
    EXPECT_NE(errorOf(settings(0), file()).find("the number of cutouts is 0"), std::string::npos);
    EXPECT_NE(errorOf(settings(-3), file()), "");
    EXPECT_NE(errorOf(settings(INT64_MAX), file()), "");
    SimulationSettings asked = settings(3);
    asked.threads = -1;
    EXPECT_NE(errorOf(asked, file()), "");
    asked = settings(3);
    asked.gzip = 10;
    EXPECT_NE(errorOf(asked, file()), "");
    EXPECT_EQ(filesThere(), 0);
}

TEST_F(SimulatedFiles, SayWhereTheyCannotBeWritten) {
    const fs::path missing = folder_ / "missing" / "galaxies.h5";
    EXPECT_NE(errorOf(settings(3), missing).find(missing.string()), std::string::npos);
}

TEST_F(SimulatedFiles, SayWhenTheirFolderIsReadOnly) {
    if (geteuid() == 0)
        GTEST_SKIP() << "the superuser may write into a read-only folder";
    fs::permissions(folder_, fs::perms::owner_read | fs::perms::owner_exec);
    EXPECT_NE(errorOf(settings(3), file()).find(file().string()), std::string::npos);
}

TEST_F(SimulatedFiles, SayWhenTheDiskIsTooSmall) {
    const std::string message = errorOf(settings(kLargestCount), file());
    EXPECT_NE(message.find("GB"), std::string::npos) << message;
    EXPECT_EQ(filesThere(), 0);
}

// A limit on the size of files stands in for a disk that fills up while it is written.
TEST_F(SimulatedFiles, SayWhenTheDiskFillsUp) {
    rlimit limit{};
    getrlimit(RLIMIT_FSIZE, &limit);
    rlimit small = limit;
    small.rlim_cur = 4'000'000;
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    const std::string message = errorOf(settings(100), file());
    setrlimit(RLIMIT_FSIZE, &limit);
    std::signal(SIGXFSZ, handler);
    EXPECT_NE(message.find(file().string()), std::string::npos) << message;
    EXPECT_EQ(filesThere(), 0);

    EXPECT_EQ(simulate(settings(3), file()), 3);
    EXPECT_EQ(everything(file()).size(), 3 * (kCutoutValues + kBands + 19));
}

TEST_F(SimulatedFiles, OfSeveralGalaxiesHoldThemAll) {
    SimulationSettings asked = settings(40);
    asked.noiseless = true;
    asked.recipe.mostGalaxies = 4;
    simulate(asked, file());
    const h5::File opened = h5::File::open(file());
    const h5::Extents one = {40, 6, 64, 64}, table = {40, 4}, fluxes = {40, 4, 6};
    EXPECT_EQ(opened.info("noiseless_central").extents, one);
    EXPECT_EQ(opened.info("galaxies/e1").extents, table);
    EXPECT_EQ(opened.info("galaxies/flux").extents, fluxes);
    const auto number = opened.read<float>("n_galaxies"), e1 = opened.read<float>("e1"),
               all = opened.read<float>("galaxies/e1"), dx = opened.read<float>("galaxies/dx"),
               dy = opened.read<float>("galaxies/dy"), flux = opened.read<float>("galaxies/flux"),
               blended = opened.read<float>("blendedness_r");
    const auto sed = opened.read<std::int64_t>("galaxies/sed");
    std::array<int, 5> times{};
    for (std::size_t i = 0; i < 40; ++i) {
        const auto count = static_cast<std::size_t>(number[i]);
        ++times.at(count);
        EXPECT_EQ(e1[i], all[4 * i]);
        EXPECT_EQ(blended[i] == 0, count == 1);
        for (std::size_t j = 0; j < 4; ++j) {
            const std::size_t slot = 4 * i + j;
            EXPECT_EQ(std::isnan(all[slot]), j >= count);
            EXPECT_EQ(sed[slot] == -1, j >= count);
            if (j == 0 || j >= count)
                continue;
            EXPECT_GE(std::hypot(dx[slot] - dx[4 * i], dy[slot] - dy[4 * i]), 0.3249f);
            EXPECT_LE(std::max(std::fabs(dx[slot]), std::fabs(dy[slot])), 3.2f);
            EXPECT_LE(flux[6 * slot + kBandR], flux[6 * 4 * i + kBandR]);
        }
    }
    EXPECT_TRUE(std::all_of(times.begin() + 1, times.end(), [](int n) { return n > 2; }));
    const CutoutFile understood(file());
    EXPECT_EQ(understood.schema().targets, (std::array<std::string, 3>{"e1", "e2", "redshift"}));
    EXPECT_EQ(understood.schema().images.path, "/images");
}

TEST_F(SimulatedFiles, SayHowTheyWereMade) {
    SimulationSettings asked = settings(3);
    asked.recipe = recipePreset("calibration").recipe;
    asked.recipe.psf = PsfShape::moffat;
    asked.recipe.psfScatter = 0.1;
    simulate(asked, file());
    const h5::File opened = h5::File::open(file());
    EXPECT_EQ(opened.readText("/", "recipe"), recipeText(asked.recipe));
    EXPECT_NE(opened.readText("/", "psf").find("Moffat beta=3.5 fwhm=0.65"), std::string::npos);
    const float shear = opened.read<float>("shear1").at(2);
    EXPECT_EQ(shear, 0.02f);
    const auto width = opened.read<float>("psf_fwhm");
    EXPECT_EQ(width[0], width[1]);  // a pair
    EXPECT_NE(width[0], width[2]);
    EXPECT_EQ(opened.read<std::int64_t>("galaxy_id"), (std::vector<std::int64_t>{0, 0, 1}));
}

TEST(Recipes, AreCheckedAndFoundByName) {
    const auto refused = [](auto change) {
        GalaxyRecipe recipe;
        change(recipe);
        EXPECT_THROW(check(recipe), Error);
        EXPECT_THROW(CutoutSimulator(1, recipe), Error);
    };
    refused([](GalaxyRecipe& r) { r.faintestR = r.brightestR; });
    refused([](GalaxyRecipe& r) { r.faintestR = NAN; });
    refused([](GalaxyRecipe& r) { r.leastSnr = -1; });
    refused([](GalaxyRecipe& r) { r.mostGalaxies = 5; });
    refused([](GalaxyRecipe& r) { r.psfFwhm = 0.1; });
    refused([](GalaxyRecipe& r) { r.psfFwhm = INFINITY; });
    refused([](GalaxyRecipe& r) {
        r.psfFwhm = 0.25;
        r.psfScatter = 0.2;
    });
    refused([](GalaxyRecipe& r) { r.shear1 = 0.4; });
    refused([](GalaxyRecipe& r) { r.colourScatter = NAN; });
    EXPECT_EQ(recipePresets().front().recipe, GalaxyRecipe{});
    for (const RecipePreset& preset : recipePresets()) {
        EXPECT_NO_THROW(CutoutSimulator(1, preset.recipe));
        EXPECT_EQ(recipePreset(preset.name).title, preset.title);
    }
    EXPECT_THROW(recipePreset("galaxies"), Error);
    EXPECT_EQ(psfShapeFromText("moffat"), PsfShape::moffat);
    EXPECT_THROW(psfShapeFromText("airy"), Error);
}

TEST(Cutouts, KeepTheSignalToNoiseAskedFor) {
    GalaxyRecipe recipe;
    recipe.leastSnr = 50;
    recipe.mostGalaxies = 2;
    CutoutSimulator simulator(5, recipe);
    std::vector<float> image(kCutoutValues);
    for (std::int64_t id = 0; id < 40; ++id) {
        const CutoutLabels labels = simulator.draw(id, image);
        EXPECT_GE(labels.central().snr, 50);
        EXPECT_EQ(labels.central().galaxy.id, id);
        const CutoutLabels again = simulator.labels(id);
        EXPECT_EQ(again.central().snr, labels.central().snr);
    }
    recipe.leastSnr = 1e6;
    recipe.faintestR = 25.3;
    recipe.brightestR = 25;
    EXPECT_THROW(CutoutSimulator(5, recipe).labels(0), Error);
}

// The sum of a pair's noiseless ellipticities is the shear's doing: without shear they cancel.
TEST(Cutouts, ComeInPairsThatCancel) {
    GalaxyRecipe recipe;
    recipe.turnedPairs = true;
    CutoutSimulator simulator(6, recipe);
    std::vector<float> first(kCutoutValues), second(kCutoutValues), noisy(kCutoutValues);
    for (std::int64_t pair = 0; pair < 10; ++pair) {
        const CutoutLabels a = simulator.draw(2 * pair, noisy, first),
                           b = simulator.draw(2 * pair + 1, noisy, second);
        const Sersic &one = a.central().galaxy.main.profile, &two = b.central().galaxy.main.profile;
        EXPECT_EQ(one.g1, -two.g1);
        EXPECT_EQ(one.g2, -two.g2);
        EXPECT_EQ(a.central().galaxy.flux, b.central().galaxy.flux);
        EXPECT_NE(first, second);
    }
}

TEST(Cutouts, OfSeveralGalaxiesAreTheirSum) {
    GalaxyRecipe recipe;
    recipe.mostGalaxies = 4;
    recipe.psfScatter = 0.1;
    CutoutSimulator simulator(7, recipe);
    std::vector<float> noisy(kCutoutValues), all(kCutoutValues), central(kCutoutValues);
    int several = 0;
    for (std::int64_t id = 0; id < 30; ++id) {
        const CutoutLabels labels = simulator.draw(id, noisy, all, central);
        double total = 0, alone = 0, expected = 0, cc = 0, tc = 0;
        for (std::size_t pixel = kBandR * kPixels; pixel < (kBandR + 1) * kPixels; ++pixel) {
            total += all[pixel];
            alone += central[pixel];
            cc += static_cast<double>(central[pixel]) * central[pixel];
            tc += static_cast<double>(central[pixel]) * all[pixel];
        }
        for (const DrawnGalaxy& drawn : labels.galaxies)
            expected += drawn.galaxy.flux[kBandR];
        EXPECT_LE(total, expected * 1.0005);
        EXPECT_GT(total, expected * 0.6);
        EXPECT_LE(alone, labels.central().galaxy.flux[kBandR] * 1.0005);
        EXPECT_NEAR(labels.blendedness, 1 - cc / tc, 1e-6);
        several += labels.galaxies.size() > 1;
        EXPECT_GT(labels.psfFwhm, 0.65 / std::exp(0.3001));
        EXPECT_LT(labels.psfFwhm, 0.65 * std::exp(0.3001));
    }
    EXPECT_GT(several, 10);
}

// Second moments of the noiseless r image, weighted by a Gaussian: the galaxy's ellipticity shrinks
// by PSF, pixel and weight but keeps its angle.
TEST(Cutouts, AreElongatedAsTheirLabelsSay) {
    GalaxyRecipe recipe;
    recipe.bulges = false;
    CutoutSimulator simulator(3, recipe);
    std::vector<float> image(kCutoutValues), noiseless(kCutoutValues);
    int checked = 0;
    for (std::int64_t id = 0; id < 200; ++id) {
        const CutoutLabels labels = simulator.draw(id, image, noiseless);
        const Sersic& profile = labels.central().galaxy.main.profile;
        const double g = std::hypot(profile.g1, profile.g2);
        if (g < 0.1 || profile.halfLightRadius < 0.2)
            continue;
        double xx = 0, xy = 0, yy = 0;
        for (int row = 0; row < kStampSize; ++row)
            for (int column = 0; column < kStampSize; ++column) {
                const double x = column - 31.5 - profile.dx / kPixelScale,
                             y = row - 31.5 - profile.dy / kPixelScale;
                const double light = noiseless[kBandR * kPixels + row * kStampSize + column] *
                                     std::exp(-(x * x + y * y) / (2 * 6.0 * 6.0));
                xx += light * x * x;
                xy += light * x * y;
                yy += light * y * y;
            }
        const double e1 = (xx - yy) / (xx + yy), e2 = 2 * xy / (xx + yy), e = std::hypot(e1, e2);
        EXPECT_GT((e1 * profile.g1 + e2 * profile.g2) / (e * g), 0.9999) << id;
        EXPECT_GT(e, 0.02);
        ++checked;
    }
    EXPECT_GT(checked, 50);
}

// Mean and scatter at the stamp's edge against the sky; the sum against the flux.
TEST(Cutouts, HaveTheNoiseOfTheirSky) {
    CutoutSimulator simulator(4);
    std::vector<float> image(kCutoutValues), noiseless(kCutoutValues);
    PerBand<double> sum{}, squares{};
    constexpr int kCutouts = 60;
    for (std::int64_t id = 0; id < kCutouts; ++id) {
        const CutoutLabels labels = simulator.draw(id, image, noiseless);
        for (std::size_t band = 0; band < kBands; ++band) {
            double light = 0;
            for (std::size_t pixel = band * kPixels; pixel < (band + 1) * kPixels; ++pixel) {
                const double residual = image[pixel] - noiseless[pixel];
                const double variance = noiseless[pixel] + kSky[band];
                sum[band] += residual / std::sqrt(variance);
                squares[band] += residual * residual / variance;
                light += noiseless[pixel];
            }
            EXPECT_LE(light, labels.central().galaxy.flux[band] * 1.0001);
            EXPECT_GT(light, labels.central().galaxy.flux[band] * 0.3);
        }
    }
    constexpr double kDraws = static_cast<double>(kCutouts * kPixels);
    for (std::size_t band = 0; band < kBands; ++band) {
        EXPECT_NEAR(sum[band] / kDraws, 0, 5 / std::sqrt(kDraws)) << band;
        EXPECT_NEAR(squares[band] / kDraws, 1, 5 * std::sqrt(2 / kDraws)) << band;
    }
}

}  // namespace
}  // namespace shearbench::data::simulator
