// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/result.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/files.h"

namespace shearbench::benchmark {
namespace {

/// Foreign programs on less of a processor than this are no difference.
constexpr double kQuietCores = 0.25;

double measuredJoules(const std::vector<Block>& blocks) {
    double joules = 0;
    for (const Block& block : blocks)
        joules += block.joules;
    return joules;  // NaN when one could not be measured
}

class Comparison {
  public:
    void text(const char* what, const std::string& a, const std::string& b) {
        if (a != b)
            found_.push_back(fmt::format("{} {} against {}", what, a.empty() ? "unknown" : a,
                                         b.empty() ? "unknown" : b));
    }
    template <class Number>
    void number(const char* what, Number a, Number b) {
        if (a != b)
            found_.push_back(fmt::format("{} {} against {}", what, a, b));
    }
    std::vector<std::string> take() { return std::move(found_); }

  private:
    std::vector<std::string> found_;
};

std::string shapeText(const DataRecord& data) {
    return fmt::format("{} x {} x {}", data.channels, data.height, data.width);
}

std::string dataText(const DataRecord& data) {
    return fmt::format("{} ({})", data.description, data.checksum);
}

std::string threadsText(const DeviceRecord& device) {
    return device.threads > 0 ? fmt::to_string(device.threads) : std::string("all");
}

std::string foreignText(double cores) {
    return cores < kQuietCores ? std::string("none") : fmt::format("{:.1f} processors", cores);
}

}  // namespace

std::string toString(Status status) {
    switch (status) {
        case Status::waiting:
            return "waiting";
        case Status::running:
            return "running";
        case Status::done:
            return "done";
        case Status::outOfMemory:
            return "out of memory";
        case Status::failed:
            return "failed";
        case Status::stopped:
            break;
    }
    return "stopped";
}

std::string toString(EnergySource source) {
    switch (source) {
        case EnergySource::rapl:
            return "RAPL";
        case EnergySource::nvml:
            return "NVML";
        case EnergySource::stated:
            return "stated maximum power";
        case EnergySource::none:
            break;
    }
    return "none";
}

const DeviceRecord* Results::device(const std::string& id) const {
    const auto found = std::find_if(devices.begin(), devices.end(),
                                    [&](const DeviceRecord& device) { return device.id == id; });
    return found == devices.end() ? nullptr : &*found;
}

std::optional<Estimate> Results::estimateOf(const Point& point) const {
    return estimate(protocol, point.task, point.blocks);
}

std::optional<Energy> energyOf(const Results& results, const Point& point) {
    const DeviceRecord* device = results.device(point.task.device);
    const std::optional<Estimate> time = results.estimateOf(point);
    if (!device || !time)
        return std::nullopt;
    std::int64_t steps = 0;
    for (const Block& block : point.blocks)
        steps += block.steps;
    const double images = static_cast<double>(steps) * imagesPerStep(point.task);
    const double joules = measuredJoules(point.blocks);
    const bool counted =
        device->energy == EnergySource::rapl || device->energy == EnergySource::nvml;
    if (counted && std::isfinite(joules))
        return Energy{joules / images, device->energy};
    if (device->maxPowerWatts)
        return Energy{*device->maxPowerWatts / time->imagesPerSecond, EnergySource::stated};
    return std::nullopt;
}

std::vector<std::string> differences(const Results& a, const Point& pointA, const Results& b,
                                     const Point& pointB) {
    Comparison comparison;
    comparison.text("network", pointA.task.network, pointB.task.network);
    comparison.number("parameters", pointA.parameters, pointB.parameters);
    comparison.number("batch", pointA.task.size, pointB.task.size);
    comparison.text("protocol", toString(a.protocol.method), toString(b.protocol.method));
    comparison.number("images an epoch", a.protocol.images, b.protocol.images);
    comparison.number("timed epochs", a.protocol.epochs, b.protocol.epochs);
    comparison.text("images of", shapeText(a.data), shapeText(b.data));
    comparison.text("data", dataText(a.data), dataText(b.data));
    comparison.text("normalisation", a.experiment.data.normalisation,
                    b.experiment.data.normalisation);
    comparison.number("turns and flips", a.experiment.data.turnsAndFlips,
                      b.experiment.data.turnsAndFlips);
    comparison.text("program version", a.version, b.version);
    comparison.text("governor", a.machine.governor, b.machine.governor);
    comparison.text("other programs on", foreignText(pointA.foreignCores),
                    foreignText(pointB.foreignCores));
    const DeviceRecord* deviceA = a.device(pointA.task.device);
    const DeviceRecord* deviceB = b.device(pointB.task.device);
    if (deviceA && deviceB) {
        comparison.text("threads", threadsText(*deviceA), threadsText(*deviceB));
        comparison.number("memory cap in MB", deviceA->memoryCapMB, deviceB->memoryCapMB);
    }
    return comparison.take();
}

Results readResults(const std::filesystem::path& file) {
    return resultsFromJson(readText(file), file.string());
}

void writeResults(const Results& results, const std::filesystem::path& file) {
    writeText(file, toJson(results));
}

}  // namespace shearbench::benchmark
