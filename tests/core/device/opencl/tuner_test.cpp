// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/tuner.h"

#include <gtest/gtest.h>

#include <cmath>

#include <cstdlib>

#include "core/device/opencl/convolution_sample.h"
#include "core/device/opencl/convolution_trial.h"
#include "core/device/opencl/device_making.h"
#include "core/device/registry.h"
#include "tests/core/device/opencl/faults.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_cache.h"

namespace shearbench::device::opencl {
namespace {

using test::expectError;

network::Network oneConvolution() {
    network::Network network("one", {5, 12, 10});
    network.convolution("conv", 32, 2).prelu("prelu");
    network.loss(network::LossKind::squaredError);
    return network;
}

class TunerTest : public testing::Test {
  protected:
    void SetUp() override {
        if (systemApi())
            for (const Hardware& found : findHardware(faults::api()))
                hardware_ = found;
        if (hardware_.info.name.empty())
            GTEST_SKIP() << "There is no OpenCL device on this machine.";
    }

    /// Stops once `candidates` were begun.
    TuningRequest request(int candidates) {
        TuningRequest request;
        request.batch = 3;
        request.seconds = 1000;
        // The first question is about the shape.
        request.proceed = [candidates, asked = 0](double, const std::string&) mutable {
            return asked++ <= candidates;
        };
        return request;
    }
    std::shared_ptr<Context> context() {
        if (!context_ || context_->broken())
            context_ = std::make_shared<Context>(faults::api(), hardware_);
        return context_;
    }
    TuningReport tune(int candidates) {
        return tuneConvolutions([this] { return context(); }, oneConvolution(), request(candidates),
                                table_);
    }

    const faults::Scope faults_;
    const test::TemporaryCache cache_;
    Hardware hardware_;
    std::shared_ptr<Context> context_;
    TileTable table_;
};

TEST_F(TunerTest, WhatATrialComputesIsWhatTheSumsSay) {
    struct Case {
        network::Shape input;
        int filters, stride;
    };
    for (const auto& [input, filters, stride] :
         {Case{{17, 9, 7}, 18, 1}, Case{{17, 9, 7}, 18, 2}, Case{{17, 9, 7}, 18, 3},
          Case{{32, 12, 16}, 32, 1}}) {
        network::Network network("odd", input);
        network.convolution("conv", filters, stride);
        const ConvolutionSample sample(network.layers().front(), 3);
        const auto made = context();
        ConvolutionTrial trial(*made, sample, defaultTiles(sample.layer(), hardware_, 3));
        for (const Pass pass : {Pass::forward, Pass::backward}) {
            std::vector<float> found = trial.result(pass);
            EXPECT_LT(sample.error(pass, found), 1e-5) << stride;
            EXPECT_EQ(sample.difference(pass, found, found), 0);
            EXPECT_GT(trial.seconds(pass), 0);
            const std::vector<float> right = found;
            found[found.size() / 2] += 0.5f;
            EXPECT_GT(sample.difference(pass, found, right), 1e-3);
            found.back() = std::nanf("");
            EXPECT_TRUE(std::isnan(sample.difference(pass, found, right)));
            EXPECT_TRUE(std::isnan(sample.error(pass, found)));
            found.pop_back();
            EXPECT_TRUE(std::isnan(sample.error(pass, found)));
        }
    }
}

TEST_F(TunerTest, TriesCandidatesUntilItIsStopped) {
    const TuningReport report = tune(3);
    ASSERT_EQ(report.items.size(), 1u);
    EXPECT_EQ(report.items[0].name, "conv (5 x 12 x 10 to 32)");
    EXPECT_EQ(report.items[0].tried, 3);
    EXPECT_EQ(report.items[0].refused, 0);
    EXPECT_GT(report.items[0].secondsBefore, 0);
    EXPECT_LE(report.items[0].secondsAfter, report.items[0].secondsBefore);
    EXPECT_FALSE(report.complete);
    EXPECT_EQ(table_.size(),
              report.items[0].secondsAfter < report.items[0].secondsBefore ? 1u : 0u);
}

TEST_F(TunerTest, WithoutTimeTheDefaultsStay) {
    TuningRequest request;
    request.seconds = 0;
    const TuningReport report =
        tuneConvolutions([this] { return context(); }, oneConvolution(), request, table_);
    EXPECT_TRUE(report.items.empty());
    EXPECT_FALSE(report.complete);
    EXPECT_EQ(table_.size(), 0u);
}

TEST_F(TunerTest, SurvivesWhateverACandidateDoes) {
    // What the default tiles alone take; the first candidate's calls follow.
    EXPECT_EQ(tune(0).items.at(0).refused, 0);
    const int builds = faults::calls("clBuildProgram"),
              reads = faults::calls("clEnqueueReadBuffer"),
              allocations = faults::calls("clCreateBuffer");
    context_.reset();
    faults::fail("clBuildProgram", builds + 1, CL_BUILD_PROGRAM_FAILURE);
    EXPECT_EQ(tune(2).items.at(0).refused, 1);
    faults::reset();
    faults::corruptReads(reads + 1);
    EXPECT_EQ(tune(2).items.at(0).refused, 1);
    faults::reset();
    faults::fail("clCreateBuffer", allocations + 2, CL_MEM_OBJECT_ALLOCATION_FAILURE);
    EXPECT_EQ(tune(2).items.at(0).refused, 1);
}

TEST_F(TunerTest, DefaultTilesThatComputeSomethingElseAreAnError) {
    faults::corruptReads(1, 1000);
    expectError(ErrorKind::device, {"layer conv (5 x 12 x 10 to 32)", "wrongly", "driver"},
                [&] { tune(2); });
    network::Network none("none", {3, 1, 1});
    none.dense("dense", 9);
    expectError(ErrorKind::usage, {"no convolution"},
                [&] { tuneConvolutions([this] { return context(); }, none, request(1), table_); });
    expectError(ErrorKind::device, {"nothing to tune"},
                [&] { device::tune(*findDevice("eigen"), oneConvolution(), {}); });
}

TEST_F(TunerTest, SessionsUseWhatWasFound) {
    const network::Network network = oneConvolution();
    const network::Layer& layer = network.layers().front();
    SessionOptions options;
    options.batch = 2;
    const auto lossOf = [&](const Device& device) {
        const auto session = device.compile(network, options);
        session->setParameters(network::initialParameters(network, 3));
        const std::vector<float> images(2 * network.input().count(), 0.5f);
        const std::vector<float> targets(2 * network.targetCount(), 0.25f);
        session->step(images, targets, {});
        return session->takeSummary().lastLoss;
    };
    const double before = lossOf(*makeDevice(faults::api(), hardware_));
    TileTable table;
    const ConvolutionTiles other =
        variants(defaultTiles(layer, hardware_, 2), TilePart::output, layer, hardware_).front();
    table.set(layer, 2, other);
    ASSERT_TRUE(table.save(hardware_));
    const auto device = makeDevice(faults::api(), hardware_);
    EXPECT_NEAR(lossOf(*device), before, 1e-5 * before);

    const TuningReport report = device::tune(*device, network, request(1));
    EXPECT_TRUE(report.kept);
    EXPECT_GE(TileTable::load(hardware_).size(), 1u);
    EXPECT_NEAR(lossOf(*device), before, 1e-5 * before);
}

}  // namespace
}  // namespace shearbench::device::opencl
