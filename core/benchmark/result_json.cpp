// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/benchmark/result.h"
#include "core/error.h"
#include "core/json_fields.h"

// Results as JSON, and back from files that anyone may have written.

namespace shearbench::benchmark {
namespace {

using nlohmann::ordered_json;

constexpr const char* kFormat = "shearbench-benchmark";
constexpr int kVersion = 2;  // 1: a step of a generation was all of it
constexpr std::size_t kMostPoints = 100'000, kMostBlocks = 1'000'000, kMostDevices = 1000;
constexpr double kLongestBlock = 1e9;  // seconds

constexpr std::array kStatuses = {Status::waiting,     Status::running, Status::done,
                                  Status::outOfMemory, Status::failed,  Status::stopped};
constexpr std::array kSources = {EnergySource::none, EnergySource::rapl, EnergySource::nvml,
                                 EnergySource::stated};
constexpr std::array kKinds = {Kind::training, Kind::generation};
constexpr std::array kMethods = {Method::paper, Method::quick};

constexpr auto kProtocolFields = [](auto& protocol, auto&& field) {
    constexpr std::int64_t kMost = 1'000'000'000;
    field("method", protocol.method, kMethods);
    field("images", protocol.images, 1, kMost);
    field("warmup_epochs", protocol.warmupEpochs, 0, kMost);
    field("epochs", protocol.epochs, 1, kMost);
    field("warmup_generations", protocol.warmupGenerations, 0, kMost);
    field("budget_seconds", protocol.budgetSeconds, 1e-6, kLongestBlock);
    field("relative_half_width", protocol.relativeHalfWidth, 0, 1);
    field("block_seconds", protocol.blockSeconds, 1e-6, kLongestBlock);
};

constexpr auto kMachineFields = [](auto& machine, auto&& field) {
    field("host", machine.host);
    field("cores", machine.cores, 0, 1'000'000);
    field("memory_bytes", machine.memoryBytes);
    field("system", machine.system);
    field("governor", machine.governor);
    field("load_average", machine.loadAverage, 0, 1e6);
};

constexpr auto kDataFields = [](auto& data, auto&& field) {
    field("description", data.description);
    field("checksum", data.checksum);
    field("channels", data.channels, 0, 65536);
    field("height", data.height, 0, 65536);
    field("width", data.width, 0, 65536);
    field("images", data.images, 0, 1'000'000'000'000);
};

constexpr auto kDeviceFields = [](auto& device, auto&& field) {
    field("id", device.id);
    field("name", device.name);
    field("vendor", device.vendor);
    field("backend", device.backend);
    field("instruction_set", device.instructionSet);
    field("compute_units", device.computeUnits, 0, 100'000'000);
    field("clock_mhz", device.clockMHz, 0, 1e9);
    field("memory_bytes", device.memoryBytes);
    field("measured_gflops", device.gflops, 0, 1e15);
    field("measured_gigabytes_per_second", device.gigabytesPerSecond, 0, 1e15);
    field("threads", device.threads, 0, 1'000'000);
    field("memory_cap_mb", device.memoryCapMB, 0, 1e15);
    field("energy", device.energy, kSources);
};

// ---- writing ----------------------------------------------------------------------------------

ordered_json deviceJson(const DeviceRecord& device) {
    ordered_json json = writeFields(device, kDeviceFields);
    if (device.maxPowerWatts)
        json["max_power_watts"] = *device.maxPowerWatts;
    return json;
}

ordered_json blocksJson(const std::vector<Block>& blocks) {
    ordered_json steps = ordered_json::array(), seconds = steps, startedAt = steps, joules = steps;
    for (const Block& block : blocks) {
        steps.push_back(block.steps);
        seconds.push_back(block.seconds);
        startedAt.push_back(block.startedAt);
        joules.push_back(block.joules);
    }
    ordered_json json{{"steps", steps}, {"seconds", seconds}, {"started_at", startedAt}};
    const bool counted = std::all_of(blocks.begin(), blocks.end(), [](const Block& block) {
        return std::isfinite(block.joules);
    });
    if (counted && !blocks.empty())
        json["joules"] = joules;
    return json;
}

ordered_json pointJson(const Results& results, const Point& point) {
    ordered_json json;
    json["kind"] = toString(point.task.kind);
    json["network"] = point.task.network;
    json["device"] = point.task.device;
    json["size"] = point.task.size;
    json["status"] = toString(point.status);
    json["sentence"] = point.sentence;
    if (const std::optional<Estimate> time = results.estimateOf(point)) {
        json["seconds"] = time->seconds;
        json["seconds_low"] = time->low;
        json["seconds_high"] = time->high;
        json["images_per_second"] = time->imagesPerSecond;
    }
    json["memory_bytes"] = point.memoryBytes;
    json["parameters"] = point.parameters;
    json["foreign_cores"] = point.foreignCores;
    json["warmup"] = blocksJson(point.warmup);
    json["blocks"] = blocksJson(point.blocks);
    return json;
}

// ---- reading ----------------------------------------------------------------------------------

template <class Struct, class Fields>
Struct readAll(JsonReader reader, const Fields& fields) {
    Struct value;
    readFields(reader, value, fields);
    reader.finish();
    return value;
}

DeviceRecord readDevice(JsonReader reader) {
    DeviceRecord device;
    readFields(reader, device, kDeviceFields);
    if (device.id.empty())
        reader.fail("id", "is missing or empty");
    if (reader.has("max_power_watts")) {
        double watts = 0;
        readWithin(reader, "max_power_watts", watts, 1e-6, 1e9);
        device.maxPowerWatts = watts;
    }
    reader.finish();
    return device;
}

std::vector<Block> readBlocks(JsonReader reader) {
    std::vector<double> steps, seconds, startedAt, joules;
    reader.read("steps", steps);
    reader.read("seconds", seconds);
    reader.read("started_at", startedAt);
    const bool counted = reader.read("joules", joules);
    reader.finish();
    if (steps.size() != seconds.size() || steps.size() != startedAt.size() ||
        (counted && joules.size() != steps.size()))
        reader.fail("steps",
                    fmt::format("has {} numbers, seconds {}, started_at {}; equally many were "
                                "expected",
                                steps.size(), seconds.size(), startedAt.size()));
    if (steps.size() > kMostBlocks)
        reader.fail("steps", fmt::format("has {} numbers; at most {} were expected", steps.size(),
                                         kMostBlocks));
    std::vector<Block> blocks;
    blocks.reserve(steps.size());
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!(steps[i] >= 1 && steps[i] <= 1e12 && steps[i] == std::floor(steps[i])))
            reader.fail("steps",
                        fmt::format("holds {}; whole numbers from 1 were expected", steps[i]));
        if (!(seconds[i] >= 1e-9 && seconds[i] <= kLongestBlock))
            reader.fail("seconds",
                        fmt::format("holds {}; positive times were expected", seconds[i]));
        if (!(startedAt[i] >= 0 && startedAt[i] <= 1e12))
            reader.fail("started_at",
                        fmt::format("holds {}; times from 0 were expected", startedAt[i]));
        if (counted && !(joules[i] >= 0 && joules[i] <= 1e18))
            reader.fail("joules", fmt::format("holds {}; numbers from 0 were expected", joules[i]));
        Block block{static_cast<std::int64_t>(steps[i]), seconds[i], startedAt[i]};
        if (counted)
            block.joules = joules[i];
        blocks.push_back(block);
    }
    return blocks;
}

Point readPoint(JsonReader& reader, const Results& results) {
    Point point;
    point.task.kind = readChoice(reader, "kind", kKinds);
    if (!reader.read("network", point.task.network) || point.task.network.empty())
        reader.fail("network", "is missing or empty");
    reader.read("device", point.task.device);
    if (!results.device(point.task.device))
        reader.fail("device",
                    fmt::format("is \"{}\", which is not among the devices", point.task.device));
    point.task.size = 0;
    readWithin(reader, "size", point.task.size, 1, 1'000'000'000);
    point.status = readChoice(reader, "status", kStatuses);
    reader.read("sentence", point.sentence);
    double derived = 0;  // follows from the blocks
    for (const char* key : {"seconds", "seconds_low", "seconds_high", "images_per_second"})
        reader.read(key, derived);
    reader.read("memory_bytes", point.memoryBytes);
    reader.read("parameters", point.parameters);
    readWithin(reader, "foreign_cores", point.foreignCores, 0.0, 1e6);
    point.warmup = readBlocks(reader.object("warmup"));
    point.blocks = readBlocks(reader.object("blocks"));
    reader.finish();
    if (point.status == Status::done && point.blocks.empty())
        reader.fail("blocks", "holds no time, though the point is done");
    return point;
}

/// Documents nest a few levels; what goes on and on would overflow whoever follows it.
bool isShallow(const nlohmann::json& value) {
    constexpr int kDeepest = 16;
    std::vector<std::pair<const nlohmann::json*, int>> open{{&value, 0}};
    while (!open.empty()) {
        const auto [item, depth] = open.back();
        open.pop_back();
        if (depth > kDeepest)
            return false;
        if (item->is_structured())
            for (const nlohmann::json& inner : *item)
                open.emplace_back(&inner, depth + 1);
    }
    return true;
}

}  // namespace

std::string toJson(const Results& results) {
    ordered_json json;
    json["format"] = kFormat;
    json["version"] = kVersion;
    json["name"] = results.name;
    json["program"] = results.version;
    json["started"] = results.started;
    json["command"] = results.command;
    json["protocol"] = writeFields(results.protocol, kProtocolFields);
    json["machine"] = writeFields(results.machine, kMachineFields);
    json["data"] = writeFields(results.data, kDataFields);
    json["devices"] = ordered_json::array();
    for (const DeviceRecord& device : results.devices)
        json["devices"].push_back(deviceJson(device));
    json["points"] = ordered_json::array();
    for (const Point& point : results.points)
        json["points"].push_back(pointJson(results, point));
    json["experiment"] = ordered_json::parse(shearbench::toJson(results.experiment));
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Results resultsFromJson(const std::string& text, const std::string& source) {
    const nlohmann::json document = parseJson(text, source, ErrorKind::data);
    JsonReader reader(document, source, ErrorKind::data);
    std::string format;
    int version = 0;
    const bool named = document.contains("format") && document["format"].is_string() &&
                       reader.read("format", format);
    if (!named || format != kFormat)
        throw Error(ErrorKind::data,
                    fmt::format("{} holds no benchmark results: its field \"format\" is {}; "
                                "\"{}\" was expected.",
                                source, named ? '"' + format + '"' : "missing", kFormat),
                    "Choose a file that shearbench-cli benchmark wrote.");
    if (!reader.read("version", version) || version != kVersion)
        throw Error(ErrorKind::data,
                    fmt::format("{}: results of version {} cannot be read; version {} was "
                                "expected.",
                                source, version, kVersion),
                    "Use the Shearbench that wrote it.");
    Results results;
    reader.read("name", results.name);
    reader.read("program", results.version);
    reader.read("started", results.started);
    reader.read("command", results.command);
    results.protocol = readAll<Protocol>(reader.object("protocol"), kProtocolFields);
    results.machine = readAll<Machine>(reader.object("machine"), kMachineFields);
    results.data = readAll<DataRecord>(reader.object("data"), kDataFields);
    std::vector<JsonReader> devices = reader.objects("devices"), points = reader.objects("points");
    if (devices.size() > kMostDevices || points.size() > kMostPoints)
        throw Error(ErrorKind::data,
                    fmt::format("{} lists {} devices and {} points; at most {} and {} were "
                                "expected.",
                                source, devices.size(), points.size(), kMostDevices, kMostPoints));
    for (const JsonReader& device : devices) {
        results.devices.push_back(readDevice(device));
        if (results.device(results.devices.back().id) != &results.devices.back())
            device.fail("id", "stands twice among the devices");
    }
    for (JsonReader& point : points)
        results.points.push_back(readPoint(point, results));
    reader.object("experiment");
    if (document.contains("experiment") && !isShallow(document["experiment"]))
        reader.fail("experiment", "is nested too deeply to be an experiment");
    if (document.contains("experiment"))
        results.experiment =
            experimentFromJson(document["experiment"].dump(), source + ", experiment");
    reader.finish();
    return results;
}

}  // namespace shearbench::benchmark
