// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/sweep.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <thread>

#include "core/benchmark/command.h"
#include "core/benchmark/environment.h"
#include "core/benchmark/fits.h"
#include "core/benchmark/store.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "tests/support/expect_error.h"
#include "tests/support/temporary_folder.h"

namespace shearbench::benchmark {
namespace {

using test::expectError;

Experiment sweepOf(std::vector<std::string> devices, std::vector<int> batches) {
    Experiment experiment;
    experiment.benchmark.devices = std::move(devices);
    experiment.benchmark.batches = std::move(batches);
    experiment.benchmark.budgetSeconds = 4;
    return experiment;
}

/// Time that passes only when work is done.
struct World {
    double now = 100;
    std::vector<std::string> turns;  ///< devices, block by block
    std::map<std::string, double> perStep{{"cpu", 0.01}, {"eigen", 0.04}};
    std::uint64_t free = 1'000'000, held = 0;
    training::Control control;
    std::function<void(const Results&, const Progress&)> changed;

    struct FakeWork final : Work {
        FakeWork(World& w, Task t) : world(w), task(std::move(t)) { world.held += bytes(); }
        ~FakeWork() override { world.held -= bytes(); }
        std::uint64_t bytes() const { return static_cast<std::uint64_t>(task.size) * 100'000; }
        void run(std::int64_t steps) override {
            world.now += static_cast<double>(steps) * world.perStep.at(task.device);
            if (world.turns.empty() || world.turns.back() != task.device)
                world.turns.push_back(task.device);
        }
        std::uint64_t memoryBytes() const override { return bytes(); }
        std::uint64_t parameters() const override { return 7; }
        World& world;
        Task task;
    };

    Surroundings surroundings() {
        Surroundings s;
        s.clock = [this] { return now; };
        s.makeWork = [this](const Task& task) -> std::unique_ptr<Work> {
            if (task.size == 5)
                throw Error(ErrorKind::device, "It is broken.");
            if (static_cast<std::uint64_t>(task.size) * 100'000 + held > free)
                throw OutOfMemory{"It is full.", 100};
            return std::make_unique<FakeWork>(*this, task);
        };
        s.changed = [this](const Results& results, const Progress& progress) {
            if (changed)
                changed(results, progress);
        };
        return s;
    }
};

Results waiting(const Experiment& experiment) {
    Results results;
    results.protocol = protocolOf(experiment.benchmark);
    results.points = planPoints(experiment);
    for (const char* id : {"cpu", "eigen"}) {
        DeviceRecord device;
        device.id = id;
        results.devices.push_back(device);
    }
    return results;
}

TEST(SweepPlan, GoesSizeBySizeAndDeviceByDevice) {
    const auto points = planPoints(sweepOf({"cpu", "eigen", "cpu"}, {8, 2, 8}));
    ASSERT_EQ(points.size(), 4u);
    EXPECT_EQ(points[0].task, (Task{Kind::training, "deterministic", "cpu", 8}));
    EXPECT_EQ(points[1].task, (Task{Kind::training, "deterministic", "eigen", 8}));
    EXPECT_EQ(points[2].task.size, 2);
    EXPECT_EQ(planPoints(sweepOf({}, {})).size(), 6u);  // the paper's batch sizes, one device
    expectError(ErrorKind::device, {"nobody"}, [] { planPoints(sweepOf({"nobody"}, {})); });
    Experiment other = sweepOf({}, {});
    other.benchmark.networks = {"nothing"};
    expectError(ErrorKind::usage, {"nothing"}, [&] { planPoints(other); });
    other.benchmark.networks.clear();
    other.benchmark.imageCounts = {1, 10};
    const auto generation = planPoints(other);
    ASSERT_EQ(generation.size(), 2u);
    EXPECT_EQ(generation[1].task.kind, Kind::generation);
    // The three networks on two devices: 6, 4 and 6 batch sizes, 6 numbers of images.
    Experiment paper = sweepOf({"cpu", "eigen"}, {});
    paper.benchmark.networks = {"deterministic", "bayesian", "generative"};
    EXPECT_EQ(planPoints(paper).size(), 2u * 22);
    paper.benchmark.imageCounts = {7};
    EXPECT_EQ(planPoints(paper).back().task, (Task{Kind::generation, "generative", "eigen", 7}));
}

TEST(Sweep, SaysWhereTheBudgetEnded) {
    World world;
    int turn = 0;
    world.changed = [&](const Results&, const Progress&) {
        world.perStep["cpu"] = ++turn % 2 ? 0.01 : 0.02;
    };
    Sweep sweep(waiting(sweepOf({"cpu"}, {2})), world.surroundings(), world.control);
    EXPECT_TRUE(sweep.run());
    const Point& point = sweep.results().points[0];
    EXPECT_EQ(point.status, Status::done);
    EXPECT_NE(point.sentence.find("budget of 4 s"), std::string::npos) << point.sentence;
    EXPECT_NE(point.sentence.find('%'), std::string::npos);
}

TEST(Sweep, DevicesTakeTurnsBlockByBlock) {
    World world;
    Sweep sweep(waiting(sweepOf({"cpu", "eigen"}, {2})), world.surroundings(), world.control);
    EXPECT_TRUE(sweep.run());
    ASSERT_GT(world.turns.size(), 12u);
    for (std::size_t i = 1; i < world.turns.size(); ++i)
        EXPECT_NE(world.turns[i], world.turns[i - 1]);
    for (const Point& point : sweep.results().points) {
        EXPECT_EQ(point.status, Status::done);
        EXPECT_EQ(point.parameters, 7u);
        const auto time = sweep.results().estimateOf(point);
        EXPECT_NEAR(time->seconds, 4000 * 100 * world.perStep.at(point.task.device), 1e-6);
    }
}

TEST(Sweep, WhatDoesNotFitOrFailsIsMarkedAndTheRestGoesOn) {
    World world;
    Sweep sweep(waiting(sweepOf({"cpu", "eigen"}, {2, 5, 11, 4})), world.surroundings(),
                world.control);
    EXPECT_TRUE(sweep.run());
    std::map<int, Status> status;
    for (const Point& point : sweep.results().points)
        status[point.task.size] = point.status;
    EXPECT_EQ(status[2], Status::done);
    EXPECT_EQ(status[4], Status::done);
    EXPECT_EQ(status[5], Status::failed);
    EXPECT_EQ(status[11], Status::outOfMemory);
    EXPECT_EQ(sweep.results().points[2].sentence, "It is broken.");
    EXPECT_EQ(sweep.results().points[4].sentence, "It is full.");
}

TEST(Sweep, DevicesThatDoNotFitTogetherGoOneAfterTheOther) {
    World world;
    Sweep sweep(waiting(sweepOf({"cpu", "eigen"}, {8})), world.surroundings(), world.control);
    EXPECT_TRUE(sweep.run());
    EXPECT_EQ(world.turns, (std::vector<std::string>{"cpu", "eigen"}));
    for (const Point& point : sweep.results().points)
        EXPECT_EQ(point.status, Status::done);
}

TEST(Sweep, StopsAndGoesOnWhereItWas) {
    World world;
    const Results asked = waiting(sweepOf({"cpu"}, {2, 4, 8}));
    world.changed = [&](const Results& results, const Progress& progress) {
        if (progress.done == 1 && !results.points[1].blocks.empty())
            world.control.stop();
    };
    Sweep sweep(asked, world.surroundings(), world.control);
    EXPECT_FALSE(sweep.run());
    EXPECT_EQ(sweep.results().points[0].status, Status::done);
    EXPECT_EQ(sweep.results().points[1].status, Status::stopped);
    EXPECT_FALSE(sweep.results().points[1].blocks.empty());
    EXPECT_EQ(sweep.results().points[2].status, Status::waiting);

    World later;
    const double first = sweep.results().points[0].blocks[0].startedAt;
    Sweep rest(sweep.results(), later.surroundings(), later.control);
    EXPECT_TRUE(rest.run());
    EXPECT_EQ(rest.results().points[0].blocks[0].startedAt, first);
    EXPECT_EQ(rest.results().points[2].status, Status::done);
}

TEST(Sweep, PauseHoldsItAndTheNextBlockIsNotTimed) {
    World world;
    std::atomic<int> blocks = 0, warmups = 0;
    world.changed = [&](const Results& results, const Progress&) {
        const Point& point = results.points[0];
        if (point.blocks.size() == 2 && blocks != 2)
            world.control.pause();
        blocks = static_cast<int>(point.blocks.size());
        warmups = static_cast<int>(point.warmup.size());
    };
    Sweep sweep(waiting(sweepOf({"cpu"}, {2})), world.surroundings(), world.control);
    std::thread thread([&] { EXPECT_TRUE(sweep.run()); });
    while (blocks != 2)
        std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_EQ(blocks, 2);
    const int before = warmups;
    world.control.resume();
    thread.join();
    EXPECT_EQ(sweep.results().points[0].warmup.size(), static_cast<std::size_t>(before + 1));
}

TEST(Sweep, TellsHowFarItIs) {
    World world;
    double left = 1e9;
    std::size_t done = 0;
    world.changed = [&](const Results&, const Progress& progress) {
        EXPECT_GE(progress.done, done);
        done = progress.done;
        left = progress.secondsLeft;
        EXPECT_EQ(progress.points, 4u);
    };
    Sweep sweep(waiting(sweepOf({"cpu", "eigen"}, {2, 4})), world.surroundings(), world.control);
    EXPECT_TRUE(sweep.run());
    EXPECT_EQ(done, 4u);
    EXPECT_EQ(left, 0);
}

TEST(PowerMeter, FollowsCountersThatWrap) {
    const test::TemporaryFolder folder;
    const auto package = folder.path() / "intel-rapl:0";
    const auto put = [&](const char* name, const std::string& text) {
        std::ofstream(package / name) << text << '\n';
    };
    EXPECT_EQ(makeRaplMeter(folder.path()), nullptr);
    EXPECT_EQ(makeRaplMeter(folder.path() / "gone"), nullptr);
    std::filesystem::create_directories(package);
    put("name", "package-0");
    put("max_energy_range_uj", "1000000");
    EXPECT_EQ(makeRaplMeter(folder.path()), nullptr);  // no counter that can be read
    put("energy_uj", "900000");
    const auto meter = makeRaplMeter(folder.path());
    ASSERT_TRUE(meter);
    EXPECT_EQ(meter->source(), EnergySource::rapl);
    EXPECT_EQ(meter->joules(), 0);
    put("energy_uj", "950000");
    EXPECT_NEAR(meter->joules(), 0.05, 1e-12);
    put("energy_uj", "50000");
    EXPECT_NEAR(meter->joules(), 0.15, 1e-12);
    put("energy_uj", "nonsense");
    EXPECT_TRUE(std::isnan(meter->joules()));
}

TEST(Environment, DescribesThisMachine) {
    const Machine machine = describeMachine();
    EXPECT_FALSE(machine.host.empty());
    EXPECT_GE(machine.cores, 1);
    EXPECT_NE(machine.system.find("Linux"), std::string::npos);
    const DeviceRecord device = describeDevice(*device::findDevice("eigen"), {}, false);
    EXPECT_EQ(device.id, "eigen");
    EXPECT_EQ(device.gflops, 0);
    EXPECT_FALSE(device.backend.empty());
    EXPECT_EQ(utcNow().size(), 20u);
    ForeignLoad load;
    std::this_thread::sleep_for(std::chrono::milliseconds(60));
    if (const auto cores = load.cores()) {
        EXPECT_GE(*cores, 0);
    }
}

TEST(Fits, SaysWhichBatchesASmallerDeviceWouldHold) {
    const auto device = device::findDevice("eigen");
    const auto network = network::makePreset("deterministic", {6, 16, 16});
    const std::uint64_t four = device->plan(network, {.batch = 4, .threads = 1}).total();
    const auto list = batchesThatFit(*device, network, {2, 4, 8}, 1, four);
    ASSERT_EQ(list.size(), 3u);
    EXPECT_TRUE(list[0].fits && list[1].fits);
    EXPECT_FALSE(list[2].fits);
    EXPECT_EQ(list[1].bytes, four);
    EXPECT_TRUE(batchesThatFit(*device, network, {8}, 1, 0)[0].fits);
}

TEST(Fits, GoesOverNetworksAndDevicesWithTheCap) {
    Experiment experiment = sweepOf({"cpu", "eigen"}, {2, 4});
    experiment.benchmark.networks = {"deterministic", "generative"};
    experiment.device.threads = 1;
    const auto list = fitsOf(experiment, {6, 16, 16});
    ASSERT_EQ(list.size(), 4u);
    EXPECT_EQ(list[3].network, "generative");
    EXPECT_EQ(list[3].device, "eigen");
    EXPECT_EQ(list[3].largest(), 4);
    experiment.device.memoryCapMB = static_cast<double>(list[0].batches[0].bytes) * 1e-6;
    EXPECT_EQ(fitsOf(experiment, {6, 16, 16})[0].largest(), 2);
    experiment.device.memoryCapMB = 1e-6;
    EXPECT_EQ(fitsOf(experiment, {6, 16, 16})[0].largest(), 0);
}

TEST(Commands, RepeatABenchmarkAndAPointOfIt) {
    Experiment experiment = sweepOf({"cpu", "eigen"}, {2, 4});
    experiment.benchmark.networks = {"deterministic", "generative"};
    experiment.benchmark.imageCounts = {10};
    experiment.device.memoryCapMB = 286;
    experiment.data.file = "/some where/g.h5";
    EXPECT_EQ(commandOf(experiment),
              "shearbench-cli benchmark --protocol quick --networks deterministic,generative "
              "--devices cpu,eigen --batch 2,4 --images 10 --budget 4 --memory-cap 286 --data "
              "'/some where/g.h5'");
    Results results;
    results.experiment = experiment;
    Point point;
    point.task = {Kind::training, "deterministic", "eigen", 4};
    EXPECT_NE(commandOf(results, point)
                  .find("--networks deterministic --devices eigen --batch 4 --budget"),
              std::string::npos);
    point.task = {Kind::generation, "generative", "cpu", 10};
    EXPECT_NE(commandOf(results, point).find("quick --devices cpu --images 10 --budget"),
              std::string::npos);
}

// The whole of it on a small network: a run directory, results in it, a second look at them.
TEST(BenchmarkRun, IsKeptAndReadBack) {
    const test::TemporaryFolder folder;
    Experiment experiment = sweepOf({"eigen"}, {2, 4});
    experiment.device.threads = 1;
    experiment.benchmark.imageSize = 16;
    experiment.benchmark.images = 32;
    experiment.benchmark.budgetSeconds = 0.3;
    experiment.device.memoryCapMB =
        1e-6 * static_cast<double>(device::findDevice("eigen")
                                       ->plan(network::makePreset("deterministic", {6, 16, 16}),
                                              {.batch = 2, .threads = 1})
                                       .total());
    const auto images = std::make_shared<const training::PreparedData>(prepareImages(experiment));
    const auto run = createRun(folder.path(), experiment);
    training::Control control;
    const Results results =
        runBenchmark(run, newResults(experiment, *images, "a command", false), images, control, {});
    EXPECT_EQ(run.state(), "done");
    ASSERT_EQ(results.points.size(), 2u);
    EXPECT_EQ(results.points[0].status, Status::done);
    EXPECT_EQ(results.points[1].status, Status::outOfMemory);  // the cap
    EXPECT_NE(results.points[1].sentence.find("MB"), std::string::npos);
    EXPECT_TRUE(isBenchmarkRun(run.path()));
    const Results back = openResults(run.path());
    EXPECT_EQ(toJson(back), toJson(results));
    EXPECT_EQ(back.command, "a command");
    EXPECT_EQ(back.data.height, 16);
    EXPECT_EQ(toJson(openResults(resultsFile(run.path()))), toJson(results));
    EXPECT_TRUE(std::filesystem::exists(run.path() / "results.csv"));
}

}  // namespace
}  // namespace shearbench::benchmark
