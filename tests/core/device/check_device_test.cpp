// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/check_device.h"

#include <gtest/gtest.h>

#include "core/device/registry.h"
#include "core/network/presets.h"
#include "tests/core/device/device_testing.h"
#include "tests/reference/example.h"
#include "tests/support/expect_error.h"

namespace shearbench::device {
namespace {

using reference::Example;

network::Network small() {
    return network::makeDeterministic({3, 16, 16}, {4, 6, 8, 8});
}

/// Trains some steps and gives the last comparison.
StepComparison comparedAfter(const CheckDevice& device, int steps) {
    const network::Network network = small();
    const Example example = reference::makeExample(network, 4, 3);
    const auto session = device.compile(network, {.batch = 4, .threads = 1});
    session->setParameters(example.parameters);
    for (int i = 0; i < steps; ++i)
        session->step(example.images, example.targets, {});
    EXPECT_EQ(session->takeSummary().steps, steps);
    return device.latest();
}

class Checked : public testing::TestWithParam<std::shared_ptr<const Device>> {};

TEST_P(Checked, DiffersFromThePlainDeviceByRounding) {
    const CheckDevice device(GetParam(), findDevice("eigen"));
    EXPECT_EQ(device.latest().step, 0);
    const StepComparison found = comparedAfter(device, 3);
    EXPECT_EQ(found.step, 3);
    EXPECT_NEAR(found.firstLoss, found.secondLoss, 1e-4 * std::fabs(found.firstLoss));
    const network::Network network = small();
    ASSERT_EQ(found.tensors.size(), network.parameters().size());
    for (std::size_t i = 0; i < found.tensors.size(); ++i) {
        const TensorComparison& tensor = found.tensors[i];
        EXPECT_EQ(tensor.name, network.parameters()[i].name);
        EXPECT_LE(tensor.parameter.relative(), 1e-2) << tensor.name;
        EXPECT_GE(tensor.parameter.largest, tensor.parameter.typical) << tensor.name;
        EXPECT_EQ(tensor.gradient.size > 0, tensor.trainable) << tensor.name;
    }
    ASSERT_TRUE(found.worst());
    EXPECT_LE(found.worst()->gradient.relative(), 1e-2);
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, Checked, testing::ValuesIn(devicesUnderTest()),
                         deviceTestName);

TEST(CheckDevice, FindsNothingBetweenADeviceAndItself) {
    for (const bool together : {true, false}) {
        const CheckDevice device(findDevice("eigen"), findDevice("eigen"),
                                 {.every = 2, .together = together});
        const StepComparison found = comparedAfter(device, 4);
        EXPECT_EQ(found.step, 3);
        EXPECT_EQ(found.firstLoss, found.secondLoss);
        for (const TensorComparison& tensor : found.tensors) {
            EXPECT_EQ(tensor.gradient.largest, 0) << tensor.name;
            EXPECT_EQ(tensor.parameter.largest, 0) << tensor.name;
        }
    }
}

TEST(CheckDevice, TrainsTheFirstAsItWouldAlone) {
    const network::Network network = small();
    const Example example = reference::makeExample(network, 4, 3);
    const auto checked = findDevice("check:eigen,cpu,3"), alone = findDevice("eigen");
    EXPECT_EQ(checked->info().id, "check:eigen,cpu,3");
    const SessionOptions options{.batch = 4, .threads = 1};
    const auto a = checked->compile(network, options), b = alone->compile(network, options);
    for (Session* session : {a.get(), b.get()}) {
        session->setParameters(example.parameters);
        for (int i = 0; i < 5; ++i)
            session->step(example.images, example.targets, {});
    }
    EXPECT_EQ(parametersOf(*a), parametersOf(*b));
    EXPECT_EQ(gradientsOf(*a), gradientsOf(*b));
    EXPECT_DOUBLE_EQ(a->takeSummary().meanLoss, b->takeSummary().meanLoss);
}

TEST(CheckDevice, RefusesWhatItCannotRead) {
    for (const char* id : {"check:", "check:cpu", "check:cpu,eigen,x", "check:cpu,eigen,1,2"})
        test::expectError(ErrorKind::device, {id}, [&] { findDevice(id); });
    test::expectError(ErrorKind::device, {"nothing"}, [] { findDevice("check:cpu,nothing"); });
    test::expectError(ErrorKind::usage, {"0"}, [] { findDevice("check:cpu,eigen,0"); });
}

TEST(Comparison, MeasuresHowFarTensorsLieApart) {
    const float a[] = {3, -4, 0, 0}, b[] = {3, -2, 0, 0};
    const Difference found = differenceOf(a, b);
    EXPECT_DOUBLE_EQ(found.largest, 2);
    EXPECT_DOUBLE_EQ(found.typical, 1);
    EXPECT_DOUBLE_EQ(found.size, 2.5);
    EXPECT_DOUBLE_EQ(found.relative(), 0.4);
    EXPECT_EQ(differenceOf(a, a).relative(), 0);
    const float broken[] = {3, -4, 0, kGarbage};
    EXPECT_TRUE(std::isnan(differenceOf(a, broken).largest));
    StepComparison step;
    EXPECT_FALSE(step.worst());
    step.tensors = {{"near", true, found, {}}, {"far", true, differenceOf(a, broken), {}}};
    EXPECT_EQ(step.worst()->name, "far");
}

TEST(CheckRecord, KeepsTheMostOfAllSteps) {
    const auto step = [](std::int64_t number, std::vector<double> differences) {
        StepComparison made;
        made.step = number;
        for (const double difference : differences)
            made.tensors.push_back(
                {made.tensors.empty() ? "kernel" : "bias", true, {0, difference, 1}, {}});
        return made;
    };
    CheckRecord record;
    record.add(step(1, {1e-6, 2e-6}));
    record.add(step(2, {3e-6, 1e-6}));
    EXPECT_EQ(record.steps, 2);
    EXPECT_EQ(record.latest.step, 2);
    EXPECT_EQ(record.most, (std::vector<double>{3e-6, 2e-6}));
    record.add(step(3, {std::nan(""), 0}));
    record.add(step(4, {1, 0}));
    EXPECT_TRUE(std::isnan(record.most[0]));
    EXPECT_EQ(record.most[1], 2e-6);
    record.add(step(1, {5e-6}));  // of another network
    EXPECT_EQ(record.steps, 1);
    EXPECT_EQ(record.most, std::vector<double>{5e-6});
    EXPECT_NEAR(record.usual(), 5.6e-6, 1e-7);
}

TEST(CheckRecord, KnowsWhatIsUsual) {
    CheckRecord record;
    EXPECT_EQ(record.usual(), 0);
    const auto add = [&](double difference) {
        StepComparison step;
        step.tensors = {{"kernel", true, {0, difference, 1}, {}}};
        record.add(std::move(step));
    };
    add(0);
    EXPECT_EQ(record.usual(), 0);
    add(1e-12);
    add(2e-9);
    EXPECT_NEAR(record.usual(), 1e-9, 1e-12);
    for (int i = 0; i < 3; ++i)
        add(0.9);
    add(0.9);
    EXPECT_NEAR(record.usual(), 1, 1e-12);
    for (int i = 0; i < 8; ++i)
        add(std::nan(""));
    EXPECT_TRUE(std::isinf(record.usual()));
}

TEST(CheckId, IsReadAndWritten) {
    EXPECT_FALSE(readCheckId("cpu"));
    for (const char* id : {"check:cpu,opencl:0", "check:cpu+eigen,opencl:0,10"}) {
        const auto read = readCheckId(id);
        ASSERT_TRUE(read);
        EXPECT_EQ(read->second, "opencl:0");
        EXPECT_EQ(read->text(), id);
    }
    EXPECT_EQ(readCheckId("check:cpu,eigen,10")->every, 10);
    for (const char* id : {"check:", "check:cpu", "check:cpu,", "check:,cpu", "check:cpu,eigen,x"})
        test::expectError(ErrorKind::device, {id}, [&] { readCheckId(id); });
}

}  // namespace
}  // namespace shearbench::device
