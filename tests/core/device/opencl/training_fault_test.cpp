// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "core/device/opencl/device_making.h"
#include "core/files.h"
#include "tests/core/device/opencl/faults.h"
#include "tests/core/training/small_run.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

// A device that is lost in the middle of a training costs what came after the last checkpoint and
// nothing else.

namespace shearbench::training {
namespace {

namespace faults = device::opencl::faults;
using test::TemporaryFolder;
using Kept = RunDirectory::Kept;

std::shared_ptr<const device::Device> faultyDevice() {
    if (!device::opencl::systemApi())
        return nullptr;
    const auto found = device::opencl::findHardware(faults::api());
    return found.empty() ? nullptr : device::opencl::makeDevice(faults::api(), found.front());
}

/// What happens to the device, some steps into the second epoch.
struct Fault {
    const char* name;
    void (*arm)();
    const char* words;  ///< of the sentence
};

constexpr Fault kFaults[] = {
    {"kernel refused",
     [] { faults::fail("clEnqueueNDRangeKernel", 300, CL_OUT_OF_RESOURCES, true); },
     "could not run kernel"},
    {"lost while reading",
     [] { faults::fail("clEnqueueReadBuffer", 2, CL_DEVICE_NOT_AVAILABLE, true); },
     "could not give back"},
    {"memory gone", [] { faults::fail("clCreateBuffer", 5, CL_MEM_OBJECT_ALLOCATION_FAILURE); },
     " MB for "},
    {"hung",
     [] {
         faults::fail("clGetEventInfo", 1, CL_INVALID_EVENT, true);
         faults::hang("clWaitForEvents");
     },
     "hangs"},
};

class TrainingFaults : public testing::Test {
  protected:
    void SetUp() override {
        if (!device_)
            GTEST_SKIP() << "There is no OpenCL device on this machine.";
    }
    void TearDown() override { unsetenv("SHEARBENCH_OPENCL_TIMEOUT"); }

    const faults::Scope faults_;
    const std::shared_ptr<const device::Device> device_ = faultyDevice();
};

TEST_F(TrainingFaults, LeaveTheCheckpointAndAnotherDeviceGoesOn) {
    const TemporaryFolder folder;
    PreparedData data = smallData(smallExperiment(1, "opencl:0"));
    const RunDirectory begun = makeRun(folder / "begun", data);
    Trainer(data, device_, begun).run();
    const Checkpoint before = begun.loadCheckpoint(Kept::last);
    EXPECT_EQ(before.epoch, 1);
    data.experiment.training.epochs = 2;
    // Contexts made from now on are not waited for longer.
    setenv("SHEARBENCH_OPENCL_TIMEOUT", "4", 1);
    for (const Fault& fault : kFaults) {
        SCOPED_TRACE(fault.name);
        std::filesystem::copy(begun.path(), folder / fault.name);
        const RunDirectory run = RunDirectory::open(folder / fault.name);
        Trainer trainer(data, faultyDevice(), run);
        fault.arm();
        test::expectError(ErrorKind::device, {fault.words, "another device"},
                          [&] { trainer.run(); });
        faults::reset();
        EXPECT_EQ(trainer.snapshot().state, TrainingState::failed);
        EXPECT_EQ(run.state(), "failed");
        EXPECT_NE(run.stateSentence().find(fault.words), std::string::npos) << run.stateSentence();
        const Checkpoint kept = run.loadCheckpoint(Kept::last);
        EXPECT_GE(kept.epoch, before.epoch);
        EXPECT_TRUE(kept.epoch > before.epoch || kept.step > before.step ||
                    kept.parameters == before.parameters);

        Trainer elsewhere(data, device::findDevice("eigen"), run);
        elsewhere.run();
        EXPECT_EQ(run.state(), "done");
        EXPECT_EQ(run.metrics().size(), 2u);
        for (const float parameter : run.loadCheckpoint(Kept::last).parameters)
            ASSERT_TRUE(std::isfinite(parameter));
    }
}

}  // namespace
}  // namespace shearbench::training
