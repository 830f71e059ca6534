// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace shearbench {

/// Philox 4x32-10, the counter-based generator of Salmon et al. 2011 (SC'11,
/// doi 10.1145/2063384.2063405): four 32-bit words for a 128-bit counter and a 64-bit key, with no
/// state between calls. Equal arguments give equal words on every device, in any order, on any
/// number of threads.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// What a stream of numbers is for; it enters the counter, so that streams never overlap.
enum class StreamPurpose : std::uint32_t {
    initialisation = 1,
    shuffle = 2,
    augmentation = 3,
    split = 4,
    simulation = 5,
    weightDraw = 6,
    latent = 7,
    noise = 8,
};

/// A sequence of numbers named by (seed, purpose, index): a galaxy's number, an epoch's, a
/// tensor's. Value type; not shared between threads.
class RandomStream {
  public:
    RandomStream(std::uint64_t seed, StreamPurpose purpose, std::uint64_t index);

    std::uint32_t bits();
    /// out.size() words: what as many calls of bits() would give, faster.
    void fill(std::span<std::uint32_t> out);
    /// Uniform in the open interval (0, 1), 53 bits.
    double uniform();
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    /// Uniform in 0..bound-1, without bias. Requires bound >= 1.
    std::uint64_t below(std::uint64_t bound);
    /// Standard normal, Box-Muller.
    double normal();
    /// Poisson with the given mean >= 0: by inversion below 10, by Hoermann's transformed rejection
    /// (PTRS, 1993) above.
    double poisson(double mean);

  private:
    std::array<std::uint32_t, 2> key_;
    std::array<std::uint32_t, 4> counter_;
    std::array<std::uint32_t, 4> block_{};
    int used_ = 4;
    bool haveSpareNormal_ = false;
    double spareNormal_ = 0;
};

/// 0..count-1 in an order that depends on the stream alone (Fisher-Yates).
std::vector<std::int64_t> permutation(std::int64_t count, RandomStream stream);

}  // namespace shearbench
