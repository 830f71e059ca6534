// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/profile.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>

namespace shearbench::data::simulator {

namespace {

using Complex = std::complex<double>;
constexpr double kPi = std::numbers::pi;

// P(a, x) = x^a e^-x / Gamma(a+1) (1 + x/(a+1) + x^2/((a+1)(a+2)) + ...)
double lowerIncompleteGamma(double a, double x) {
    double term = 1, sum = 1;
    for (int i = 1; term > 1e-17 * sum; ++i) {
        term *= x / (a + i);
        sum += term;
    }
    return std::pow(x, a) * std::exp(-x) / std::tgamma(a + 1) * sum;
}

// log Gamma(z) for Re z > 0, up to a multiple of 2 pi i: Stirling's series (Abramowitz and Stegun
// 6.1.41) after moving z to |z| >= 10 by Gamma(z+1) = z Gamma(z).
Complex logGamma(Complex z) {
    Complex product = 1;
    while (std::abs(z) < 10) {
        product *= z;
        z += 1;
    }
    const Complex inverse = 1.0 / z, square = inverse * inverse;
    const Complex series =
        inverse * (1. / 12 - square * (1. / 360 - square * (1. / 1260 - square / 1680.)));
    return (z - 0.5) * std::log(z) - z + 0.5 * std::log(2 * kPi) + series - std::log(product);
}

// The inverse Mellin transform is summed over Im s = 0, kStep, 2 kStep, ... The trapezium rule adds
// copies of kappa F(kappa) at kappa exp(+-2 pi / kStep): below 1e-9 for n = 6.2 and kappa >= 0.001.
constexpr double kStep = 0.15;
constexpr std::size_t kMostFrequencies = 400;
constexpr double kSpectrumEnd = 1e-10;

}  // namespace

double sersicB(double n) {
    const double a = 2 * n;
    double b = a - 1. / 3 + 4 / (405 * n);  // Ciotti and Bertin's series begins like this
    for (int i = 0; i < 20; ++i) {
        const double slope = std::pow(b, a - 1) * std::exp(-b) / std::tgamma(a);
        const double step = (lowerIncompleteGamma(a, b) - 0.5) / slope;
        b = std::max(b - step, b / 2);
        if (std::fabs(step) < 1e-14 * b)
            break;
    }
    return b;
}

QuadraticForm radiusForm(double g1, double g2) {
    return waveNumberForm(-g1, -g2);
}

QuadraticForm waveNumberForm(double g1, double g2) {
    const double scale = 1 / (1 - g1 * g1 - g2 * g2);
    return {((1 + g1) * (1 + g1) + g2 * g2) * scale, 2 * g2 * scale,
            ((1 - g1) * (1 - g1) + g2 * g2) * scale};
}

SersicBrightness::SersicBrightness(const Sersic& profile)
    : b_(sersicB(profile.n)),
      inverseN_(1 / profile.n),
      inverseRadiusSquared_(1 / (profile.halfLightRadius * profile.halfLightRadius)),
      central_(profile.flux * std::pow(b_, 2 * profile.n) * inverseRadiusSquared_ /
               (2 * kPi * profile.n * std::tgamma(2 * profile.n))),
      form_(radiusForm(profile.g1, profile.g2)) {}

double SersicBrightness::operator()(double x, double y) const {
    return central_ * std::exp(-b_ * std::pow(form_(x, y) * inverseRadiusSquared_, inverseN_ / 2));
}

// The Mellin transform of J0 is 2^(s-1) Gamma(s/2) / Gamma(1-s/2), and the mean of r^-s over a
// Sersic profile of unit hlr is b^(n s) Gamma(n (2-s)) / Gamma(2n). Hence, with s = 1 + i tau,
//
//   F(kappa) = 1/(2 pi) int kappa^-s 2^(s-1) Gamma(s/2)/Gamma(1-s/2) b^(ns) Gamma(n(2-s))/Gamma(2n)
//   dtau
//
// whose integrand falls off like exp(-n pi |tau| / 2); negative tau gives the conjugate.
SersicTransform::SersicTransform()
    : nodeCosine_(kMostFrequencies * kNodes),
      nodeSine_(kMostFrequencies * kNodes),
      besselReal_(kMostFrequencies),
      besselImaginary_(kMostFrequencies),
      spectrumReal_(kMostFrequencies),
      spectrumImaginary_(kMostFrequencies) {
    for (std::size_t j = 0; j < kMostFrequencies; ++j) {
        const double tau = kStep * static_cast<double>(j);
        const double angle = tau * std::numbers::ln2 + 2 * logGamma(Complex(0.5, tau / 2)).imag();
        besselReal_[j] = std::cos(angle);
        besselImaginary_[j] = std::sin(angle);
        for (int node = 0; node < kNodes; ++node) {
            const double phase = tau * std::log(1 + (node - 1.0) / kCells) / 2;
            nodeCosine_[j * kNodes + node] = std::cos(phase);
            nodeSine_[j * kNodes + node] = std::sin(phase);
        }
    }
}

std::size_t SersicTransform::fillSpectrum(double n) {
    const double logB = std::log(sersicB(n)), logNorm = std::log(std::tgamma(2 * n));
    std::size_t j = 0;
    for (; j < kMostFrequencies; ++j) {
        const double tau = kStep * static_cast<double>(j);
        const Complex s(1, tau);
        const Complex moment = std::exp(n * s * logB + logGamma(n * (2.0 - s)) - logNorm);
        const Complex value = kStep / kPi * (j == 0 ? 0.5 : 1.0) * moment *
                              Complex(besselReal_[j], besselImaginary_[j]);
        spectrumReal_[j] = value.real();
        spectrumImaginary_[j] = value.imag();
        if (std::abs(value) < kSpectrumEnd)
            break;
    }
    return j;
}

void SersicTransform::tabulate(double n, double lowest, double highest) {
    const std::size_t frequencies = fillSpectrum(n);
    const int firstOctave = std::ilogb(lowest), lastOctave = std::ilogb(highest);
    firstCell_ = static_cast<std::size_t>(
        std::bit_cast<std::uint64_t>(std::ldexp(1, firstOctave)) >> (52 - kCellBits));
    cells_.resize(static_cast<std::size_t>(lastOctave - firstOctave + 1) * kCells);
    for (int octave = firstOctave; octave <= lastOctave; ++octave) {
        std::array<double, kNodes> f{};
        for (std::size_t j = 0; j < frequencies; ++j) {
            const double phase = kStep * static_cast<double>(j) * octave * std::numbers::ln2 / 2;
            const double cosine = std::cos(phase), sine = std::sin(phase);
            const double real = spectrumReal_[j] * cosine + spectrumImaginary_[j] * sine;
            const double imaginary = spectrumImaginary_[j] * cosine - spectrumReal_[j] * sine;
            const double* nodeCosine = &nodeCosine_[j * kNodes];
            const double* nodeSine = &nodeSine_[j * kNodes];
            for (int node = 0; node < kNodes; ++node)
                f[node] += real * nodeCosine[node] + imaginary * nodeSine[node];
        }
        for (int node = 0; node < kNodes; ++node)
            f[node] /= std::sqrt(std::ldexp(1 + (node - 1.0) / kCells, octave));
        for (int cell = 0; cell < kCells; ++cell) {
            const double before = f[cell], left = f[cell + 1], right = f[cell + 2],
                         after = f[cell + 3];
            cells_[static_cast<std::size_t>(octave - firstOctave) * kCells + cell] = {
                left, right - before / 3 - left / 2 - after / 6, (before + right) / 2 - left,
                (after - before) / 6 + (left - right) / 2};
        }
    }
}

}  // namespace shearbench::data::simulator
