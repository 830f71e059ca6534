// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <numbers>
#include <vector>

#include "core/data/simulator/profile.h"

namespace shearbench::data::simulator {

namespace {

using Complex = std::complex<double>;
constexpr double kPi = std::numbers::pi;

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
// copies of kappa F(kappa) at kappa exp(+-2 pi / kStep): below 1e-10 for n = 6.3 and kappa >= 1e-4.
constexpr double kStep = 0.15;
constexpr std::size_t kMostFrequencies = 600;
constexpr double kSpectrumEnd = 1e-13;

// The Mellin transform of J0 is 2^(s-1) Gamma(s/2) / Gamma(1-s/2), and the mean of r^-s over a
// Sersic profile of unit hlr is b^(n s) Gamma(n (2-s)) / Gamma(2n). Hence, with s = 1 + i tau,
//
//   F(kappa) = 1/(2 pi) int kappa^-s 2^(s-1) Gamma(s/2)/Gamma(1-s/2) b^(ns) Gamma(n(2-s))/Gamma(2n)
//   dtau
//
// whose integrand falls off like exp(-n pi |tau| / 2); negative tau gives the conjugate.
class SersicSpectrum {
  public:
    explicit SersicSpectrum(double n) {
        const double logB = std::log(sersicB(n)), logNorm = std::log(std::tgamma(2 * n));
        for (std::size_t j = 0; j < kMostFrequencies; ++j) {
            const double tau = kStep * static_cast<double>(j);
            const Complex s(1, tau);
            const double angle =
                tau * std::numbers::ln2 + 2 * logGamma(Complex(0.5, tau / 2)).imag();
            const Complex value = kStep / kPi * (j == 0 ? 0.5 : 1.0) * std::polar(1.0, angle) *
                                  std::exp(n * s * logB + logGamma(n * (2.0 - s)) - logNorm);
            terms_.push_back(value);
            if (std::abs(value) < kSpectrumEnd)
                break;
        }
    }

    /// F at kappa^2 = firstKappaSquared * ratio^i for i = 0, 1, ... size of `out` - 1.
    void sum(double firstKappaSquared, double ratio, std::vector<double>& out) const {
        std::fill(out.begin(), out.end(), 0.0);
        const double start = std::log(firstKappaSquared) / 2, step = std::log(ratio) / 2;
        for (std::size_t j = 0; j < terms_.size(); ++j) {
            const double tau = kStep * static_cast<double>(j);
            Complex wave = terms_[j] * std::polar(1.0, -tau * start);
            const Complex turn = std::polar(1.0, -tau * step);
            for (double& value : out) {
                value += wave.real();
                wave = Complex(wave.real() * turn.real() - wave.imag() * turn.imag(),
                               wave.real() * turn.imag() + wave.imag() * turn.real());
            }
        }
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] *= std::exp(-start - step * static_cast<double>(i));
    }

  private:
    std::vector<Complex> terms_;
};

// F at the nodes of OctaveTable for kappa^2 of 2^kFirstOctave..2^kEndOctave and Sersic indices
// evenly spaced in their logarithm, a little beyond the range allowed.
class SersicTable {
  public:
    static const SersicTable& shared() {
        static const SersicTable table;
        return table;
    }

    // F of one n: cubic in ln n through the four nearest columns.
    class Column {
      public:
        Column(const SersicTable& table, double n) : table_(table) {
            const double position = (std::log(n) - kFirstLogN) / kStepLogN;
            const int last = kIndices - 4;
            first_ = static_cast<std::size_t>(
                std::clamp(static_cast<int>(std::floor(position)) - 1, 0, last));
            const double t = position - static_cast<double>(first_);
            weights_ = {-(t - 1) * (t - 2) * (t - 3) / 6, t * (t - 2) * (t - 3) / 2,
                        -t * (t - 1) * (t - 3) / 2, t * (t - 1) * (t - 2) / 6};
        }

        OctaveTable::Nodes operator()(int octave) const {
            OctaveTable::Nodes nodes{};
            if (octave < kFirstOctave)
                nodes.fill(1);
            if (octave < kFirstOctave || octave >= kEndOctave)
                return nodes;
            const auto offset =
                static_cast<std::size_t>(octave - kFirstOctave) * OctaveTable::kNodes;
            for (std::size_t i = 0; i < weights_.size(); ++i) {
                const double* f = &table_.values_[(first_ + i) * kColumn + offset];
                for (std::size_t node = 0; node < nodes.size(); ++node)
                    nodes[node] += weights_[i] * f[node];
            }
            return nodes;
        }

      private:
        const SersicTable& table_;
        std::size_t first_;
        std::array<double, 4> weights_;
    };

  private:
    // Below, F is 1 within 2e-6; above, it is below 1e-8.
    static constexpr int kFirstOctave = -24, kEndOctave = 30, kIndices = 132;
    static constexpr std::size_t kColumn =
        static_cast<std::size_t>(kEndOctave - kFirstOctave) * OctaveTable::kNodes;
    static constexpr double kStepLogN = 0.0235, kFirstLogN = -1.2276;  // ln 0.293; to ln 6.36

    SersicTable() : values_(kIndices * kColumn) {
        std::vector<double> octaves(static_cast<std::size_t>(kEndOctave - kFirstOctave));
        for (std::size_t index = 0; index < kIndices; ++index) {
            const SersicSpectrum spectrum(
                std::exp(kFirstLogN + kStepLogN * static_cast<double>(index)));
            for (std::size_t node = 0; node < OctaveTable::kNodes; ++node) {
                const double within = 1 + (static_cast<double>(node) - 1) / OctaveTable::kCells;
                spectrum.sum(std::ldexp(within, kFirstOctave), 2, octaves);
                for (std::size_t octave = 0; octave < octaves.size(); ++octave)
                    values_[index * kColumn + octave * OctaveTable::kNodes + node] =
                        octaves[octave];
            }
        }
    }

    std::vector<double> values_;  // (n, octave, node)
};

}  // namespace

void SersicTransform::tabulate(double n, double lowest, double highest) {
    table_.fill(lowest, highest, SersicTable::Column(SersicTable::shared(), n));
}

}  // namespace shearbench::data::simulator
