// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/noise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace shearbench::data::simulator {

namespace {

constexpr double kSmallestMean = 256, kLargestMean = 1 << 30;
constexpr double kCentral = 0.425;
constexpr std::size_t kBlock = 256;  // pixels at a time, in the first-level cache

// AS 241 for |q| <= 0.425; elsewhere a number that means nothing.
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

// Normal variates, each from 63 bits. Loops without a branch, so that they are vectorised.
void fillNormal(RandomStream& stream, std::span<double> z) {
    std::array<std::uint32_t, 2 * kBlock> words;
    std::array<double, kBlock> q;
    stream.fill(std::span(words).first(2 * z.size()));
    for (std::size_t i = 0; i < z.size(); ++i) {
        const auto high = static_cast<std::int32_t>(words[2 * i]);
        const auto low = static_cast<std::int32_t>(words[2 * i + 1] >> 1);
        q[i] = high * 0x1p-32 + (low + 0.5) * 0x1p-63;
    }
    for (std::size_t i = 0; i < z.size(); ++i)
        z[i] = centralQuantile(q[i]);
    for (std::size_t i = 0; i < z.size(); ++i)
        if (std::fabs(q[i]) > kCentral)
            z[i] = tailQuantile(q[i]);
}

}  // namespace

double normalQuantile(double q) {
    return std::fabs(q) > kCentral ? tailQuantile(q) : centralQuantile(q);
}

double poissonQuantile(double mean, double z) {
    const double root = std::sqrt(mean), square = z * z;
    return mean + root * z + (1. / 3 + square / 6) - z * (1. / 36 + square / 72) / root;
}

void addPhotonNoise(std::span<const double> signal, double sky, RandomStream stream,
                    std::span<float> noisy) {
    std::array<double, kBlock> z;
    for (std::size_t first = 0; first < signal.size(); first += kBlock) {
        const std::size_t count = std::min(kBlock, signal.size() - first);
        const double* s = &signal[first];
        float* out = &noisy[first];
        fillNormal(stream, std::span(z).first(count));
        bool ordinary = true;
        for (std::size_t i = 0; i < count; ++i) {
            const double mean = s[i] + sky;
            ordinary &= mean >= kSmallestMean && mean < kLargestMean;
        }
        if (ordinary) {
            for (std::size_t i = 0; i < count; ++i) {
                const auto electrons = static_cast<std::int32_t>(poissonQuantile(s[i] + sky, z[i]));
                out[i] = static_cast<float>(electrons - sky);
            }
            continue;
        }
        for (std::size_t i = 0; i < count; ++i) {
            const double mean = s[i] + sky;
            const bool fast = mean >= kSmallestMean && mean < kLargestMean;
            const double electrons =
                fast ? std::floor(poissonQuantile(mean, z[i])) : stream.poisson(mean);
            out[i] = static_cast<float>(electrons - sky);
        }
    }
}

}  // namespace shearbench::data::simulator
