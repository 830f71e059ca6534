// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <vector>

#include "core/device/registry.h"
#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"
#include "tests/reference/example.h"

// What devices take from the heap: as much as they planned, and no more buffers once they train.
// A program of its own, because it stands in for malloc; sanitizers do the same, so that under them
// nothing is counted.

namespace {

/// Smaller ones are lists and names, not buffers.
constexpr std::size_t kBuffer = 4096;
std::atomic<std::size_t> bufferBytes{0}, allocations{0};

[[maybe_unused]] void count(std::size_t bytes) {
    ++allocations;
    if (bytes >= kBuffer)
        bufferBytes += bytes;
}

}  // namespace

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define SHEARBENCH_COUNTS_ALLOCATIONS

extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t items, std::size_t bytes);
void* __libc_realloc(void* old, std::size_t bytes);
void* __libc_memalign(std::size_t alignment, std::size_t bytes);

void* malloc(std::size_t bytes) {
    count(bytes);
    return __libc_malloc(bytes);
}
void* calloc(std::size_t items, std::size_t bytes) {
    count(items * bytes);
    return __libc_calloc(items, bytes);
}
void* realloc(void* old, std::size_t bytes) {
    count(bytes);
    return __libc_realloc(old, bytes);
}
void* memalign(std::size_t alignment, std::size_t bytes) {
    count(bytes);
    return __libc_memalign(alignment, bytes);
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
    return memalign(alignment, bytes);
}
int posix_memalign(void** result, std::size_t alignment, std::size_t bytes) {
    *result = memalign(alignment, bytes);
    return *result ? 0 : 12;
}
}
#endif

namespace shearbench::device {
namespace {

class Allocation : public testing::TestWithParam<std::shared_ptr<const Device>> {
  protected:
    void SetUp() override {
#ifndef SHEARBENCH_COUNTS_ALLOCATIONS
        GTEST_SKIP() << "allocations are not counted here";
#endif
    }
};

TEST_P(Allocation, StepsAndPredictionsTakeNoBuffers) {
    const network::Network network = network::makeDeterministic({6, 64, 64}, {8, 16, 32, 64});
    const reference::Example example = reference::makeExample(network, 4, 1);
    std::vector<float> outputs(4 * network.output().count());
    for (int threads : {1, 2}) {
        SessionOptions options;
        options.batch = 4;
        options.threads = threads;
        const auto session = GetParam()->compile(network, options);
        session->setParameters(example.parameters);
        session->step(example.images, example.targets, {});
        session->predict(example.images, outputs);

        allocations = bufferBytes = 0;
        for (int i = 0; i < 3; ++i)
            session->step(example.images, example.targets, {});
        session->predict(example.images, outputs);
        session->predict(std::span(example.images).first(network.input().count()),
                         std::span(outputs).first(network.output().count()));
        session->takeSummary();
        EXPECT_EQ(bufferBytes.load(), 0u) << threads << " threads";
        if (GetParam()->info().id == "cpu") {
            EXPECT_EQ(allocations.load(), 0u) << threads << " threads";
        }
    }
}

TEST_P(Allocation, ASessionTakesWhatItsPlanSays) {
    const network::Network network = network::makeDeterministic({6, 64, 64}, {8, 16, 32, 64});
    SessionOptions options;
    options.batch = 16;
    options.threads = 2;
    const std::uint64_t planned = GetParam()->plan(network, options).total();
    // Once before, for what the library sets up on first use.
    GetParam()->compile(network, options);
    bufferBytes = 0;
    const auto session = GetParam()->compile(network, options);
    const auto taken = static_cast<double>(bufferBytes.load());
    EXPECT_GE(taken, 0.98 * static_cast<double>(planned));
    EXPECT_LE(taken, 1.05 * static_cast<double>(planned) + 1e6);
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, Allocation, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);

}  // namespace
}  // namespace shearbench::device
