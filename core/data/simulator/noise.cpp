// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/noise.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace shearbench::data::simulator {

namespace {

constexpr float kSmallestMean = 256, kLargestMean = 1 << 30;
constexpr double kCentral = 0.425;
constexpr std::size_t kBlock = 256;  // pixels at a time, in the first-level cache

// AS 241 for |q| <= 0.425.
double centralQuantile(double q) {
    const double r = 0.180625 - q * q;
    return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
           (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1);
}

double tailQuantile(double q) {
    const double tail = std::max(0.5 - std::fabs(q), 1e-17);
    double r = std::sqrt(-std::log(tail)), z;
    if (r <= 5) {
        r -= 1.6;
        z = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
            ((0.12021132975 * r + 0.73700164250) * r + 1);
    } else {
        r -= 5;
        z = (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
            ((0.012258202635 * r + 0.24197894225) * r + 1);
    }
    return q < 0 ? -z : z;
}

// |z| for a tail probability p = x / 2^32, x within 1/2..2^31, as cubics found by the leading bits
// of x: exponent, then an eighth of the octave.
class TailTable {
  public:
    TailTable() {
        for (int cell = 0; cell < kTableCells; ++cell) {
            const int octave = cell / kCells - 1;
            const double left =
                             std::ldexp(1 + (cell % kCells) / static_cast<double>(kCells), octave),
                         width = std::ldexp(1.0 / kCells, octave);
            std::array<double, 4> z{};
            for (int i = 0; i < 4; ++i)
                z[static_cast<std::size_t>(i)] = quantile(left + (2 * i + 1) / 8.0 * width);
            cells_[static_cast<std::size_t>(cell)] = through(z);
        }
    }

    float operator()(float x) const {
        const auto bits = std::bit_cast<std::uint32_t>(x);
        const Cubic& c = cells_[(bits >> (23 - kCellBits)) - kFirstCell];
        const float t = static_cast<float>(static_cast<std::int32_t>(bits & kFraction)) * kScale;
        return c.c0 + t * (c.c1 + t * (c.c2 + t * c.c3));
    }

  private:
    struct Cubic {
        float c0, c1, c2, c3;
    };
    static constexpr int kCellBits = 3, kCells = 1 << kCellBits;
    static constexpr int kTableCells = 32 * kCells + 1;  ///< x = 2^31 itself in the last
    static constexpr std::uint32_t kFirstCell = (127 - 1) << kCellBits;
    static constexpr std::uint32_t kFraction = (1u << (23 - kCellBits)) - 1;
    static constexpr float kScale = 1.0f / (kFraction + 1);

    static double quantile(double x) { return -normalQuantile(x * 0x1p-32 - 0.5); }
    // The cubic in t through z at t = 1/8, 3/8, 5/8, 7/8, by Newton's differences.
    static Cubic through(const std::array<double, 4>& z) {
        const double d1 = z[1] - z[0], d2 = z[2] - 2 * z[1] + z[0],
                     d3 = z[3] - 3 * z[2] + 3 * z[1] - z[0];
        // In s = 4 t - 1/2: z0 + d1 s + d2 s (s-1) / 2 + d3 s (s-1) (s-2) / 6.
        const double a1 = d1 - d2 / 2 + d3 / 3, a2 = d2 / 2 - d3 / 2, a3 = d3 / 6;
        return {static_cast<float>(z[0] - a1 / 2 + a2 / 4 - a3 / 8),
                static_cast<float>(4 * (a1 - a2 + 0.75 * a3)),
                static_cast<float>(16 * (a2 - 1.5 * a3)), static_cast<float>(64 * a3)};
    }

    std::array<Cubic, kTableCells> cells_;
};

// The expansion's terms beyond the mean.
template <typename Real>
Real poissonOffset(Real root, Real z) {
    const Real square = z * z;
    return root * z + (Real(1. / 3) + square * Real(1. / 6)) -
           z * (Real(1. / 36) + square * Real(1. / 72)) / root;
}

// The largest whole number up to `x`, |x| < 2^31; std::floor is a call where the processor is old.
float floorOf(float x) {
    const auto truncated = static_cast<float>(static_cast<std::int32_t>(x));
    return truncated - (truncated > x ? 1.0f : 0.0f);
}

// Normal variates, each from 32 bits: one for the sign.
void fillNormal(RandomStream& stream, std::span<float> z) {
    static const TailTable tail;
    std::array<std::uint32_t, kBlock> words;
    stream.fill(std::span(words).first(z.size()));
    for (std::size_t i = 0; i < z.size(); ++i) {
        const float x = static_cast<float>(static_cast<std::int32_t>(words[i] >> 1)) + 0.5f;
        const std::uint32_t sign = words[i] << 31;
        z[i] = std::bit_cast<float>(std::bit_cast<std::uint32_t>(tail(x)) ^ sign);
    }
}

}  // namespace

double normalQuantile(double q) {
    return std::fabs(q) > kCentral ? tailQuantile(q) : centralQuantile(q);
}

double poissonQuantile(double mean, double z) {
    return mean + poissonOffset(std::sqrt(mean), z);
}

void addPhotonNoise(std::span<const float> signal, double sky, RandomStream stream,
                    std::span<float> noisy) {
    const double wholeSky = std::floor(sky);
    const auto skyFraction = static_cast<float>(sky - wholeSky), level = static_cast<float>(sky);
    std::array<float, kBlock> z;
    for (std::size_t first = 0; first < signal.size(); first += kBlock) {
        const std::size_t count = std::min(kBlock, signal.size() - first);
        const float* s = &signal[first];
        float* out = &noisy[first];
        fillNormal(stream, std::span(z).first(count));
        float least = s[0], most = s[0];
        for (std::size_t i = 0; i < count; ++i) {
            least = s[i] < least ? s[i] : least;
            most = s[i] > most ? s[i] : most;
        }
        if (least + level >= kSmallestMean && most + level < kLargestMean) {
            for (std::size_t i = 0; i < count; ++i) {
                const float mean = s[i] + level, root = std::sqrt(mean);
                const float electrons = s[i] + skyFraction + poissonOffset(root, z[i]);
                out[i] = floorOf(electrons) - skyFraction;
            }
            continue;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const double mean = static_cast<double>(s[i]) + sky;
            const bool fast = mean >= kSmallestMean && mean < kLargestMean;
            const double electrons = fast ? std::floor(poissonQuantile(mean, z[i]))
                                          : stream.poisson(std::max(mean, 0.0));
            out[i] = static_cast<float>(electrons - sky);
        }
    }
}

}  // namespace shearbench::data::simulator
