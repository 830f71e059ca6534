// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/profile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "core/data/simulator/psf.h"
#include "core/data/simulator/renderer.h"
#include "core/error.h"

namespace shearbench::data::simulator {
namespace {

constexpr double kPi = std::numbers::pi;

TEST(Sersic, HasTheKnownB) {
    // Half of 1 - (1 + b) exp(-b) for n = 1; ln 2 for a Gaussian; n = 4 as widely tabulated.
    EXPECT_NEAR(sersicB(0.5), std::numbers::ln2, 1e-13);
    EXPECT_NEAR((1 + sersicB(1)) * std::exp(-sersicB(1)), 0.5, 1e-13);
    EXPECT_NEAR(sersicB(4), 7.669249442500804, 1e-11);
}

TEST(Sersic, HoldsItsFluxAndHalfOfItWithinTheHalfLightRadius) {
    for (double n : {0.3, 0.84, 1.7, 4.0, 6.0}) {
        Sersic profile;
        profile.n = n;
        profile.halfLightRadius = 0.7;
        profile.flux = 3;
        const SersicBrightness brightness(profile);
        double inside = 0, all = 0;
        constexpr double kStep = 1e-3;  // in ln r
        for (double logR = -12; logR < 12; logR += kStep) {
            const double r = 0.7 * std::exp(logR + kStep / 2);
            const double ring = 2 * kPi * r * r * kStep * brightness(r, 0);
            all += ring;
            if (r < 0.7)
                inside += ring;
        }
        EXPECT_NEAR(all, 3, 1e-4) << n;
        EXPECT_NEAR(inside, 1.5, 2e-3) << n;
    }
}

TEST(Sersic, IsLongestAlongItsPositionAngle) {
    const QuadraticForm form = radiusForm(0.3 * std::cos(2 * 0.4), 0.3 * std::sin(2 * 0.4));
    const double a = std::sqrt(1.3 / 0.7);  // the axis ratio is (1-g)/(1+g), the area unchanged
    EXPECT_NEAR(form(std::cos(0.4), std::sin(0.4)), 1 / (a * a), 1e-14);
    EXPECT_NEAR(form(-std::sin(0.4), std::cos(0.4)), a * a, 1e-14);
}

TEST(SersicTransform, MatchesClosedForms) {
    SersicTransform transform;
    transform.tabulate(0.5, 1e-5, 1e4);
    for (double kappa = 0.004; kappa < 90; kappa *= 1.03)
        EXPECT_NEAR(transform(static_cast<float>(kappa * kappa)),
                    std::exp(-kappa * kappa / (4 * std::numbers::ln2)), 2e-6)
            << kappa;
    transform.tabulate(1, 1e-5, 1e4);
    const double b = sersicB(1);
    for (double kappa = 0.004; kappa < 90; kappa *= 1.03)
        EXPECT_NEAR(transform(static_cast<float>(kappa * kappa)),
                    std::pow(1 + kappa * kappa / (b * b), -1.5), 2e-6)
            << kappa;
}

// The defining integral, by the midpoint rule in ln x; it converges fast as long as J0 is resolved.
double byQuadrature(double n, double kappa) {
    const double b = sersicB(n), norm = std::tgamma(2 * n);
    constexpr double kStep = 2e-4;
    double sum = 0;
    for (double logX = -16 / n; logX < 4.2; logX += kStep) {
        const double x = std::exp(logX);
        sum += std::cyl_bessel_j(0, kappa * std::pow(x / b, n)) * std::exp(-x + 2 * n * logX);
    }
    return sum * kStep / norm;
}

TEST(SersicTransform, MatchesItsIntegral) {
    SersicTransform transform;
    for (double n : {0.3, 0.62, 1.5, 2.5, 4.0, 6.2}) {
        transform.tabulate(n, 1e-5, 1e4);
        for (double kappa : {0.01, 0.3, 1.0, 2.7, 6.0})
            EXPECT_NEAR(transform(static_cast<float>(kappa * kappa)), byQuadrature(n, kappa), 2e-6)
                << n << " " << kappa;
    }
}

TEST(Psf, IsHalfAsBrightAtHalfItsWidth) {
    for (const Psf& psf : {Psf{Psf::Kind::kolmogorov, 0.65}, Psf{Psf::Kind::moffat, 0.7, 2.5},
                           Psf{Psf::Kind::gaussian, 0.8}}) {
        double centre = 0, edge = 0;
        constexpr double kStep = 1e-3;
        for (double k = kStep / 2; k < 60; k += kStep) {
            centre += psf.transform(k) * k;
            edge += psf.transform(k) * k * std::cyl_bessel_j(0, k * psf.fwhm / 2);
        }
        EXPECT_NEAR(edge / centre, 0.5, 1e-5) << psf.description();
    }
}

TEST(Renderer, RefusesWhatItCannotDraw) {
    Renderer renderer(std::make_shared<FourierGrids>(Psf{}, StampGeometry{}));
    std::vector<float> image(64 * 64);
    const auto message = [&](const Sersic& profile) -> std::string {
        try {
            renderer.draw(std::vector{profile}, image);
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    };
    EXPECT_EQ(message({1, 0.5, 0, 0, 0, 0, 1}), "");
    EXPECT_NE(message({0.1, 0.5, 0, 0, 0, 0, 1}), "");
    EXPECT_NE(message({1, -0.5, 0, 0, 0, 0, 1}), "");
    EXPECT_NE(message({1, 0.5, 0.9, 0.9, 0, 0, 1}), "");
    EXPECT_NE(message({NAN, 0.5, 0, 0, 0, 0, 1}), "");
    EXPECT_NE(message({1, 0.5, NAN, 0, 0, 0, 1}), "");
    EXPECT_NE(message({1, 0.5, 0, 0, 0, 0, INFINITY}), "");
    EXPECT_THROW(FourierGrids(Psf{Psf::Kind::kolmogorov, 0}, StampGeometry{}), Error);
    EXPECT_THROW(FourierGrids(Psf{Psf::Kind::moffat, 0.65, 1}, StampGeometry{}), Error);
    EXPECT_THROW(FourierGrids(Psf{}, (StampGeometry{63, 0.2})), Error);
    EXPECT_THROW(FourierGrids(Psf{}, StampGeometry{}, 5), Error);
    Renderer sharp(std::make_shared<FourierGrids>(Psf{Psf::Kind::none}, StampGeometry{}));
    EXPECT_THROW(sharp.draw(std::vector{Sersic{4, 0.5, 0, 0, 0, 0, 1}}, image), Error);
    EXPECT_THROW(sharp.draw(std::vector{Sersic{1, 0.1, 0, 0, 0, 0, 1}}, image), Error);
}

// A PSF as narrow as a pixel sends waves several Nyquist frequencies up; a narrow Gaussian star is
// known pixel by pixel.
TEST(Renderer, FoldsWaveNumbersFarBeyondNyquist) {
    const double fwhm = 0.2, sigma = fwhm / (2 * std::sqrt(2 * std::numbers::ln2));
    Renderer renderer(
        std::make_shared<FourierGrids>(Psf{Psf::Kind::gaussian, fwhm}, StampGeometry{}));
    std::vector<float> image(64 * 64);
    renderer.draw(std::vector{Sersic{1, 0, 0, 0, 0.03, -0.05, 1}}, image);
    const auto share = [&](int pixel, double centre) {
        const double left = ((pixel - 32) * 0.2 - centre) / sigma / std::numbers::sqrt2;
        return (std::erf(left + 0.2 / sigma / std::numbers::sqrt2) - std::erf(left)) / 2;
    };
    for (int row = 28; row < 36; ++row)
        for (int column = 28; column < 36; ++column)
            EXPECT_NEAR(image[row * 64 + column], share(column, 0.03) * share(row, -0.05), 1e-6);
}

// Grids for PSFs of many widths against grids made for the one.
TEST(Renderer, DrawsPsfsOfAnyWidthWithinItsSpread) {
    for (const auto& [kind, beta] : {std::pair{Psf::Kind::kolmogorov, 0.0},
                                     {Psf::Kind::moffat, 2.5},
                                     {Psf::Kind::gaussian, 0.0}}) {
        Renderer varying(
            std::make_shared<FourierGrids>(Psf{kind, 0.65, beta}, StampGeometry{}, 1.5));
        for (double fwhm : {0.65 / 1.5, 0.6, 0.65, 0.97}) {
            Renderer one(std::make_shared<FourierGrids>(Psf{kind, fwhm, beta}, StampGeometry{}));
            std::vector<float> expected(64 * 64), image(64 * 64);
            for (const Sersic& profile :
                 {Sersic{1, 0.3, 0.2, -0.4, 0.03, 0.05, 1}, Sersic{4, 0.8, -0.3, 0, 2, -1, 1}}) {
                one.draw(std::vector{profile}, expected);
                varying.draw(std::vector{profile}, image, fwhm);
                const float peak = *std::max_element(expected.begin(), expected.end());
                for (std::size_t pixel = 0; pixel < image.size(); ++pixel)
                    ASSERT_NEAR(image[pixel], expected[pixel], 2e-5 * peak)
                        << static_cast<int>(kind) << " " << fwhm;
            }
        }
        EXPECT_THROW(varying.draw(std::vector{Sersic{}}, std::span<float>(), 1.1), Error);
    }
}

}  // namespace
}  // namespace shearbench::data::simulator
