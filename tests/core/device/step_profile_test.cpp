// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/step_profile.h"

#include <gtest/gtest.h>

#include <set>

#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"

namespace shearbench::device {
namespace {

network::Network small(const std::string& preset) {
    if (preset == "bayesian")
        return network::makeBayesian({3, 16, 16}, {4, 4, 8, 8});
    if (preset == "vae")
        return network::makeVae({3, 16, 16}, {4, 4, 8, 8}, {.latent = 4, .hidden = 9});
    if (preset == "flow")
        return network::makeFlow({.latent = 7, .flowLayers = 3, .flowHidden = 19});
    return network::makeDeterministic({3, 16, 16}, {4, 4, 8, 8});
}

TEST(StepProfile, TimesEveryPhaseOfEveryNetwork) {
    for (const char* preset : {"deterministic", "bayesian", "vae", "flow"}) {
        SCOPED_TRACE(preset);
        const StepProfile found =
            profileSteps(*findDevice("cpu"), small(preset), {.batch = 2, .threads = 2, .steps = 3});
        EXPECT_EQ(found.profile.steps, 3);
        EXPECT_EQ(found.profile.batch, 2);
        EXPECT_EQ(found.profile.threads, 2);
        EXPECT_GT(found.profile.stepSeconds, 0);
        EXPECT_GT(found.rates.gflops, 0);
        EXPECT_GT(found.rates.gigabytesPerSecond, 0);
        std::set<ProfilePhase> phases;
        for (const ProfileItem& item : found.profile.items) {
            EXPECT_FALSE(item.name.empty());
            EXPECT_GE(item.seconds, 0) << item.name;
            EXPECT_GE(item.operations, 0) << item.name;
            EXPECT_GE(item.bytes, 0) << item.name;
            phases.insert(item.phase);
        }
        EXPECT_EQ(phases.size(), 4u);
    }
}

TEST(StepProfile, SharesOfThePeakAreOperationsBySecondsByPeak) {
    StepProfile found;
    found.rates.gflops = 200;
    EXPECT_DOUBLE_EQ(found.shareOfPeak(1e9, 0.01), 0.5);
    EXPECT_EQ(found.shareOfPeak(1e9, 0), 0);
    EXPECT_EQ(StepProfile().shareOfPeak(1e9, 1), 0);
}

TEST(StepProfile, RefusesWhatCannotBeTimed) {
    EXPECT_THROW(profileSteps(*findDevice("cpu"), small("flow"), {.steps = -1}), Error);
    EXPECT_THROW(profileSteps(*findDevice("cpu"), small("flow"), {.batch = 0}), Error);
    EXPECT_THROW(profileSteps(*findDevice("eigen"), small("flow"), {.batch = 2}), Error);
}

}  // namespace
}  // namespace shearbench::device
