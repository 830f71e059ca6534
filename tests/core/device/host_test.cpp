// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/host.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string_view>

#include "core/device/registry.h"
#include "core/error.h"
#include "tests/support/expect_error.h"

namespace shearbench::device {
namespace {

TEST(CpuInfo, OfAnX86) {
    const Host found = parseCpuInfo(
        "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel\t\t: 85\nmodel name\t: Intel(R) Xeon(R) "
        "Gold 6226R\ncpu MHz\t\t: 2900.125\nflags\t\t: fpu sse2 avx avx2 fma "
        "avx512f\n\nprocessor\t: 1\n"
        "model name\t: another\n");
    EXPECT_EQ(found.processor, "Intel(R) Xeon(R) Gold 6226R");
    EXPECT_EQ(found.vendor, "Intel");
    EXPECT_EQ(found.instructionSet, "AVX-512");
    EXPECT_DOUBLE_EQ(found.clockMHz, 2900.125);
}

TEST(CpuInfo, TakesWholeWordsForExtensions) {
    EXPECT_EQ(parseCpuInfo("flags : sse2 avx avx512_vnni").instructionSet, "AVX");
    EXPECT_EQ(parseCpuInfo("flags : sse2 avx avx2").instructionSet, "AVX2");
    EXPECT_EQ(parseCpuInfo("Features : fp asimd").instructionSet, "NEON");
}

TEST(CpuInfo, OfNothingKnown) {
    for (const char* text : {"", "\n\n", "model name", "model name\t:", ":", "cpu MHz : fast"}) {
        const Host found = parseCpuInfo(text);
        EXPECT_EQ(found.processor, "processor") << text;
        EXPECT_EQ(found.clockMHz, 0) << text;
        EXPECT_TRUE(found.instructionSet.empty()) << text;
    }
}

TEST(Host, IsThisMachine) {
    EXPECT_FALSE(host().processor.empty());
    EXPECT_GE(host().cores, 1);
    EXPECT_GT(host().memoryBytes, 1u << 20);
}

TEST(ThreadCount, IsOneACoreUnlessAsked) {
    EXPECT_EQ(threadCount(0), host().cores);
    EXPECT_EQ(threadCount(3), 3);
    test::expectError(ErrorKind::usage, {"-1"}, [] { threadCount(-1); });
    test::expectError(ErrorKind::usage, {"1000 threads"}, [] { threadCount(1000); });
}

TEST(Registry, SaysWhyADeviceCannotStart) {
    const char* wish = std::getenv("SHEARBENCH_ISA");
    if (!wish || std::string_view(wish) != "banana")
        GTEST_SKIP() << "The devices are found once, before SHEARBENCH_ISA could be set here.";
    test::expectError(ErrorKind::device, {"SHEARBENCH_ISA is \"banana\"", "Unset SHEARBENCH_ISA"},
                      [] { findDevice("cpu"); });
    EXPECT_EQ(findDevice("eigen")->info().id, "eigen");
}

}  // namespace
}  // namespace shearbench::device
