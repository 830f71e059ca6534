// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "core/device/host.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shearbench::device {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Independent chains of multiply-adds: enough to hide the latency of two units of each kind.
constexpr int kChains = 16;
constexpr int kRounds = 20000;

/// Each function does kRounds x kChains vector multiply-adds and returns a value that depends on
/// all.
using MultiplyAdds = float (*)();

float plainMultiplyAdds() {
    constexpr int kWidth = 4;
    float sums[kChains * kWidth] = {};
    volatile float seed = 0.999f;
    const float factor = seed;
    for (int round = 0; round < kRounds; ++round)
        for (float& sum : sums)
            sum = sum * factor + factor;
    float total = 0;
    for (float sum : sums)
        total += sum;
    return total;
}

#if defined(__x86_64__)
__attribute__((target("avx512f"))) float avx512MultiplyAdds() {
    volatile float seed = 0.999f;
    const __m512 factor = _mm512_set1_ps(seed);
    __m512 sums[kChains];
    for (__m512& sum : sums)
        sum = factor;
    for (int round = 0; round < kRounds; ++round)
#pragma GCC unroll 16
        for (int chain = 0; chain < kChains; ++chain)
            sums[chain] = _mm512_fmadd_ps(sums[chain], factor, factor);
    float total = 0;
    for (const __m512& sum : sums) {
        float lanes[16];
        _mm512_storeu_ps(lanes, sum);
        total += lanes[0];
    }
    return total;
}

__attribute__((target("avx2,fma"))) float avx2MultiplyAdds() {
    constexpr int kRegisters = kChains - 4;
    volatile float seed = 0.999f;
    const __m256 factor = _mm256_set1_ps(seed);
    __m256 sums[kRegisters];
    for (__m256& sum : sums)
        sum = factor;
    for (int round = 0; round < kRounds; ++round)
#pragma GCC unroll 16
        for (int chain = 0; chain < kRegisters; ++chain)
            sums[chain] = _mm256_fmadd_ps(sums[chain], factor, factor);
    float total = 0;
    for (const __m256& sum : sums)
        total += _mm256_cvtss_f32(sum);
    return total;
}
#endif

struct Kernel {
    MultiplyAdds run;
    double operations;  ///< of one call
};

Kernel widestKernel() {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f"))
        return {avx512MultiplyAdds, 2.0 * kRounds * kChains * 16};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return {avx2MultiplyAdds, 2.0 * kRounds * (kChains - 4) * 8};
#endif
    return {plainMultiplyAdds, 2.0 * kRounds * kChains * 4};
}

/// Runs `work(thread)` on so many threads at once until `seconds` have passed, each at least once,
/// and returns calls per second of all together.
template <class Work>
double callsPerSecond(int threads, double seconds, Work work) {
    std::atomic<int> ready{0};
    std::vector<double> rates(static_cast<std::size_t>(threads));
    std::vector<std::thread> pool;
    const auto measure = [&](int thread) {
        work(thread);
        ++ready;
        while (ready.load() < threads)
            std::this_thread::yield();
        const Clock::time_point start = Clock::now();
        int calls = 0;
        double passed = 0;
        do {
            work(thread);
            ++calls;
            passed = secondsSince(start);
        } while (passed < seconds);
        rates[static_cast<std::size_t>(thread)] = calls / passed;
    };
    for (int thread = 1; thread < threads; ++thread)
        pool.emplace_back(measure, thread);
    measure(0);
    for (std::thread& thread : pool)
        thread.join();
    double sum = 0;
    for (double rate : rates)
        sum += rate;
    return sum;
}

}  // namespace

double measureGflops(int threads) {
    const Kernel kernel = widestKernel();
    std::vector<float> results(static_cast<std::size_t>(threadCount(threads)) * 16);
    const double calls = callsPerSecond(threadCount(threads), 0.1, [&](int thread) {
        results[static_cast<std::size_t>(thread) * 16] += kernel.run();
    });
    return calls * kernel.operations * 1e-9;
}

double measureGigabytesPerSecond(int threads) {
    constexpr std::size_t kBytes = 64u << 20;
    const int count = threadCount(threads);
    const std::size_t share = kBytes / static_cast<std::size_t>(count);
    std::vector<std::vector<char>> from(static_cast<std::size_t>(count)), to(from.size());
    const double calls = callsPerSecond(count, 0.15, [&](int thread) {
        auto& source = from[static_cast<std::size_t>(thread)];
        auto& target = to[static_cast<std::size_t>(thread)];
        source.resize(share, 1);
        target.resize(share);
        std::memcpy(target.data(), source.data(), share);
        source[0] = static_cast<char>(target[share - 1] + 1);
    });
    return calls * 2 * static_cast<double>(share) * 1e-9;
}

}  // namespace shearbench::device
