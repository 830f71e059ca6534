// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/renderer.h"

#include <fftw3.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <mutex>
#include <numbers>

#include "core/error.h"

namespace shearbench::data::simulator {

namespace {

using Complex = std::complex<float>;

constexpr double kLargestFolding = 3e-5;  // of the flux, in the stamp
constexpr double kLargestShear = 0.99;

void check(const Sersic& profile, const FourierGrids& grids) {
    const bool sharp = grids.psf().kind == Psf::Kind::none;
    const double largestIndex = sharp ? 2 : kLargestSersicIndex,
                 smallestRadius = sharp ? 2 * grids.geometry().pixelScale : 0;
    const bool point = profile.halfLightRadius == 0 && !sharp;
    const bool good =
        std::isfinite(profile.flux) && std::isfinite(profile.dx) && std::isfinite(profile.dy) &&
        (point ||
         (profile.halfLightRadius > 0 && profile.halfLightRadius >= smallestRadius &&
          std::isfinite(profile.halfLightRadius) && profile.n >= kSmallestSersicIndex &&
          profile.n <= largestIndex && std::hypot(profile.g1, profile.g2) <= kLargestShear));
    if (!good)
        throw Error(ErrorKind::usage,
                    fmt::format("Drawing a galaxy: Sersic index {}, half-light radius {} arcsec, "
                                "shear ({}, {}), shift ({}, {}) arcsec, flux {}; expected an index "
                                "of {} to {}, a radius of {} or more and a shear below {}.",
                                profile.n, profile.halfLightRadius, profile.g1, profile.g2,
                                profile.dx, profile.dy, profile.flux, kSmallestSersicIndex,
                                largestIndex, smallestRadius, kLargestShear));
}

void checkWidth(double fwhm, const FourierGrids& grids) {
    const double width = grids.psf().fwhm, spread = grids.spread() * (1 + 1e-9);
    if (!(fwhm >= width / spread && fwhm <= width * spread))
        throw Error(ErrorKind::usage,
                    fmt::format("Drawing a galaxy: a PSF of {} arcsec; expected {} to {}.", fwhm,
                                width / grids.spread(), width * grids.spread()));
}

// Flux that the eight nearest repetitions of a profile put into the stamp, by Gauss-Legendre
// quadrature with five points an axis, over a square around the profile that holds the stamp.
double foldedFlux(const Sersic& profile, double period, double stampWidth) {
    constexpr std::array<double, 5> kPoints = {-0.9061798459386640, -0.5384693101056831, 0,
                                               0.5384693101056831, 0.9061798459386640};
    constexpr std::array<double, 5> kWeights = {0.2369268850561891, 0.4786286704993665,
                                                0.5688888888888889, 0.4786286704993665,
                                                0.2369268850561891};
    constexpr std::array<std::array<int, 2>, 4> kCopies = {{{1, 0}, {0, 1}, {1, 1}, {1, -1}}};
    const double width = stampWidth + 2 * std::max(std::fabs(profile.dx), std::fabs(profile.dy));
    const SersicBrightness brightness(profile);
    double sum = 0;
    for (std::size_t i = 0; i < kPoints.size(); ++i)
        for (std::size_t j = 0; j < kPoints.size(); ++j)
            for (const auto& copy : kCopies)  // each with its mirror image
                sum += 2 * kWeights[i] * kWeights[j] *
                       brightness(copy[0] * period + kPoints[i] * width / 2,
                                  copy[1] * period + kPoints[j] * width / 2);
    return sum * width * width / 4;
}

// The smallest period is for narrow PSFs and profiles near the centre: there the wings' leading
// term, taken at the centre, is good enough.
int smallestGrid(std::span<const Sersic> profiles, const FourierGrids& grids) {
    const double width = grids.geometry().size * grids.geometry().pixelScale;
    const bool near = std::all_of(profiles.begin(), profiles.end(), [&](const Sersic& profile) {
        return std::max(std::fabs(profile.dx), std::fabs(profile.dy)) <= width / 50;
    });
    return near && grids.psf().fwhm * grids.spread() <= width / 12 ? 0 : 1;
}

int chooseGrid(std::span<const Sersic> profiles, const FourierGrids& grids) {
    const StampGeometry& geometry = grids.geometry();
    const double width = geometry.size * geometry.pixelScale;
    for (int index = smallestGrid(profiles, grids); index < FourierGrids::kSizes - 1; ++index) {
        double folded = 0, flux = 0;
        for (const Sersic& profile : profiles) {
            flux += std::fabs(profile.flux);
            if (profile.halfLightRadius > 0)
                folded += std::fabs(
                    foldedFlux(profile, grids.period(index) * geometry.pixelScale, width));
        }
        if (folded <= kLargestFolding * flux)
            return index;
    }
    return FourierGrids::kSizes - 1;
}

// exp(-i k position) for k = -reach..reach steps.
struct Phases {
    std::vector<float> real, imaginary;

    void fill(double step, double position, int reach) {
        real.resize(static_cast<std::size_t>(2 * reach + 1));
        imaginary.resize(real.size());
        for (int k = 0; k <= reach; ++k) {
            const auto after = static_cast<std::size_t>(reach + k),
                       before = static_cast<std::size_t>(reach - k);
            const double angle = -step * position * k;
            real[after] = real[before] = static_cast<float>(std::cos(angle));
            imaginary[after] = static_cast<float>(std::sin(angle));
            imaginary[before] = -imaginary[after];
        }
    }
};

void checkPsf(const Psf& psf, const StampGeometry& geometry, double spread) {
    if (!(spread >= 1 && spread <= 4) || (spread > 1 && psf.kind == Psf::Kind::none))
        throw Error(ErrorKind::usage,
                    fmt::format("Drawing galaxies: PSF widths within a factor {}; expected 1 to 4, "
                                "and a PSF.",
                                spread));
    const bool wide = psf.fwhm / spread >= geometry.pixelScale &&
                      psf.fwhm * spread <= geometry.size * geometry.pixelScale / 4;
    if (psf.kind != Psf::Kind::none &&
        (!wide || (psf.kind == Psf::Kind::moffat && !(psf.beta > 1.1 && psf.beta < 20))))
        throw Error(
            ErrorKind::usage,
            fmt::format("Drawing galaxies: a PSF with {}{}; expected a full width at half maximum "
                        "of one pixel ({} arcsec) to a quarter of the stamp, and for a Moffat "
                        "profile a beta of 1.1 to 20.",
                        psf.description(),
                        spread > 1 ? fmt::format(", varying by a factor {:.3g}", spread) : "",
                        geometry.pixelScale));
}

}  // namespace

struct FourierGrids::Slots {
    std::array<std::once_flag, kSizes> made;
    std::array<std::unique_ptr<const FourierGrid>, kSizes> grids;
};

FourierGrids::FourierGrids(const Psf& psf, const StampGeometry& geometry, double spread)
    : psf_(psf), geometry_(geometry), spread_(spread), slots_(std::make_unique<Slots>()) {
    if (geometry.size < 2 || geometry.size > 256 || geometry.size % 2 != 0 ||
        !(geometry.pixelScale > 0))
        throw Error(
            ErrorKind::usage,
            fmt::format("Drawing galaxies: stamps of {} pixels of {} arcsec; expected an even "
                        "number of 2 to 256 pixels of positive size.",
                        geometry.size, geometry.pixelScale));
    checkPsf(psf, geometry, spread);
    if (spread == 1)
        return;
    // From one step of the largest period to twice the farthest wave number, over all widths.
    const double step = 2 * std::numbers::pi / (period(kSizes - 1) * geometry.pixelScale);
    const double farthest = 2 * grid(0).step() * grid(0).reach();
    const auto squared = [](double x) { return x * x; };
    Psf unit = psf;
    unit.fwhm = 1;
    transform_.fill(
        squared(step * psf.fwhm / spread), squared(farthest * psf.fwhm * spread), [&](int octave) {
            OctaveTable::Nodes nodes{};
            for (std::size_t i = 0; i < nodes.size(); ++i)
                nodes[i] = unit.transform(std::sqrt(OctaveTable::nodePosition(octave, i)));
            return nodes;
        });
}

FourierGrids::~FourierGrids() = default;

const FourierGrid& FourierGrids::grid(int index) const {
    const auto slot = static_cast<std::size_t>(index);
    std::call_once(slots_->made[slot], [&] {
        Psf narrowest = psf_;
        narrowest.fwhm /= spread_;
        slots_->grids[slot] =
            std::make_unique<const FourierGrid>(period(index), narrowest, geometry_, spread_ > 1);
    });
    return *slots_->grids[slot];
}

int FourierGrids::period(int index) const {
    return index == 0 ? (geometry_.size * 5 + 7) / 8 * 2 : geometry_.size * (1 << index);
}

struct Renderer::Workspace {
    struct Free {
        void operator()(void* memory) const { fftwf_free(memory); }
    };
    std::unique_ptr<fftwf_complex, Free> spectrum;
    std::unique_ptr<float, Free> strip;
    std::size_t spectrumSize = 0;
    Phases x, y;
    std::vector<float> amplitudes;  // of one run

    Complex* waves() const { return reinterpret_cast<Complex*>(spectrum.get()); }

    // Room for `grid`, without any wave.
    void clear(const FourierGrid& grid) {
        if (spectrumSize < grid.spectrumSize()) {
            spectrum.reset(fftwf_alloc_complex(grid.spectrumSize()));
            strip.reset(fftwf_alloc_real(grid.stripSize()));
            spectrumSize = spectrum && strip ? grid.spectrumSize() : 0;
            if (spectrumSize == 0)
                throw std::bad_alloc();
        }
        std::fill_n(waves(), grid.spectrumSize(), Complex());
        amplitudes.resize(static_cast<std::size_t>(2 * grid.reach() + 1));
    }
};

Renderer::Renderer(std::shared_ptr<const FourierGrids> grids)
    : grids_(std::move(grids)), workspace_(std::make_unique<Workspace>()) {}

Renderer::Renderer(Renderer&&) noexcept = default;
Renderer::~Renderer() = default;

void Renderer::addWaves(const FourierGrid& grid, const Sersic& profile, double fwhm) {
    const StampGeometry& geometry = grids_->geometry();
    const double centre = (geometry.size - 1) / 2.0 * geometry.pixelScale;
    const int reach = grid.reach();
    Phases &phasesX = workspace_->x, &phasesY = workspace_->y;
    phasesX.fill(grid.step(), centre + profile.dx, reach);
    phasesY.fill(grid.step(), centre + profile.dy, reach);
    float* const amplitudes = workspace_->amplitudes.data();

    // kappa^2 = form(kx, ky), kx and ky in steps; between the ellipse's axes at one step and at the
    // grid's edge.
    const double scale = profile.halfLightRadius * grid.step(), squared = scale * scale;
    QuadraticForm form = waveNumberForm(profile.g1, profile.g2);
    form = {form.xx * squared, form.xy * squared, form.yy * squared};
    const bool point = squared == 0;
    const double g = std::hypot(profile.g1, profile.g2), stretch = (1 + g) / (1 - g) * 1.0001;
    const auto lowest = static_cast<float>(squared / stretch);
    if (!point)
        transform_.tabulate(profile.n, lowest,
                            squared * stretch * static_cast<double>(reach) * reach);
    const bool narrow = grids_->spread() > 1;
    const auto psfScale = static_cast<float>(fwhm * fwhm * grid.step() * grid.step());

    for (const FourierGrid::Run& run : grid.runs()) {
        const int count = run.last - run.first + 1;
        std::copy_n(grid.weights(run), count, amplitudes);
        if (narrow)
            for (int i = 0; i < count; ++i) {
                const int kx = run.first + i, square = std::max(kx * kx + run.ky * run.ky, 1);
                amplitudes[i] *= grids_->transform()(psfScale * static_cast<float>(square));
            }
        if (!point) {
            const double constant = form.yy * run.ky * run.ky, linear = 2 * form.xy * run.ky;
            for (int i = 0; i < count; ++i) {
                const int kx = run.first + i;
                const auto kappaSquared =
                    static_cast<float>(constant + kx * (linear + form.xx * kx));
                amplitudes[i] *= transform_(std::max(kappaSquared, lowest));
            }
        }
        if (run.ky == 0 && run.first <= 0 && run.last >= 0)
            amplitudes[-run.first] = 1;
        const auto row = static_cast<std::size_t>(reach + run.ky),
                   column = static_cast<std::size_t>(reach + run.first);
        const auto flux = static_cast<float>(profile.flux);
        const float cosineY = flux * phasesY.real[row], sineY = flux * phasesY.imaginary[row];
        const float *cosineX = &phasesX.real[column], *sineX = &phasesX.imaginary[column];
        auto* out = reinterpret_cast<float*>(workspace_->waves() + run.target);
        for (int i = 0; i < count; ++i) {
            out[2 * i] += amplitudes[i] * (cosineX[i] * cosineY - sineX[i] * sineY);
            out[2 * i + 1] += amplitudes[i] * (cosineX[i] * sineY + sineX[i] * cosineY);
        }
    }
}

void Renderer::draw(std::span<const Sersic> profiles, std::span<float> image, double fwhm) {
    const Psf& psf = grids_->psf();
    if (fwhm == 0)
        fwhm = psf.fwhm;
    checkWidth(fwhm, *grids_);
    double flux = 0;
    for (const Sersic& profile : profiles) {
        check(profile, *grids_);
        flux += profile.flux;
    }
    const FourierGrid& grid = grids_->grid(chooseGrid(profiles, *grids_));
    workspace_->clear(grid);
    for (const Sersic& profile : profiles)
        addWaves(grid, profile, fwhm);
    grid.sumWaves(workspace_->waves(), workspace_->strip.get());

    const auto size = static_cast<std::size_t>(grids_->geometry().size),
               period = static_cast<std::size_t>(grid.period());
    const auto norm =
        static_cast<float>(1 / (static_cast<double>(period) * static_cast<double>(period)));
    // The grid's wings are those of its narrowest PSF.
    const auto wings =
        static_cast<float>(flux * std::pow(fwhm * grids_->spread() / psf.fwhm, psf.wingGrowth()));
    const float* strip = workspace_->strip.get();
    for (std::size_t row = 0; row < size; ++row) {
        const float* folded = &grid.foldedWings()[row * size];
        for (std::size_t column = 0; column < size; ++column)
            image[row * size + column] =
                norm * strip[row * period + column] - wings * folded[column];
    }
}

}  // namespace shearbench::data::simulator
