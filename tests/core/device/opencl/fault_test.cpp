// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include <cstdlib>

#include "core/device/opencl/device_making.h"
#include "core/device/opencl/watchdog.h"
#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"
#include "tests/core/device/opencl/faults.h"
#include "tests/support/expect_error.h"

// Whatever call of a driver fails or hangs: an Error(device) that says what could not be done, and
// the next session works.

namespace shearbench::device::opencl {
namespace {

using test::expectError;

constexpr int kBatch = 4;

network::Network smallNetwork() {
    return network::makeDeterministic({1, 16, 16}, {4, 4, 4, 4});
}

SessionOptions smallOptions() {
    SessionOptions options;
    options.batch = kBatch;
    return options;
}

/// The first OpenCL device through the layer of faults; null where there is none.
std::shared_ptr<const Device> faultyDevice() {
    if (!systemApi())
        return nullptr;
    const std::vector<Hardware> found = findHardware(faults::api());
    return found.empty() ? nullptr : makeDevice(faults::api(), found.front());
}

class Faults : public testing::Test {
  protected:
    void SetUp() override {
        if (!device_)
            GTEST_SKIP() << "There is no OpenCL device on this machine.";
    }
    void TearDown() override { unsetenv("SHEARBENCH_OPENCL_TIMEOUT"); }

    std::unique_ptr<Session> compile() const {
        return device_->compile(smallNetwork(), smallOptions());
    }
    static void step(Session& session) {
        const network::Network& network = session.network();
        const std::vector<float> images(kBatch * network.input().count(), 0.5f);
        const std::vector<float> targets(kBatch * network.targetCount(), 0.5f);
        session.step(images, targets, {});
    }
    /// That many steps and what they came to.
    static void train(Session& session, int steps = 2) {
        for (int i = 0; i < steps; ++i)
            step(session);
        EXPECT_EQ(session.takeSummary().steps, steps);
    }
    void expectWorks() const {
        faults::reset();
        const auto session = compile();
        session->setParameters(network::initialParameters(session->network(), 3));
        train(*session);
    }

    const faults::Scope faults_;
    const std::shared_ptr<const Device> device_ = faultyDevice();
};

TEST_F(Faults, EveryAllocationThatFailsIsNamedWithItsBytesAndWhatWouldFit) {
    const network::Network network = smallNetwork();
    const MemoryPlan plan = device_->plan(network, smallOptions());
    for (const auto& [function, answer] :
         {std::pair{"clCreateBuffer", CL_MEM_OBJECT_ALLOCATION_FAILURE},
          std::pair{"clEnqueueFillBuffer", CL_OUT_OF_RESOURCES}}) {
        int fitting = 0;
        for (std::size_t i = 0; i < plan.items.size(); ++i) {
            faults::fail(function, static_cast<int>(i) + 1, answer);
            try {
                compile();
                ADD_FAILURE() << "no Error for " << plan.items[i].name;
            } catch (const Error& error) {
                const std::string sentence = error.what();
                EXPECT_EQ(error.kind(), ErrorKind::device);
                EXPECT_NE(sentence.find(" MB for " + plan.items[i].name + ","), std::string::npos)
                    << sentence;
                EXPECT_NE(error.remedy().find("another device"), std::string::npos);
                fitting += error.remedy().find("A batch of ") != std::string::npos;
            }
        }
        EXPECT_GT(fitting, 0) << "of " << plan.items.size();
    }
    expectWorks();
}

TEST_F(Faults, SuggestsTheLargestBatchThatFitsIntoWhatWasGiven) {
    const network::Network network = smallNetwork();
    const MemoryPlan plan = device_->plan(network, smallOptions());
    faults::fail("clCreateBuffer", static_cast<int>(plan.items.size()), CL_OUT_OF_HOST_MEMORY);
    const int fits = largestBatchThatFits(*device_, network, smallOptions(),
                                          plan.total() - plan.items.back().bytes, kBatch - 1);
    ASSERT_GT(fits, 0);
    expectError(ErrorKind::device, {"A batch of " + std::to_string(fits) + " fits"},
                [&] { compile(); });
}

TEST_F(Faults, AProgramThatDoesNotCompileIsNamed) {
    // What was compiled before stays, so that each failure is the next program's.
    int failures = 0;
    for (bool failed = true; failed && failures < 40;) {
        faults::fail("clBuildProgram", 2, CL_BUILD_PROGRAM_FAILURE);
        try {
            compile();
            failed = false;
        } catch (const Error& error) {
            ++failures;
            const std::string sentence = error.what();
            EXPECT_EQ(error.kind(), ErrorKind::device);
            EXPECT_NE(sentence.find("could not compile "), std::string::npos) << sentence;
            EXPECT_NE(sentence.find("CL_BUILD_PROGRAM_FAILURE"), std::string::npos) << sentence;
        }
    }
    EXPECT_GE(failures, 4);
    expectWorks();
}

TEST_F(Faults, WhateverCannotBeMadeIsNamed) {
    for (const auto& [function, words] :
         {std::pair{"clCreateContext", "be set to work"},
          std::pair{"clCreateCommandQueue", "make a queue"},
          std::pair{"clCreateProgramWithSource", "take the source of"},
          std::pair{"clCreateKernel", "make kernel"}, std::pair{"clSetKernelArg", "take argument"},
          std::pair{"clFinish", "MB for parameters"}}) {
        const auto device = faultyDevice();
        faults::fail(function, 1, CL_OUT_OF_HOST_MEMORY);
        expectError(ErrorKind::device, {words, "CL_OUT_OF_HOST_MEMORY"},
                    [&] { device->compile(smallNetwork(), smallOptions()); });
        faults::reset();
    }
}

TEST_F(Faults, ARefusedKernelIsNamedAndEndsItsSessionAlone) {
    const auto session = compile();
    train(*session);
    for (const int call : {1, 7}) {
        faults::fail("clEnqueueNDRangeKernel", call, CL_OUT_OF_RESOURCES);
        const auto other = compile();
        expectError(ErrorKind::device,
                    {"could not run kernel ", "CL_OUT_OF_RESOURCES", "last checkpoint"},
                    [&] { step(*other); });
        faults::reset();
    }
    train(*session);
    expectWorks();
}

TEST_F(Faults, ADeviceLostMidStepIsSaidAndAnewSessionWorks) {
    struct Case {
        const char *function, *answerName;
        cl_int answer;
    };
    for (const Case& lost :
         {Case{"clEnqueueReadBuffer", "CL_OUT_OF_RESOURCES", CL_OUT_OF_RESOURCES},
          Case{"clEnqueueWriteBuffer", "CL_DEVICE_NOT_AVAILABLE", CL_DEVICE_NOT_AVAILABLE},
          Case{"clFlush", "CL_DEVICE_NOT_AVAILABLE", CL_DEVICE_NOT_AVAILABLE}}) {
        const auto session = compile();
        train(*session);
        faults::fail(lost.function, 1, lost.answer, true);
        for (int attempt = 0; attempt < 2; ++attempt)
            expectError(ErrorKind::device, {"could not ", lost.answerName},
                        [&] { train(*session, 100); });
        std::vector<float> values(session->network().parameterCount());
        if (std::string_view(lost.function) == "clEnqueueReadBuffer")
            expectError(ErrorKind::device, {"give back parameters"},
                        [&] { session->parameters(values); });
        expectWorks();
    }
}

TEST_F(Faults, AStepWhoseEventFailsIsSaid) {
    const auto session = compile();
    faults::fail("clGetEventInfo", 1, CL_INVALID_EVENT, true);
    faults::fail("clWaitForEvents", 3, CL_EXEC_STATUS_ERROR_FOR_EVENTS_IN_WAIT_LIST, true);
    expectError(ErrorKind::device, {"finish a transfer", "CL_EXEC_STATUS_ERROR"},
                [&] { train(*session, 10); });
    expectWorks();
}

TEST_F(Faults, ADriverThatHangsIsGivenUp) {
    expectWorks();
    for (const char* function : {"clFinish", "clEnqueueReadBuffer", "clWaitForEvents"}) {
        setenv("SHEARBENCH_OPENCL_TIMEOUT", "2.5", 1);
        const auto device = faultyDevice();
        auto session = device->compile(smallNetwork(), smallOptions());
        train(*session);
        faults::fail("clGetEventInfo", 1, CL_INVALID_EVENT, true);
        faults::hang(function);
        std::vector<float> values(session->network().parameterCount());
        if (std::string_view(function) == "clFinish")
            // It is found out when the session waits before it goes.
            session.reset();
        else
            expectError(ErrorKind::device,
                        {"hangs", "2.5 seconds", "SHEARBENCH_OPENCL_TIMEOUT", "another device"},
                        [&] {
                            train(*session, 10);
                            session->parameters(values);
                        });
        if (session) {
            // From now on at once, whatever is asked.
            expectError(ErrorKind::device, {"hangs"}, [&] { step(*session); });
            expectError(ErrorKind::device, {"hangs"}, [&] { session->parameters(values); });
            session.reset();
        }
        faults::reset();
        const auto again = device->compile(smallNetwork(), smallOptions());
        train(*again);
    }
}

TEST_F(Faults, ACompilerThatHangsIsGivenUp) {
    setenv("SHEARBENCH_OPENCL_TIMEOUT", "0.5", 1);
    const auto device = faultyDevice();
    faults::hang("clBuildProgram");
    expectError(ErrorKind::device, {"could not compile ", "hangs"},
                [&] { device->compile(smallNetwork(), smallOptions()); });
}

TEST_F(Faults, DriversThatDoNotAnswerAreLeftOut) {
    setenv("SHEARBENCH_OPENCL_TIMEOUT", "0.2", 1);
    faults::hang("clGetPlatformIDs");
    EXPECT_FALSE(findHardwareInTime(faults::api()));
    faults::reset();
    unsetenv("SHEARBENCH_OPENCL_TIMEOUT");
    const auto found = findHardwareInTime(faults::api());
    ASSERT_TRUE(found);
    EXPECT_FALSE(found->empty());
    for (const char* function : {"clGetPlatformIDs", "clGetDeviceIDs", "clGetDeviceInfo"}) {
        faults::fail(function, 1, CL_OUT_OF_HOST_MEMORY, true);
        EXPECT_TRUE(findHardware(faults::api()).empty()) << function;
        faults::reset();
    }
    // Not a single answer is needed but those that say that it can compute.
    for (int call = 1; call < 30; ++call) {
        faults::fail("clGetDeviceInfo", call, CL_INVALID_VALUE);
        EXPECT_LE(findHardware(faults::api()).size(), 64u);
        faults::reset();
    }
}

TEST(Watchdog, PatienceIsAsTheEnvironmentSays) {
    using std::chrono::milliseconds;
    unsetenv("SHEARBENCH_OPENCL_TIMEOUT");
    EXPECT_EQ(driverPatience(), std::chrono::seconds(300));
    for (const auto& [text, expected] :
         {std::pair{"0", 0}, std::pair{"1.5", 1500}, std::pair{"600", 600000},
          std::pair{"soon", 300000}, std::pair{"-1", 300000}, std::pair{"nan", 300000},
          std::pair{"", 300000}, std::pair{"5 ", 300000}}) {
        setenv("SHEARBENCH_OPENCL_TIMEOUT", text, 1);
        EXPECT_EQ(driverPatience(), milliseconds(expected)) << text;
    }
    unsetenv("SHEARBENCH_OPENCL_TIMEOUT");
}

}  // namespace
}  // namespace shearbench::device::opencl
