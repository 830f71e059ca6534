// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/self_test_record.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <thread>

#include "core/device/registry.h"
#include "core/error.h"
#include "core/files.h"
#include "tests/support/temporary_cache.h"

namespace shearbench::device {
namespace {

namespace fs = std::filesystem;

/// Another device in whose place, and under whose name, "eigen" computes; counts its sessions.
class CountingDevice : public Device {
  public:
    CountingDevice() {
        info_.name = "Counting\ndevice";
        info_.details = {{"driver", "1"}};
    }
    const DeviceInfo& info() const override { return info_; }
    DeviceRates measure(int) const override { return {}; }
    MemoryPlan plan(const network::Network& network, const SessionOptions& options) const override {
        return findDevice("eigen")->plan(network, options);
    }
    std::unique_ptr<Session> compile(const network::Network& network,
                                     const SessionOptions& options) const override {
        ++sessions;
        if (ends)
            ::_exit(3);
        if (fails)
            throw Error(ErrorKind::device, "The driver is gone.");
        return findDevice("eigen")->compile(network, options);
    }

    mutable int sessions = 0;
    bool fails = false, ends = false;
    DeviceInfo info_;
};

class SelfTestRecord : public testing::Test {
  protected:
    fs::path file() const { return fs::directory_iterator(cache_.path() / "self_tests")->path(); }

    const test::TemporaryCache cache_;
    CountingDevice device_;
};

TEST_F(SelfTestRecord, TestsOnceADeviceAndDriver) {
    EXPECT_FALSE(knownSelfTest(device_));
    const SelfTest first = onceSelfTest(device_, 1);
    EXPECT_TRUE(first.passed) << first.sentence;
    const SelfTest second = onceSelfTest(device_, 1);
    EXPECT_EQ(device_.sessions, 1);
    EXPECT_TRUE(second.passed);
    EXPECT_EQ(second.sentence, first.sentence);
    EXPECT_EQ(second.largestDifference, first.largestDifference);
    EXPECT_TRUE(knownSelfTest(device_)->passed);
    repeatSelfTest(device_, 1);
    EXPECT_EQ(device_.sessions, 2);
    device_.info_.details = {{"driver", "2"}};
    EXPECT_FALSE(knownSelfTest(device_));
    onceSelfTest(device_, 1);
    EXPECT_EQ(device_.sessions, 3);
}

TEST_F(SelfTestRecord, AFailureOfTheDeviceIsNotKept) {
    device_.fails = true;
    EXPECT_FALSE(onceSelfTest(device_, 1).passed);
    EXPECT_FALSE(knownSelfTest(device_));
    device_.fails = false;
    EXPECT_TRUE(onceSelfTest(device_, 1).passed);
}

TEST_F(SelfTestRecord, ATestThatEndedTheProgramIsNotRepeatedByItself) {
    const pid_t child = ::fork();
    if (child == 0) {
        device_.ends = true;
        onceSelfTest(device_, 1);
        ::_exit(0);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(WEXITSTATUS(status), 3);
    const SelfTest known = onceSelfTest(device_, 1);
    EXPECT_FALSE(known.passed);
    EXPECT_NE(known.sentence.find("The program ended"), std::string::npos) << known.sentence;
    EXPECT_EQ(device_.sessions, 0);
    EXPECT_TRUE(repeatSelfTest(device_, 1).passed);
    EXPECT_TRUE(knownSelfTest(device_)->passed);
}

TEST_F(SelfTestRecord, WhatIsNoRecordCountsAsNone) {
    onceSelfTest(device_, 1);
    const std::string whole = readText(file());
    const std::size_t result = whole.find("passed ");
    ASSERT_NE(result, std::string::npos);
    const std::string key = whole.substr(0, result);
    for (const std::string& text :
         {std::string(), whole.substr(0, whole.size() - 1), whole.substr(0, result + 4),
          whole + "more\n", "x" + whole, key + "passed nan\nSentence.\n",
          key + "passed -1\nSentence.\n", key + "passed\nSentence.\n",
          key + "passed 1e-7 2\nSentence.\n", key + "begun 1e300\nSentence.\n",
          key + "praised 1\nSentence.\n", key + "\n\n", key + " \n\n", std::string(100'000, 'x')}) {
        std::ofstream(file()) << text;
        EXPECT_FALSE(knownSelfTest(device_)) << text.substr(0, 300);
    }
    EXPECT_TRUE(onceSelfTest(device_, 1).passed);
    EXPECT_TRUE(knownSelfTest(device_)->passed);
}

TEST_F(SelfTestRecord, SeveralProgramsMayTestAtOnce) {
    std::thread other([this] { EXPECT_TRUE(onceSelfTest(CountingDevice(), 1).passed); });
    EXPECT_TRUE(onceSelfTest(device_, 1).passed);
    other.join();
    EXPECT_TRUE(knownSelfTest(device_)->passed);
}

TEST_F(SelfTestRecord, WithoutAFolderEveryTestIsMade) {
    test::TemporaryCache::set("/proc/none");
    EXPECT_TRUE(onceSelfTest(device_, 1).passed);
    EXPECT_TRUE(onceSelfTest(device_, 1).passed);
    EXPECT_EQ(device_.sessions, 2);
}

}  // namespace
}  // namespace shearbench::device
