// SPDX-License-Identifier: GPL-3.0-or-later
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "core/benchmark/power_meter.h"
#include "core/benchmark/sweep.h"
#include "core/device/host.h"
#include "tests/core/benchmark/fake_nvml.h"

namespace shearbench::benchmark {
namespace {

/// The library is found by its name, as the program finds it.
class NvmlTest : public testing::Test {
  protected:
    void SetUp() override {
        library_ = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
        ASSERT_TRUE(library_) << dlerror();
        const auto find = reinterpret_cast<FakeCards* (*)()>(dlsym(library_, "fakeCards"));
        ASSERT_TRUE(find) << "another libnvidia-ml.so.1 is in the way";
        cards = find();
        *cards = {};
    }
    void TearDown() override {
        if (library_)
            dlclose(library_);
    }

    void add(const char* name, unsigned long long millijoules, bool counts = true) {
        FakeCard& card = cards->cards[cards->count++];
        std::strncpy(card.name, name, sizeof card.name - 1);
        card.millijoules = millijoules;
        card.counts = counts;
    }

    FakeCards* cards = nullptr;

  private:
    void* library_ = nullptr;
};

TEST_F(NvmlTest, TheCardIsFoundByItsName) {
    EXPECT_EQ(makeNvmlMeter("NVIDIA H200"), nullptr);  // no card
    add("NVIDIA T4", 10);
    EXPECT_EQ(makeNvmlMeter("NVIDIA H200"), nullptr);
    EXPECT_EQ(makeNvmlMeter(""), nullptr);
    add("NVIDIA H200", 5'000'000);
    const auto meter = makeNvmlMeter("NVIDIA H200");
    ASSERT_TRUE(meter);
    EXPECT_EQ(meter->source(), EnergySource::nvml);
    EXPECT_DOUBLE_EQ(meter->joules(), 5000);
    cards->cards[0].millijoules += 77;  // another card's
    cards->cards[1].millijoules += 1500;
    EXPECT_DOUBLE_EQ(meter->joules(), 5001.5);
    EXPECT_TRUE(makeNvmlMeter("H200"));  // either name may be the longer one
    EXPECT_TRUE(makeNvmlMeter("NVIDIA H200, 132 units"));
}

TEST_F(NvmlTest, TwoCardsAlikeCannotBeToldApart) {
    add("NVIDIA H200", 1);
    add("NVIDIA H200", 2);
    EXPECT_EQ(makeNvmlMeter("NVIDIA H200"), nullptr);
}

TEST_F(NvmlTest, ACardWithoutACounterHasNoMeter) {
    add("NVIDIA GeForce GTX 970", 0, false);
    EXPECT_EQ(makeNvmlMeter("NVIDIA GeForce GTX 970"), nullptr);
    cards->cards[0].counts = true;
    const auto meter = makeNvmlMeter("NVIDIA GeForce GTX 970");
    ASSERT_TRUE(meter);
    cards->cards[0].counts = false;
    EXPECT_TRUE(std::isnan(meter->joules()));
}

TEST_F(NvmlTest, ADeviceOnTheProcessorIsNoCard) {
    add(device::host().processor.c_str(), 1);
    device::DeviceInfo info;
    info.name = device::host().processor + ", 2 cores";
    const auto meter = findPowerMeter(info);
    EXPECT_TRUE(!meter || meter->source() == EnergySource::rapl);
    add("NVIDIA H200", 1);
    info.name = "NVIDIA H200";
    ASSERT_TRUE(findPowerMeter(info));
    EXPECT_EQ(findPowerMeter(info)->source(), EnergySource::nvml);
}

/// Steps that take 10 ms and 3 J each.
struct CountedWork final : Work {
    CountedWork(double& time, FakeCard& used) : now(time), card(used) {}
    void run(std::int64_t steps) override {
        now += 0.01 * static_cast<double>(steps);
        card.millijoules += 3000 * static_cast<unsigned long long>(steps);
    }
    std::uint64_t memoryBytes() const override { return 1; }
    std::uint64_t parameters() const override { return 1; }
    double& now;
    FakeCard& card;
};

TEST_F(NvmlTest, ASweepsEnergyIsTheCounters) {
    add("NVIDIA H200", 123);
    Results results;
    results.devices.emplace_back();
    results.devices[0].id = "opencl:0";
    results.devices[0].maxPowerWatts = 700;
    results.devices[0].energy = EnergySource::stated;
    results.points.emplace_back();
    results.points[0].task = {Kind::training, "deterministic", "opencl:0", 4};
    double now = 0;
    training::Control control;
    Surroundings surroundings;
    surroundings.clock = [&] { return now; };
    surroundings.makeWork = [&](const Task&) {
        return std::make_unique<CountedWork>(now, cards->cards[0]);
    };
    surroundings.makeMeter = [](const std::string&) { return makeNvmlMeter("NVIDIA H200"); };
    Sweep sweep(results, surroundings, control);
    ASSERT_TRUE(sweep.run());
    const auto energy = energyOf(sweep.results(), sweep.results().points[0]);
    ASSERT_TRUE(energy);
    EXPECT_EQ(energy->source, EnergySource::nvml);
    EXPECT_NEAR(energy->joulesPerImage, 3.0 / 4, 1e-9);
}

}  // namespace
}  // namespace shearbench::benchmark
