// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/renderer.h"

#include <fftw3.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <mutex>

#include "core/error.h"

namespace shearbench::data::simulator {

namespace {

using Complex = std::complex<double>;

constexpr double kLargestFolding = 3e-5;  // of the flux, in the stamp
constexpr double kLargestShear = 0.99;

void check(const Sersic& profile) {
    const bool point = profile.halfLightRadius == 0;
    const bool good =
        std::isfinite(profile.flux) && std::isfinite(profile.dx) && std::isfinite(profile.dy) &&
        (point || (profile.halfLightRadius > 0 && std::isfinite(profile.halfLightRadius) &&
                   profile.n >= kSmallestSersicIndex && profile.n <= kLargestSersicIndex &&
                   std::hypot(profile.g1, profile.g2) <= kLargestShear));
    if (!good)
        throw Error(ErrorKind::usage,
                    fmt::format("Drawing a galaxy: Sersic index {}, half-light radius {} arcsec, "
                                "shear ({}, {}), shift ({}, {}) arcsec, flux {}; expected an index "
                                "of {} to {}, a radius of 0 or more and a shear below {}.",
                                profile.n, profile.halfLightRadius, profile.g1, profile.g2,
                                profile.dx, profile.dy, profile.flux, kSmallestSersicIndex,
                                kLargestSersicIndex, kLargestShear));
}

// Flux that the eight nearest repetitions of a profile put into the stamp, by Gauss-Legendre
// quadrature with five points an axis. The stamp is taken to be centred on the profile.
double foldedFlux(const Sersic& profile, double period, double width) {
    constexpr std::array<double, 5> kPoints = {-0.9061798459386640, -0.5384693101056831, 0,
                                               0.5384693101056831, 0.9061798459386640};
    constexpr std::array<double, 5> kWeights = {0.2369268850561891, 0.4786286704993665,
                                                0.5688888888888889, 0.4786286704993665,
                                                0.2369268850561891};
    constexpr std::array<std::array<int, 2>, 4> kCopies = {{{1, 0}, {0, 1}, {1, 1}, {1, -1}}};
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

int chooseGrid(std::span<const Sersic> profiles, const FourierGrids& grids) {
    const StampGeometry& geometry = grids.geometry();
    const double width = geometry.size * geometry.pixelScale;
    for (int index = 0; index < FourierGrids::kSizes - 1; ++index) {
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
void fillPhases(double step, double position, int reach, std::vector<Complex>& phases) {
    phases.resize(static_cast<std::size_t>(2 * reach + 1));
    for (int k = 0; k <= reach; ++k) {
        const Complex phase = std::polar(1.0, -step * position * k);
        phases[static_cast<std::size_t>(reach + k)] = phase;
        phases[static_cast<std::size_t>(reach - k)] = std::conj(phase);
    }
}

}  // namespace

struct FourierGrids::Slots {
    std::array<std::once_flag, kSizes> made;
    std::array<std::unique_ptr<const FourierGrid>, kSizes> grids;
};

FourierGrids::FourierGrids(const Psf& psf, const StampGeometry& geometry)
    : psf_(psf), geometry_(geometry), slots_(std::make_unique<Slots>()) {
    if (geometry.size < 2 || geometry.size > 256 || geometry.size % 2 != 0 ||
        !(geometry.pixelScale > 0))
        throw Error(
            ErrorKind::usage,
            fmt::format("Drawing galaxies: stamps of {} pixels of {} arcsec; expected an even "
                        "number of 2 to 256 pixels of positive size.",
                        geometry.size, geometry.pixelScale));
    if (!(psf.fwhm >= geometry.pixelScale && psf.fwhm <= geometry.size * geometry.pixelScale / 4) ||
        (psf.kind == Psf::Kind::moffat && !(psf.beta > 1.1 && psf.beta < 20)))
        throw Error(
            ErrorKind::usage,
            fmt::format("Drawing galaxies: a PSF with {}; expected a full width at half "
                        "maximum of one pixel ({} arcsec) to a quarter of the stamp, and for "
                        "a Moffat profile a beta of 1.1 to 20.",
                        psf.description(), geometry.pixelScale));
}

FourierGrids::~FourierGrids() = default;

const FourierGrid& FourierGrids::grid(int index) const {
    const auto slot = static_cast<std::size_t>(index);
    std::call_once(slots_->made[slot], [&] {
        slots_->grids[slot] = std::make_unique<const FourierGrid>(period(index), psf_, geometry_);
    });
    return *slots_->grids[slot];
}

struct Renderer::Workspace {
    struct Free {
        void operator()(void* memory) const { fftw_free(memory); }
    };
    std::unique_ptr<fftw_complex, Free> spectrum;
    std::unique_ptr<double, Free> strip;
    std::size_t spectrumSize = 0;
    std::vector<Complex> phasesX, phasesY;

    Complex* waves() const { return reinterpret_cast<Complex*>(spectrum.get()); }

    // Room for `grid`, without any wave.
    void clear(const FourierGrid& grid) {
        if (spectrumSize < grid.spectrumSize()) {
            spectrum.reset(fftw_alloc_complex(grid.spectrumSize()));
            strip.reset(fftw_alloc_real(grid.stripSize()));
            spectrumSize = spectrum && strip ? grid.spectrumSize() : 0;
            if (spectrumSize == 0)
                throw std::bad_alloc();
        }
        std::fill_n(waves(), grid.spectrumSize(), Complex());
    }
};

Renderer::Renderer(std::shared_ptr<const FourierGrids> grids)
    : grids_(std::move(grids)), workspace_(std::make_unique<Workspace>()) {}

Renderer::Renderer(Renderer&&) noexcept = default;
Renderer::~Renderer() = default;

void Renderer::addWaves(const FourierGrid& grid, const Sersic& profile) {
    const StampGeometry& geometry = grids_->geometry();
    const double centre = (geometry.size - 1) / 2.0 * geometry.pixelScale;
    const int reach = grid.reach();
    fillPhases(grid.step(), centre + profile.dx, reach, workspace_->phasesX);
    fillPhases(grid.step(), centre + profile.dy, reach, workspace_->phasesY);
    const Complex *phasesX = workspace_->phasesX.data() + reach,
                  *phasesY = workspace_->phasesY.data() + reach;

    // kappa^2 = form(kx, ky), kx and ky in steps; between the ellipse's axes at one step and at the
    // grid's edge.
    const double scale = profile.halfLightRadius * grid.step(), squared = scale * scale;
    QuadraticForm form = waveNumberForm(profile.g1, profile.g2);
    form = {form.xx * squared, form.xy * squared, form.yy * squared};
    const bool point = squared == 0;
    if (!point) {
        const double g = std::hypot(profile.g1, profile.g2), stretch = (1 + g) / (1 - g) * 1.0001;
        transform_.tabulate(profile.n, squared / stretch,
                            squared * stretch * static_cast<double>(reach) * reach);
    }

    for (const FourierGrid::Run& run : grid.runs()) {
        const Complex phaseY = profile.flux * phasesY[run.ky];
        const double constant = form.yy * run.ky * run.ky, linear = 2 * form.xy * run.ky;
        const double* weights = grid.weights(run);
        Complex* out = workspace_->waves() + run.target;
        for (int kx = run.first; kx <= run.last; ++kx) {
            const double kappaSquared = constant + kx * (linear + form.xx * kx);
            const bool flat = point || (kx == 0 && run.ky == 0);
            const double value = *weights++ * (flat ? 1 : transform_(kappaSquared));
            const Complex x = phasesX[kx];
            *out++ += Complex(value * (x.real() * phaseY.real() - x.imag() * phaseY.imag()),
                              value * (x.real() * phaseY.imag() + x.imag() * phaseY.real()));
        }
    }
}

void Renderer::draw(std::span<const Sersic> profiles, std::span<double> image) {
    double flux = 0;
    for (const Sersic& profile : profiles) {
        check(profile);
        flux += profile.flux;
    }
    const FourierGrid& grid = grids_->grid(chooseGrid(profiles, *grids_));
    workspace_->clear(grid);
    for (const Sersic& profile : profiles)
        addWaves(grid, profile);
    grid.sumWaves(workspace_->waves(), workspace_->strip.get());

    const auto size = static_cast<std::size_t>(grids_->geometry().size),
               period = static_cast<std::size_t>(grid.period());
    const double norm = 1 / (static_cast<double>(period) * static_cast<double>(period));
    const double* strip = workspace_->strip.get();
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t column = 0; column < size; ++column) {
            const std::size_t pixel = row * size + column;
            image[pixel] = norm * strip[row * period + column] - flux * grid.foldedWings()[pixel];
        }
}

}  // namespace shearbench::data::simulator
