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
    predictiveDraw = 9,
    generation = 10,
    latentSample = 11,
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

/// Which run of standard normal numbers: those of one tensor in one training step or weight draw.
struct NormalStream {
    std::uint64_t seed = 0;
    StreamPurpose purpose = StreamPurpose::weightDraw;
    std::uint32_t tensor = 0;
    std::uint64_t step = 0;  ///< below 2^56
};

/// The Philox counter and key of a stream's block.
struct NormalCounter {
    std::array<std::uint32_t, 4> counter;
    std::array<std::uint32_t, 2> key;
};
NormalCounter normalCounter(const NormalStream& stream, std::uint32_t block);

/// Standard normal numbers 4 block .. 4 block + 3 of a stream, the one definition that every device
/// follows to within single precision's rounding of logarithm, sine and cosine. The Philox counter
/// is {block, tensor, low word of step, high word of step + purpose 2^24}, the key is the seed's
/// low and high word. Each word w gives u = ((w >> 9) + 1/2) / 2^23, which single precision holds
/// exactly; the four numbers are r(u0) cos(2 pi u1), r(u0) sin(2 pi u1), r(u2) cos(2 pi u3),
/// r(u2) sin(2 pi u3) with r(u) = sqrt(-2 log u) (Box & Muller 1958).
std::array<double, 4> normalBlock(const NormalStream& stream, std::uint32_t block);

/// Numbers 0 .. out.size() - 1 of a stream.
void fillNormal(const NormalStream& stream, std::span<float> out);

/// 0..count-1 in an order that depends on the stream alone (Fisher-Yates).
std::vector<std::int64_t> permutation(std::int64_t count, RandomStream stream);

}  // namespace shearbench
