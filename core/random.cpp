// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/random.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>

namespace shearbench {

namespace {

// log(k!) for whole k >= 0: from the factorial below 16, above by Stirling's series (Abramowitz and
// Stegun 6.1.41), whose first neglected term is below 1e-14 there. std::lgamma is no choice: it
// writes a global.
double logFactorial(double k) {
    static constexpr std::array<double, 16> kFactorials = {1,
                                                           1,
                                                           2,
                                                           6,
                                                           24,
                                                           120,
                                                           720,
                                                           5040,
                                                           40320.,
                                                           362880.,
                                                           3628800.,
                                                           39916800.,
                                                           479001600.,
                                                           6227020800.,
                                                           87178291200.,
                                                           1307674368000.};
    if (k < 16)
        return std::log(kFactorials[static_cast<std::size_t>(k)]);
    const double x = k + 1, inverse = 1 / x, square = inverse * inverse;
    const double halfLogTwoPi = 0.91893853320467274178;
    return (x - 0.5) * std::log(x) - x + halfLogTwoPi +
           inverse * (1. / 12 - square * (1. / 360 - square * (1. / 1260 - square / 1680)));
}

// Ten rounds on `blocks` counters at once, each word of all of them side by side.
template <std::size_t blocks>
void philoxBlocks(std::array<std::array<std::uint32_t, blocks>, 4>& words,
                  std::array<std::uint32_t, 2> key) {
    constexpr std::uint64_t kMultiplier0 = 0xD2511F53u, kMultiplier1 = 0xCD9E8D57u;
    constexpr std::uint32_t kWeyl0 = 0x9E3779B9u, kWeyl1 = 0xBB67AE85u;
    for (int round = 0; round < 10; ++round) {
        for (std::size_t i = 0; i < blocks; ++i) {
            const std::uint64_t product0 = kMultiplier0 * words[0][i];
            const std::uint64_t product1 = kMultiplier1 * words[2][i];
            words[0][i] = static_cast<std::uint32_t>(product1 >> 32) ^ words[1][i] ^ key[0];
            words[1][i] = static_cast<std::uint32_t>(product1);
            words[2][i] = static_cast<std::uint32_t>(product0 >> 32) ^ words[3][i] ^ key[1];
            words[3][i] = static_cast<std::uint32_t>(product0);
        }
        key[0] += kWeyl0;
        key[1] += kWeyl1;
    }
}

}  // namespace

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
    std::array<std::array<std::uint32_t, 1>, 4> words = {
        {{counter[0]}, {counter[1]}, {counter[2]}, {counter[3]}}};
    philoxBlocks(words, key);
    return {words[0][0], words[1][0], words[2][0], words[3][0]};
}

// Counter words: position in the stream, purpose, index low, index high.
RandomStream::RandomStream(std::uint64_t seed, StreamPurpose purpose, std::uint64_t index)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(index),
               static_cast<std::uint32_t>(index >> 32)} {}

std::uint32_t RandomStream::bits() {
    if (used_ == 4) {
        block_ = philox4x32(counter_, key_);
        ++counter_[0];
        used_ = 0;
    }
    return block_[used_++];
}

void RandomStream::fill(std::span<std::uint32_t> out) {
    constexpr std::size_t kBlocks = 8;
    std::size_t done = 0;
    while (done < out.size() && used_ < 4)
        out[done++] = block_[used_++];
    std::array<std::array<std::uint32_t, kBlocks>, 4> words;
    for (; out.size() - done >= 4 * kBlocks; done += 4 * kBlocks) {
        for (std::size_t i = 0; i < kBlocks; ++i) {
            words[0][i] = counter_[0] + static_cast<std::uint32_t>(i);
            words[1][i] = counter_[1];
            words[2][i] = counter_[2];
            words[3][i] = counter_[3];
        }
        philoxBlocks(words, key_);
        counter_[0] += kBlocks;
        for (std::size_t i = 0; i < kBlocks; ++i)
            for (std::size_t word = 0; word < 4; ++word)
                out[done + 4 * i + word] = words[word][i];
    }
    while (done < out.size())
        out[done++] = bits();
}

double RandomStream::uniform() {
    const std::uint64_t high = bits(), low = bits();
    const std::uint64_t mantissa = ((high << 32) | low) >> 11;
    return (static_cast<double>(mantissa) + 0.5) * 0x1p-53;
}

std::uint64_t RandomStream::below(std::uint64_t bound) {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    while (true) {
        const std::uint64_t high = bits(), low = bits();
        const std::uint64_t value = (high << 32) | low;
        if (value < limit)
            return value % bound;
    }
}

double RandomStream::normal() {
    if (haveSpareNormal_) {
        haveSpareNormal_ = false;
        return spareNormal_;
    }
    const double radius = std::sqrt(-2 * std::log(uniform()));
    const double angle = 2 * std::numbers::pi * uniform();
    spareNormal_ = radius * std::sin(angle);
    haveSpareNormal_ = true;
    return radius * std::cos(angle);
}

double RandomStream::poisson(double mean) {
    if (!(mean > 0))
        return 0;
    if (mean < 10) {
        const double limit = std::exp(-mean);
        double product = uniform();
        int count = 0;
        while (product > limit) {
            product *= uniform();
            ++count;
        }
        return count;
    }
    const double root = std::sqrt(mean), logMean = std::log(mean);
    const double b = 0.931 + 2.53 * root, a = -0.059 + 0.02483 * b;
    const double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4), acceptance = 0.9277 - 3.6224 / (b - 2);
    while (true) {
        const double u = uniform() - 0.5, v = uniform();
        const double us = 0.5 - std::fabs(u);
        const double k = std::floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= acceptance)
            return k;
        if (k < 0 || (us < 0.013 && v > us))
            continue;
        if (std::log(v) + std::log(inverseAlpha) - std::log(a / (us * us) + b) <=
            -mean + k * logMean - logFactorial(k))
            return k;
    }
}

NormalCounter normalCounter(const NormalStream& stream, std::uint32_t block) {
    return {
        {block, stream.tensor, static_cast<std::uint32_t>(stream.step),
         static_cast<std::uint32_t>(stream.step >> 32) +
             (static_cast<std::uint32_t>(stream.purpose) << 24)},
        {static_cast<std::uint32_t>(stream.seed), static_cast<std::uint32_t>(stream.seed >> 32)}};
}

std::array<double, 4> normalBlock(const NormalStream& stream, std::uint32_t block) {
    const NormalCounter at = normalCounter(stream, block);
    const std::array<std::uint32_t, 4> words = philox4x32(at.counter, at.key);
    const auto open = [&](std::size_t i) { return ((words[i] >> 9) + 0.5) * 0x1p-23; };
    std::array<double, 4> numbers;
    for (std::size_t i = 0; i < 4; i += 2) {
        const double radius = std::sqrt(-2 * std::log(open(i)));
        const double angle = 2 * std::numbers::pi * open(i + 1);
        numbers[i] = radius * std::cos(angle);
        numbers[i + 1] = radius * std::sin(angle);
    }
    return numbers;
}

void fillNormal(const NormalStream& stream, std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); i += 4) {
        const std::array<double, 4> numbers =
            normalBlock(stream, static_cast<std::uint32_t>(i / 4));
        for (std::size_t j = 0; j < std::min<std::size_t>(4, out.size() - i); ++j)
            out[i + j] = static_cast<float>(numbers[j]);
    }
}

std::vector<std::int64_t> permutation(std::int64_t count, RandomStream stream) {
    std::vector<std::int64_t> order(static_cast<std::size_t>(count));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[stream.below(i)]);
    return order;
}

}  // namespace shearbench
