// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/program_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <optional>
#include <thread>

#include "core/cache_folder.h"
#include "core/device/opencl/context.h"
#include "core/device/opencl/operation.h"
#include "core/files.h"
#include "tests/core/device/opencl/faults.h"
#include "tests/support/temporary_cache.h"

namespace shearbench::device::opencl {
namespace {

namespace fs = std::filesystem;

class ProgramCacheTest : public testing::Test {
  protected:
    void SetUp() override {
        if (systemApi())
            for (const Hardware& hardware : findHardware(faults::api()))
                hardware_ = hardware;
        if (!hardware_)
            GTEST_SKIP() << "There is no OpenCL device on this machine.";
        hardware_->driverKeepsBinaries = false;
    }

    /// Builds a program and makes a kernel of it; whether its text was compiled for that.
    bool compiles(const std::string& options = "") {
        faults::reset();
        Context context(faults::api(), *hardware_);
        const Kernel kernel(
            context, {"rates", "rates", LaunchShape(*hardware_).options() + options}, "copy");
        EXPECT_NE(kernel.get(), nullptr);
        return faults::calls("clCreateProgramWithSource") > 0;
    }
    std::vector<fs::path> files() const {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator(cache_.path() / "opencl"))
            found.push_back(entry.path());
        return found;
    }

    const faults::Scope faults_;
    const test::TemporaryCache cache_;
    std::optional<Hardware> hardware_;
};

TEST_F(ProgramCacheTest, CompilesEachProgramOnce) {
    EXPECT_TRUE(compiles());
    EXPECT_FALSE(compiles());
    EXPECT_TRUE(compiles(" -D OTHER=1"));
    hardware_->driver += " newer";
    EXPECT_TRUE(compiles());
    EXPECT_EQ(files().size(), 3u);
    hardware_->driverKeepsBinaries = true;
    EXPECT_TRUE(compiles());
    EXPECT_EQ(files().size(), 3u);
}

TEST_F(ProgramCacheTest, ADamagedFileCountsAsNoneAndIsReplaced) {
    ASSERT_TRUE(compiles());
    ASSERT_EQ(files().size(), 1u);
    const fs::path file = files().front();
    const std::string whole = readText(file);
    const auto flipped = [&](std::size_t at) {
        std::string text = whole;
        text[at] = static_cast<char>(text[at] ^ 0x20);
        return text;
    };
    for (const std::string& text :
         {std::string(), whole.substr(0, 10), whole.substr(0, whole.size() / 2),
          whole.substr(0, whole.size() - 1), whole + 'x', flipped(3), flipped(whole.size() / 2),
          flipped(whole.size() - 1), std::string(1 << 20, '\0')}) {
        std::ofstream(file, std::ios::binary) << text;
        EXPECT_TRUE(compiles());
        EXPECT_FALSE(compiles());
    }
    // More than any program has: not even read.
    fs::resize_file(file, std::uintmax_t{1} << 40);
    EXPECT_TRUE(compiles());
    EXPECT_FALSE(compiles());
}

TEST_F(ProgramCacheTest, WhatIsNoFileStaysAndDisturbsNothing) {
    ASSERT_TRUE(compiles());
    const fs::path file = files().front();
    fs::remove(file);
    fs::create_directory(file);
    EXPECT_TRUE(compiles());
    fs::remove(file);
    ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
    EXPECT_TRUE(compiles());
    EXPECT_TRUE(fs::is_fifo(file));
    test::TemporaryCache::set("/proc/none");
    EXPECT_TRUE(compiles());
    test::TemporaryCache::set("relative");
    EXPECT_NE(cacheFolder(), fs::path("relative/shearbench"));
}

TEST_F(ProgramCacheTest, ABinaryThatTheDriverRefusesIsCompiledAnew) {
    ASSERT_TRUE(compiles());
    for (const char* function : {"clCreateProgramWithBinary", "clBuildProgram"}) {
        faults::reset();
        faults::fail(function, 1, CL_INVALID_BINARY);
        Context context(faults::api(), *hardware_);
        const Kernel kernel(context, {"rates", "rates", LaunchShape(*hardware_).options()}, "copy");
        EXPECT_NE(kernel.get(), nullptr);
        EXPECT_EQ(faults::calls("clCreateProgramWithSource"), 1);
    }
}

TEST_F(ProgramCacheTest, SeveralWritersAtOnceLeaveAWholeFile) {
    std::vector<std::thread> writers;
    for (int i = 0; i < 4; ++i)
        writers.emplace_back([this] {
            for (int round = 0; round < 2; ++round) {
                Context context(*systemApi(), *hardware_);
                const ProgramSource source{"rates", "rates", LaunchShape(*hardware_).options()};
                ProgramCache(*systemApi(), *hardware_, "text of no program", "")
                    .store(context.program(source));
            }
        });
    for (std::thread& writer : writers)
        writer.join();
    EXPECT_EQ(files().size(), 2u);
    EXPECT_FALSE(compiles());
}

}  // namespace
}  // namespace shearbench::device::opencl
