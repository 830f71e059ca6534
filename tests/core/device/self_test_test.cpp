// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/self_test.h"

#include <gtest/gtest.h>

#include "core/device/registry.h"
#include "core/error.h"

namespace shearbench::device {
namespace {

TEST(SelfTest, PassesOnEveryDevice) {
    for (const auto& device : allDevices()) {
        const SelfTest test = selfTest(*device, 1);
        EXPECT_TRUE(test.passed) << device->info().id << ": " << test.sentence;
        EXPECT_LT(test.largestDifference, 1e-4);
        EXPECT_FALSE(test.sentence.empty());
    }
}

/// A device that plans, and then cannot.
class BrokenDevice : public Device {
  public:
    const DeviceInfo& info() const override { return info_; }
    DeviceRates measure(int) const override { return {}; }
    MemoryPlan plan(const network::Network&, const SessionOptions&) const override { return {}; }
    std::unique_ptr<Session> compile(const network::Network&,
                                     const SessionOptions&) const override {
        throw Error(ErrorKind::device, "The driver is gone.");
    }

  private:
    DeviceInfo info_;
};

TEST(SelfTest, ReportsADeviceThatFails) {
    const SelfTest test = selfTest(BrokenDevice());
    EXPECT_FALSE(test.passed);
    EXPECT_NE(test.sentence.find("The driver is gone."), std::string::npos) << test.sentence;
}

}  // namespace
}  // namespace shearbench::device
