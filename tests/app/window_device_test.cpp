// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "core/device/registry.h"
#include "tests/app/window_test.h"

// The window on an OpenCL driver that breaks (tests/core/device/opencl/broken_loader.cpp).

namespace shearbench::test {

namespace {

/// In front of the window, which finds the devices.
struct BrokenDriver {
    BrokenDriver() {
        setenv("SHEARBENCH_OPENCL", SHEARBENCH_BROKEN_LOADER, 1);
        setenv("BROKEN_OPENCL", (folder_ / "fault").c_str(), 1);
    }
    void breakDriver() const { std::ofstream(folder_ / "fault") << "lost\n"; }

    const TemporaryFolder folder_;
};

class DeviceTest : public BrokenDriver, public WindowTest {
  protected:
    bool train(const std::string& device) {
        Experiment experiment = workbench->experiment();
        experiment.device.id = device;
        experiment.training.epochs = 1000;
        workbench->setExperiment(experiment, false);
        actions().train->trigger();
        return workbench->training().active() &&
               waitUntil([this] { return workbench->snapshot()->step > 2; }, 240000);
    }
};

TEST_F(DeviceTest, LivesOnWhenADeviceIsLostAndTrainsOnAnother) {
    const auto& devices = device::allDevices();
    if (std::none_of(devices.begin(), devices.end(),
                     [](const auto& device) { return device->info().id == "opencl:0"; }))
        GTEST_SKIP() << "There is no OpenCL device on this machine.";
    ASSERT_TRUE(openGalaxies());
    ASSERT_TRUE(train("opencl:0"));
    EXPECT_TRUE(failures.empty());
    breakDriver();
    ASSERT_TRUE(waitForEnd());
    EXPECT_EQ(workbench->snapshot()->state, training::TrainingState::failed);
    ASSERT_FALSE(failures.empty());
    EXPECT_TRUE(failures.back().failure.sentence.contains(QStringLiteral("OpenCL answered CL_")))
        << failures.back().failure.sentence.toStdString();
    EXPECT_TRUE(failures.back().failure.remedy.contains(QStringLiteral("another device")));
    EXPECT_TRUE(window->isVisible());
    EXPECT_TRUE(actions().train->isEnabled());
    ASSERT_TRUE(train("cpu"));
    actions().stop->trigger();
    ASSERT_TRUE(waitForEnd());
    EXPECT_EQ(workbench->snapshot()->state, training::TrainingState::stopped);
}

}  // namespace

}  // namespace shearbench::test
