// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <new>

#include "core/benchmark/environment.h"
#include "core/benchmark/published.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"

namespace shearbench::benchmark {
namespace {

constexpr double kSliceSeconds = 0.25;

double steadySeconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

bool isOver(const Point& point) {
    return point.status == Status::done || point.status == Status::outOfMemory ||
           point.status == Status::failed;
}

bool sameGroup(const Task& a, const Task& b) {
    return a.kind == b.kind && a.network == b.network && a.size == b.size;
}

/// In the order given, each once.
template <class Value>
std::vector<Value> distinct(const std::vector<Value>& values) {
    std::vector<Value> list;
    for (const Value& value : values)
        if (std::find(list.begin(), list.end(), value) == list.end())
            list.push_back(value);
    return list;
}

void appendPoints(std::vector<Point>& points, Kind kind, const std::string& network,
                  const std::vector<int>& sizes, const std::vector<std::string>& devices) {
    for (const int size : distinct(sizes))
        for (const std::string& device : devices) {
            Point point;
            point.task = {kind, network, device, size};
            points.push_back(std::move(point));
        }
}

}  // namespace

struct Sweep::Lane {
    std::size_t index;
    std::unique_ptr<Work> work;
    PointTimer timer;
    std::unique_ptr<PowerMeter> meter;
    bool over = false;
};

Protocol protocolOf(const BenchmarkSettings& settings) {
    Protocol protocol;
    protocol.method = settings.protocol == "paper" ? Method::paper : Method::quick;
    protocol.images = settings.images;
    protocol.warmupEpochs = settings.warmupEpochs;
    protocol.epochs = settings.epochs;
    protocol.budgetSeconds = settings.budgetSeconds;
    protocol.relativeHalfWidth = settings.halfWidthPercent / 100;
    return protocol;
}

std::vector<std::string> devicesAskedFor(const Experiment& experiment) {
    const std::vector<std::string>& devices = experiment.benchmark.devices;
    return devices.empty() ? std::vector{experiment.device.id} : distinct(devices);
}

std::vector<std::string> networksAskedFor(const Experiment& experiment) {
    const BenchmarkSettings& settings = experiment.benchmark;
    const bool generationAlone = settings.networks.empty() && !settings.imageCounts.empty();
    return settings.networks.empty() && !generationAlone ? std::vector{experiment.network.preset}
                                                         : distinct(settings.networks);
}

std::vector<Point> planPoints(const Experiment& experiment) {
    check(experiment);
    const BenchmarkSettings& settings = experiment.benchmark;
    const std::vector<std::string> devices = devicesAskedFor(experiment);
    for (const std::string& device : devices)
        device::findDevice(device);
    const std::vector<std::string> networks = networksAskedFor(experiment);
    std::vector<Point> points;
    for (const std::string& network : networks) {
        const int size = settings.imageSize / 16 * 16;
        network::makePreset(network, {6, size, size});  // throws where there is none of that name
        appendPoints(
            points, Kind::training, network,
            settings.batches.empty() ? paperSizes(Kind::training, network) : settings.batches,
            devices);
    }
    const bool generative =
        std::find(networks.begin(), networks.end(), "generative") != networks.end();
    appendPoints(points, Kind::generation, "generative",
                 generative && settings.imageCounts.empty()
                     ? paperSizes(Kind::generation, "generative")
                     : settings.imageCounts,
                 devices);
    return points;
}

Sweep::Sweep(Results results, Surroundings surroundings, training::Control& control)
    : results_(std::move(results)), surroundings_(std::move(surroundings)), control_(control) {
    if (!surroundings_.clock)
        surroundings_.clock = steadySeconds;
}

Sweep::~Sweep() = default;

bool Sweep::run() {
    start_ = surroundings_.clock();
    for (Point& point : results_.points)
        if (!isOver(point)) {
            point.status = Status::waiting;
            point.sentence.clear();
            point.warmup.clear();
            point.blocks.clear();
        }
    for (std::size_t first = 0; first < results_.points.size() && !control_.stopping();) {
        std::vector<std::size_t> group;
        std::size_t next = first;
        for (; next < results_.points.size() &&
               sameGroup(results_.points[first].task, results_.points[next].task);
             ++next)
            if (!isOver(results_.points[next]))
                group.push_back(next);
        runGroup(group);
        first = next;
    }
    running_.reset();
    tell({});
    return std::all_of(results_.points.begin(), results_.points.end(), isOver);
}

void Sweep::runGroup(const std::vector<std::size_t>& points) {
    std::vector<std::size_t> alone;
    std::vector<Lane> lanes;
    for (const std::size_t index : points)
        if (!control_.stopping() && !open(index, lanes, lanes.empty()))
            alone.push_back(index);
    turns(lanes);
    for (const std::size_t index : alone) {
        lanes.clear();
        if (!control_.stopping())
            open(index, lanes, true);
        turns(lanes);
    }
}

/// False when there is no memory beside the others' and `last` is not set.
bool Sweep::open(std::size_t index, std::vector<Lane>& lanes, bool last) {
    Point& point = results_.points[index];
    const auto mark = [&](Status status, const std::string& sentence) {
        point.status = status;
        point.sentence = sentence;
        tell(lanes);
    };
    try {
        auto work = surroundings_.makeWork(point.task);
        point.memoryBytes = work->memoryBytes();
        point.parameters = work->parameters();
        auto meter = surroundings_.makeMeter ? surroundings_.makeMeter(point.task.device) : nullptr;
        for (DeviceRecord& device : results_.devices)
            if (meter && device.id == point.task.device)
                device.energy = meter->source();
        lanes.push_back(
            {index, std::move(work), PointTimer(results_.protocol, point.task), std::move(meter)});
        point.status = Status::running;
    } catch (const OutOfMemory& reason) {
        if (!last)
            return false;
        point.memoryBytes = reason.bytes;
        mark(Status::outOfMemory, reason.sentence);
    } catch (const std::bad_alloc&) {
        if (!last)
            return false;
        mark(Status::outOfMemory, "The system refused the memory.");
    } catch (const Error& error) {
        mark(Status::failed, error.what());
    }
    return true;
}

void Sweep::turns(std::vector<Lane>& lanes) {
    ForeignLoad load;
    const auto waiting = [](const Lane& lane) { return !lane.over; };
    while (std::any_of(lanes.begin(), lanes.end(), waiting) && !control_.stopping())
        for (Lane& lane : lanes) {
            if (lane.over)
                continue;
            try {
                if (!block(lane, lanes))
                    break;
                if (lane.timer.nextSteps() == 0)
                    finish(lane, Status::done);
            } catch (const Error& error) {
                finish(lane, Status::failed);
                results_.points[lane.index].sentence = error.what();
            }
            tell(lanes);
        }
    const double foreign = load.cores().value_or(0);
    for (Lane& lane : lanes) {
        results_.points[lane.index].foreignCores = foreign;
        if (!lane.over)
            finish(lane, Status::stopped);
    }
    if (!lanes.empty())
        tell(lanes);
}

/// False when stopped before the block was whole.
bool Sweep::block(Lane& lane, std::vector<Lane>& lanes) {
    running_ = lane.index;
    Block block;
    block.startedAt = surroundings_.clock() - start_;
    const std::int64_t wanted = lane.timer.nextSteps();
    double joules = 0;
    std::int64_t slice = std::min<std::int64_t>(wanted, 8);
    while (block.steps < wanted) {
        if (!proceed(lanes))
            return false;
        const std::int64_t steps = std::min(slice, wanted - block.steps);
        const double before = lane.meter ? lane.meter->joules() : std::nan("");
        const double start = surroundings_.clock();
        lane.work->run(steps);
        const double seconds = std::max(surroundings_.clock() - start, 1e-9);
        joules += lane.meter ? lane.meter->joules() - before : std::nan("");
        block.steps += steps;
        block.seconds += seconds;
        const double fitting = kSliceSeconds * static_cast<double>(steps) / seconds;
        slice = std::clamp<std::int64_t>(static_cast<std::int64_t>(std::min(fitting, 1e9)), 1,
                                         std::int64_t{1} << 20);
    }
    block.joules = joules;
    lane.timer.add(block);
    Point& point = results_.points[lane.index];
    point.warmup = lane.timer.warmup();
    point.blocks = lane.timer.timed();
    return true;
}

/// Stays here while pausing; false when it is time to stop.
bool Sweep::proceed(std::vector<Lane>& lanes) {
    if (control_.pausing()) {
        while (control_.pausing())
            control_.wait();
        for (Lane& lane : lanes)
            lane.timer.disturb();
    }
    return !control_.stopping();
}

void Sweep::finish(Lane& lane, Status status) {
    Point& point = results_.points[lane.index];
    point.status = status;
    point.sentence = lane.work->remark();
    const auto time = results_.estimateOf(point);
    if (status == Status::done && time && !time->isNarrow(results_.protocol))
        point.sentence += fmt::format(
            "{}The budget of {} s ended at ±{:.2g} %.", point.sentence.empty() ? "" : " ",
            results_.protocol.budgetSeconds, 100 * time->relativeHalfWidth());
    lane.over = true;
}

void Sweep::tell(const std::vector<Lane>& lanes) {
    if (!surroundings_.changed)
        return;
    Progress progress;
    progress.points = results_.points.size();
    progress.running = running_;
    std::size_t waiting = 0, timed = 0;
    double spent = 0;
    for (const Point& point : results_.points) {
        progress.done += isOver(point);
        waiting += point.status == Status::waiting;
        if (point.status != Status::done)
            continue;
        ++timed;
        for (const auto* blocks : {&point.warmup, &point.blocks})
            for (const Block& block : *blocks)
                spent += block.seconds;
    }
    const bool quick = results_.protocol.method == Method::quick;
    const double each = timed   ? spent / static_cast<double>(timed)
                        : quick ? results_.protocol.budgetSeconds
                                : 0;
    progress.secondsLeft = each * static_cast<double>(waiting);
    for (const Lane& lane : lanes)
        if (!lane.over)
            progress.secondsLeft += lane.timer.secondsLeft();
    surroundings_.changed(results_, progress);
}

}  // namespace shearbench::benchmark
