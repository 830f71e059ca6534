// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/fourier_grid.h"

#include <fftw3.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <numbers>

#include "core/error.h"

namespace shearbench::data::simulator {

namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kTransformEnd = 2e-6;  // of the PSF, where the grid stops

// FFTW's planner is shared by the process and not thread-safe; executing a plan is.
std::mutex& planning() {
    static std::mutex mutex;
    return mutex;
}

fftwf_complex* fftw(std::complex<float>* values) {
    return reinterpret_cast<fftwf_complex*>(values);
}

double sinc(double x) {
    return x == 0 ? 1 : std::sin(kPi * x) / (kPi * x);
}

// The wave number where the transform has fallen to kTransformEnd, to a hundredth of its width.
double lastWaveNumber(const Psf& psf) {
    const double step = 0.01 / psf.fwhm;
    double k = step;
    while (psf.transform(k) > kTransformEnd)
        k += step;
    return k;
}

int reachOf(const Psf& psf, double step, double pixelScale) {
    if (psf.kind == Psf::Kind::none)
        return std::min(1024, static_cast<int>(8 * kPi / pixelScale / step));
    return static_cast<int>(lastWaveNumber(psf) / step);
}

}  // namespace

struct FourierGrid::Plans {
    fftwf_plan columns = nullptr, rows = nullptr;

    ~Plans() {
        const std::lock_guard guard(planning());
        fftwf_destroy_plan(columns);
        fftwf_destroy_plan(rows);
    }
};

FourierGrid::FourierGrid(int period, const Psf& psf, const StampGeometry& geometry, bool anyWidth)
    : period_(period),
      size_(geometry.size),
      step_(2 * kPi / (period * geometry.pixelScale)),
      plans_(std::make_unique<Plans>()) {
    reach_ = reachOf(psf, step_, geometry.pixelScale);
    fillRuns(psf, geometry.pixelScale, anyWidth);
    fillFoldedWings(psf, geometry);

    // Only the stamp's rows are wanted: all columns first, then the rows from `size` of the
    // results. FFTW_ESTIMATE chooses the same plan every time, so that pixels come out the same.
    const int half = period / 2 + 1;
    const std::lock_guard guard(planning());
    const std::unique_ptr<fftwf_complex, void (*)(void*)> spectrum(
        fftwf_alloc_complex(spectrumSize()), fftwf_free);
    const std::unique_ptr<float, void (*)(void*)> strip(fftwf_alloc_real(stripSize()), fftwf_free);
    plans_->columns =
        fftwf_plan_many_dft(1, &period, half, spectrum.get(), nullptr, half, 1, spectrum.get(),
                            nullptr, half, 1, FFTW_BACKWARD, FFTW_ESTIMATE);
    plans_->rows = fftwf_plan_many_dft_c2r(1, &period, size_, spectrum.get(), nullptr, 1, half,
                                           strip.get(), nullptr, 1, period, FFTW_ESTIMATE);
    if (!plans_->columns || !plans_->rows)
        throw Error(ErrorKind::run,
                    "Simulating galaxies: the Fourier transform could not be planned.");
}

FourierGrid::~FourierGrid() = default;

std::size_t FourierGrid::spectrumSize() const {
    return static_cast<std::size_t>(period_) * static_cast<std::size_t>(period_ / 2 + 1);
}

std::size_t FourierGrid::stripSize() const {
    return static_cast<std::size_t>(size_) * static_cast<std::size_t>(period_);
}

void FourierGrid::fillRuns(const Psf& psf, double pixelScale, bool anyWidth) {
    const double sincStep = step_ * pixelScale / (2 * kPi);
    const int half = period_ / 2;
    for (int ky = -reach_; ky <= reach_; ++ky) {
        const int width =
            static_cast<int>(std::sqrt(static_cast<double>(reach_) * reach_ - ky * ky));
        const int row = ((ky % period_) + period_) % period_;
        const int repeats = width / period_ + 1;
        for (int repeat = -repeats; repeat <= repeats; ++repeat) {
            const int origin = repeat * period_;
            Run run;
            run.ky = ky;
            run.first = std::max(-width, origin);
            run.last = std::min(width, origin + half);
            if (run.first > run.last)
                continue;
            run.target = static_cast<std::size_t>(row) * static_cast<std::size_t>(half + 1) +
                         static_cast<std::size_t>(run.first - origin);
            run.weights = weights_.size();
            for (int kx = run.first; kx <= run.last; ++kx) {
                const double seen = anyWidth ? 1 : psf.transform(step_ * std::hypot(kx, ky));
                weights_.push_back(
                    static_cast<float>(seen * sinc(sincStep * kx) * sinc(sincStep * ky)));
            }
            runs_.push_back(run);
        }
    }
}

void FourierGrid::fillFoldedWings(const Psf& psf, const StampGeometry& geometry) {
    constexpr int kCopies = 4;  // further ones together bring a twentieth of the nearest
    const double period = period_ * geometry.pixelScale, centre = (size_ - 1) / 2.0;
    foldedWings_.resize(static_cast<std::size_t>(size_) * static_cast<std::size_t>(size_));
    for (int row = 0; row < size_; ++row)
        for (int column = 0; column < size_; ++column) {
            const double x = (column - centre) * geometry.pixelScale,
                         y = (row - centre) * geometry.pixelScale;
            double sum = 0;
            for (int i = -kCopies; i <= kCopies; ++i)
                for (int j = -kCopies; j <= kCopies; ++j)
                    if (i != 0 || j != 0)
                        sum += psf.wing(std::hypot(x + i * period, y + j * period));
            foldedWings_[static_cast<std::size_t>(row * size_ + column)] =
                static_cast<float>(sum * geometry.pixelScale * geometry.pixelScale);
        }
}

void FourierGrid::sumWaves(std::complex<float>* spectrum, float* strip) const {
    fftwf_execute_dft(plans_->columns, fftw(spectrum), fftw(spectrum));
    fftwf_execute_dft_c2r(plans_->rows, fftw(spectrum), strip);
}

}  // namespace shearbench::data::simulator
