// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "core/data/hdf5.h"
#include "core/data/simulator/renderer.h"

// Stamps against those of GalSim 2.8.4 drawn with tight parameters (folding 1e-5, maxk 1e-5).

namespace shearbench::data::simulator {
namespace {

constexpr int kSize = 64;
constexpr std::size_t kPixels = kSize * kSize;
constexpr double kTolerance = 1e-4;  // of the peak for a pixel, of the flux for the sum

const Psf kKolmogorov{Psf::Kind::kolmogorov, 0.65}, kWideKolmogorov{Psf::Kind::kolmogorov, 0.9},
    kMoffat25{Psf::Kind::moffat, 0.65, 2.5}, kMoffat35{Psf::Kind::moffat, 0.65, 3.5},
    kGaussian{Psf::Kind::gaussian, 0.65}, kNoPsf{Psf::Kind::none};

std::vector<float> draw(Renderer& renderer, const std::vector<Sersic>& profiles) {
    std::vector<float> image(kPixels);
    renderer.draw(profiles, image);
    return image;
}

double total(const std::vector<float>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

struct Stamp {
    const char* what;
    Psf psf;
    std::vector<Sersic> profiles;
    double near, right, above, sum;  // pixels (31, 31), (40, 31), (24, 44) as (column, row)
};

// Sersic: n, hlr, g1, g2, dx, dy, flux.
const std::vector<Stamp> kStamps = {
    {"exponential",
     kKolmogorov,
     {{1, 0.5, 0, 0, 0, 0, 1}},
     0.0215067273,
     0.000456363248,
     2.03550177e-05,
     0.99827299},
    {"large de Vaucouleurs",
     kKolmogorov,
     {{4, 1, 0, 0, 0, 0, 1}},
     0.0149442129,
     0.000676246037,
     0.000181880701,
     0.928531707},
    {"sheared",
     kKolmogorov,
     {{1, 0.5, 0, -0.5, 0, 0, 1}},
     0.0186604371,
     0.000332998455,
     0.000131634641,
     0.998249898},
    {"sheared and shifted",
     kKolmogorov,
     {{1, 0.5, 0.2, -0.1, -0.07, 0.13, 100}},
     1.8812158,
     0.0764517335,
     0.00249227451,
     99.8267579},
    {"flat core",
     kKolmogorov,
     {{0.3, 0.4, 0.15, 0.1, 0, 0, 1}},
     0.0270800849,
     0.000158009865,
     1.07418246e-05,
     0.998291971},
    {"steepest",
     kKolmogorov,
     {{6, 0.4, 0.15, 0.1, 0, 0, 1}},
     0.0274277326,
     0.000604190702,
     7.1932808e-05,
     0.959098856},
    {"bulge and disk",
     kKolmogorov,
     {{4, 0.3, 0.1, -0.05, 0, 0, 150}, {1, 0.8, 0.4, -0.2, 0, 0, 350}},
     8.67333179,
     0.916609298,
     0.0244793831,
     497.961543},
    {"shifted star",
     kKolmogorov,
     {{1, 0, 0, 0, 0.05, -0.03, 10000}},
     567.999522,
     0.981507842,
     0.0953210607,
     9983.03291},
    {"Moffat star",
     kMoffat25,
     {{1, 0, 0, 0, 0, 0, 1}},
     0.0480414777,
     0.000195637507,
     1.57361996e-05,
     0.999461626},
    {"Moffat 2.5",
     kMoffat25,
     {{4, 0.5, -0.1, 0.3, 0, 0, 1}},
     0.0196034248,
     0.000476815475,
     6.68894217e-05,
     0.976601428},
    {"Moffat 3.5",
     kMoffat35,
     {{4, 0.5, -0.1, 0.3, 0, 0, 1}},
     0.0221610938,
     0.000387690047,
     5.27293823e-05,
     0.977421043},
    {"Gaussian",
     kGaussian,
     {{4, 0.5, -0.1, 0.3, 0, 0, 1}},
     0.0273728529,
     0.000299562121,
     4.70686387e-05,
     0.977592865},
    {"wide Kolmogorov",
     kWideKolmogorov,
     {{4, 0.5, -0.1, 0.3, 0, 0, 1}},
     0.0155449897,
     0.000484357902,
     6.97667627e-05,
     0.974092611},
};

TEST(Renderer, DrawsTheStampsOfGalSim) {
    for (const Stamp& stamp : kStamps) {
        SCOPED_TRACE(stamp.what);
        Renderer renderer(std::make_shared<FourierGrids>(stamp.psf, StampGeometry{}));
        const std::vector<float> image = draw(renderer, stamp.profiles);
        const double pixel = kTolerance * *std::max_element(image.begin(), image.end());
        double flux = 0;
        for (const Sersic& profile : stamp.profiles)
            flux += profile.flux;
        EXPECT_NEAR(image[31 * kSize + 31], stamp.near, pixel);
        EXPECT_NEAR(image[31 * kSize + 40], stamp.right, pixel);
        EXPECT_NEAR(image[44 * kSize + 24], stamp.above, pixel);
        EXPECT_NEAR(total(image), stamp.sum, kTolerance * flux);
    }
}

// Every stamp of the reference file.
TEST(Renderer, DrawsEveryStampOfTheReferenceFile) {
    const auto path = std::filesystem::path(SHEARBENCH_SHARED_DIR) / "data" / "galsim_golden.h5";
    if (!std::filesystem::exists(path))
        GTEST_SKIP() << "the reference stamps " << path.string() << " are not on this machine";
    const h5::File file = h5::File::open(path);
    const auto number = [&](const char* name) { return file.read<double>(name); };
    const auto n = number("n"), hlr = number("hlr"), g1 = number("g1"), g2 = number("g2"),
               flux = number("flux"), dx = number("dx"), dy = number("dy"),
               share = number("bulge_fraction"), bulgeHlr = number("bulge_hlr"),
               bulgeG1 = number("bulge_g1"), bulgeG2 = number("bulge_g2"), sum = number("sum");
    const auto psf = file.read<std::int64_t>("psf"), kind = file.read<std::int64_t>("kind");
    const auto images = file.read<double>("image");
    ASSERT_EQ(images.size(), n.size() * kPixels);

    const std::map<std::int64_t, Psf> psfs = {{0, kNoPsf},    {1, kKolmogorov},
                                              {2, kMoffat25}, {3, kMoffat35},
                                              {4, kGaussian}, {5, kWideKolmogorov}};
    std::map<std::int64_t, Renderer> renderers;
    int drawn = 0;
    for (std::size_t i = 0; i < n.size(); ++i) {
        SCOPED_TRACE("stamp " + std::to_string(i));
        auto renderer = renderers.find(psf[i]);
        if (renderer == renderers.end())
            renderer = renderers
                           .emplace(psf[i], std::make_shared<FourierGrids>(psfs.at(psf[i]),
                                                                           StampGeometry{}))
                           .first;
        const Sersic whole{n[i], hlr[i], g1[i], g2[i], dx[i], dy[i], flux[i]};
        std::vector<Sersic> profiles = {whole};
        if (kind[i] == 1) {
            profiles = {whole, whole};
            profiles[0] = {4,     bulgeHlr[i], bulgeG1[i],        bulgeG2[i],
                           dx[i], dy[i],       flux[i] * share[i]};
            profiles[1].n = 1;
            profiles[1].flux *= 1 - share[i];
        }
        const std::vector<float> image = draw(renderer->second, profiles);
        const double* expected = &images[i * kPixels];
        const double peak = *std::max_element(expected, expected + kPixels);
        double worst = 0;
        for (std::size_t pixel = 0; pixel < kPixels; ++pixel)
            worst = std::max(worst, std::fabs(image[pixel] - expected[pixel]));
        EXPECT_LE(worst, kTolerance * peak);
        EXPECT_NEAR(total(image), sum[i], kTolerance * flux[i]);
        ++drawn;
    }
    EXPECT_EQ(drawn, 102);
}

}  // namespace
}  // namespace shearbench::data::simulator
