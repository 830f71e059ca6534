// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "core/device/opencl/device_making.h"
#include "core/training/generative_sequence.h"
#include "tests/core/device/opencl/faults.h"
#include "tests/core/training/small_run.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

// A run whose images stay on the device ends as one that streams them, bit for bit, however it got
// there; where the device has no room for them it streams.

namespace shearbench::training {
namespace {

namespace faults = device::opencl::faults;
using test::TemporaryFolder;
using Kept = RunDirectory::Kept;

bool contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

class ImagesOfTraining : public testing::Test {
  protected:
    void SetUp() override {
        if (device::opencl::systemApi()) {
            const auto found = device::opencl::findHardware(faults::api());
            if (!found.empty())
                device_ = device::opencl::makeDevice(faults::api(), found.front());
        }
        if (!device_)
            GTEST_SKIP() << "There is no OpenCL device on this machine.";
    }

    RunDirectory begin(const std::string& name, const PreparedData& data) const {
        return makeRun(folder_ / name, data);
    }
    /// Trains to the end; where the images were.
    std::string train(const PreparedData& data, const RunDirectory& run) const {
        Trainer trainer(data, device_, run);
        trainer.run();
        EXPECT_EQ(run.state(), "done");
        return trainer.snapshot().imagePlace;
    }
    /// The device refuses the buffer behind those of the network, which is of the images.
    void refuseImages(const PreparedData& data) const {
        const device::MemoryPlan plan =
            device_->plan(networkOf(data), sessionOptions(data.experiment));
        faults::fail("clCreateBuffer", static_cast<int>(plan.items.size()) + 1,
                     CL_MEM_OBJECT_ALLOCATION_FAILURE);
    }
    static void expectSame(const RunDirectory& found, const RunDirectory& expected) {
        const Checkpoint a = found.loadCheckpoint(Kept::last),
                         b = expected.loadCheckpoint(Kept::last);
        EXPECT_EQ(a.epoch, b.epoch);
        EXPECT_TRUE(a.parameters == b.parameters);
        EXPECT_TRUE(a.optimiser.secondMoment == b.optimiser.secondMoment);
        ASSERT_EQ(a.history.size(), b.history.size());
        for (std::size_t i = 0; i < a.history.size(); ++i)
            EXPECT_EQ(a.history[i].validationLoss, b.history[i].validationLoss);
    }

    const faults::Scope faults_;
    const TemporaryFolder folder_;
    std::shared_ptr<const device::Device> device_;
};

TEST_F(ImagesOfTraining, MakeTheSameRunKeptOrStreamedOrResumed) {
    for (const char* network : {"deterministic", "bayesian"}) {
        SCOPED_TRACE(network);
        Experiment experiment = smallExperiment(2, "opencl:0");
        experiment.network.preset = network;
        const PreparedData data = smallData(experiment);
        const RunDirectory streamed = begin(std::string(network) + " streamed", data);
        refuseImages(data);
        const std::string sentence = train(data, streamed);
        EXPECT_TRUE(contains(sentence, "Images: streamed")) << sentence;
        EXPECT_TRUE(contains(sentence, "CL_MEM_OBJECT_ALLOCATION_FAILURE")) << sentence;

        const RunDirectory kept = begin(std::string(network) + " kept", data);
        EXPECT_EQ(train(data, kept), "Images: kept on the device, 0.1 MB.");
        expectSame(kept, streamed);

        const RunDirectory resumed = begin(std::string(network) + " resumed", data);
        {
            // Before its images are all there.
            Trainer trainer(data, device_, resumed);
            trainer.stop();
            trainer.run();
            EXPECT_EQ(resumed.state(), "stopped");
        }
        {
            Trainer trainer(data, device_, resumed);
            Running running(trainer);
            ASSERT_TRUE(running.until([](const Snapshot& s) { return s.step >= 3 || s.epoch; }));
            trainer.stop();
            running.join();
        }
        train(data, resumed);
        expectSame(resumed, streamed);
    }
}

TEST_F(ImagesOfTraining, MakeTheSameGenerativeRun) {
    Experiment experiment = smallExperiment(1, "opencl:0");
    choosePreset(experiment, "generative");
    experiment.generative.flowEpochs = 1;
    experiment.generative.count = 0;
    const PreparedData data = smallData(experiment);
    const RunDirectory kept = begin("kept", data), streamed = begin("streamed", data);
    train(data, kept);
    refuseImages(data);
    train(data, streamed);
    expectSame(kept, streamed);
    expectSame(*flowOf(kept), *flowOf(streamed));
}

TEST_F(ImagesOfTraining, AreStreamedBelowTheCapOnMemory) {
    PreparedData data = smallData(smallExperiment(1, "opencl:0"));
    const device::MemoryPlan plan = device_->plan(networkOf(data), sessionOptions(data.experiment));
    data.experiment.device.memoryCapMB = static_cast<double>(plan.total()) / 1e6 + 0.05;
    const std::string sentence = train(data, begin("run", data));
    EXPECT_TRUE(contains(sentence, "Images: streamed")) << sentence;
    EXPECT_TRUE(contains(sentence, "MB that may be used")) << sentence;
}

TEST_F(ImagesOfTraining, LeaveTheCheckpointWholeWhereCopyingThemFails) {
    PreparedData data = smallData(smallExperiment(1, "opencl:0"));
    const RunDirectory run = begin("run", data);
    train(data, run);
    const Checkpoint before = run.loadCheckpoint(Kept::last);
    data.experiment.training.epochs = 2;

    faults::reset();
    const auto session = device_->compile(networkOf(data), sessionOptions(data.experiment));
    session->setParameters(before.parameters);
    session->setOptimiserState(before.optimiser);
    faults::fail("clEnqueueWriteBuffer", faults::calls("clEnqueueWriteBuffer") + 1,
                 CL_OUT_OF_RESOURCES, true);
    test::expectError(ErrorKind::device,
                      {"could not take images that stay on the device", "last checkpoint"},
                      [&] { Trainer(data, device_, run).run(); });
    faults::reset();
    EXPECT_EQ(run.state(), "failed");
    EXPECT_TRUE(run.loadCheckpoint(Kept::last).parameters == before.parameters);
    EXPECT_TRUE(contains(train(data, run), "kept on the device"));
}

TEST_F(ImagesOfTraining, OfHostDevicesAreNowhereElse) {
    const PreparedData data = smallData(smallExperiment(1, "eigen"));
    Trainer trainer = makeTrainer(data, begin("run", data));
    trainer.run();
    EXPECT_EQ(trainer.snapshot().imagePlace, "");
}

}  // namespace
}  // namespace shearbench::training
