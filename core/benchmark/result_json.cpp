// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/benchmark/result.h"
#include "core/error.h"
#include "core/json_reader.h"

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

// ---- writing ----------------------------------------------------------------------------------

ordered_json protocolJson(const Protocol& protocol) {
    ordered_json json;
    json["method"] = toString(protocol.method);
    json["images"] = protocol.images;
    json["warmup_epochs"] = protocol.warmupEpochs;
    json["epochs"] = protocol.epochs;
    json["warmup_generations"] = protocol.warmupGenerations;
    json["budget_seconds"] = protocol.budgetSeconds;
    json["relative_half_width"] = protocol.relativeHalfWidth;
    json["block_seconds"] = protocol.blockSeconds;
    return json;
}

ordered_json machineJson(const Machine& machine) {
    ordered_json json;
    json["host"] = machine.host;
    json["cores"] = machine.cores;
    json["memory_bytes"] = machine.memoryBytes;
    json["system"] = machine.system;
    json["governor"] = machine.governor;
    json["load_average"] = machine.loadAverage;
    return json;
}

ordered_json dataJson(const DataRecord& data) {
    ordered_json json;
    json["description"] = data.description;
    json["checksum"] = data.checksum;
    json["channels"] = data.channels;
    json["height"] = data.height;
    json["width"] = data.width;
    json["images"] = data.images;
    return json;
}

ordered_json deviceJson(const DeviceRecord& device) {
    ordered_json json;
    json["id"] = device.id;
    json["name"] = device.name;
    json["vendor"] = device.vendor;
    json["backend"] = device.backend;
    json["instruction_set"] = device.instructionSet;
    json["compute_units"] = device.computeUnits;
    json["clock_mhz"] = device.clockMHz;
    json["memory_bytes"] = device.memoryBytes;
    if (device.maxPowerWatts)
        json["max_power_watts"] = *device.maxPowerWatts;
    json["measured_gflops"] = device.gflops;
    json["measured_gigabytes_per_second"] = device.gigabytesPerSecond;
    json["threads"] = device.threads;
    json["memory_cap_mb"] = device.memoryCapMB;
    json["energy"] = toString(device.energy);
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

/// The value among `all` that is written as the text under `key`.
template <class Value, std::size_t n>
Value readChoice(JsonReader& reader, const std::string& key, const std::array<Value, n>& all) {
    std::string text;
    if (!reader.read(key, text))
        reader.fail(key, "is missing");
    std::string known;
    for (const Value value : all) {
        if (toString(value) == text)
            return value;
        known += (known.empty() ? "\"" : ", \"") + toString(value) + '"';
    }
    reader.fail(key, fmt::format("is \"{}\"; one of {} was expected", text, known));
}

template <class Number>
void readWithin(JsonReader& reader, const std::string& key, Number& value, Number low,
                Number high) {
    reader.read(key, value);
    if (!(value >= low && value <= high))
        reader.fail(key, fmt::format("is {}; {} to {} was expected", value, low, high));
}

Protocol readProtocol(JsonReader reader) {
    constexpr std::int64_t kMost = 1'000'000'000;
    Protocol protocol;
    protocol.method = readChoice(reader, "method", kMethods);
    readWithin<std::int64_t>(reader, "images", protocol.images, 1, kMost);
    readWithin<std::int64_t>(reader, "warmup_epochs", protocol.warmupEpochs, 0, kMost);
    readWithin<std::int64_t>(reader, "epochs", protocol.epochs, 1, kMost);
    readWithin<std::int64_t>(reader, "warmup_generations", protocol.warmupGenerations, 0, kMost);
    readWithin(reader, "budget_seconds", protocol.budgetSeconds, 1e-6, kLongestBlock);
    readWithin(reader, "relative_half_width", protocol.relativeHalfWidth, 0.0, 1.0);
    readWithin(reader, "block_seconds", protocol.blockSeconds, 1e-6, kLongestBlock);
    reader.finish();
    return protocol;
}

Machine readMachine(JsonReader reader) {
    Machine machine;
    reader.read("host", machine.host);
    readWithin(reader, "cores", machine.cores, 0, 1'000'000);
    reader.read("memory_bytes", machine.memoryBytes);
    reader.read("system", machine.system);
    reader.read("governor", machine.governor);
    readWithin(reader, "load_average", machine.loadAverage, 0.0, 1e6);
    reader.finish();
    return machine;
}

DataRecord readData(JsonReader reader) {
    DataRecord data;
    reader.read("description", data.description);
    reader.read("checksum", data.checksum);
    readWithin(reader, "channels", data.channels, 0, 65536);
    readWithin(reader, "height", data.height, 0, 65536);
    readWithin(reader, "width", data.width, 0, 65536);
    readWithin<std::int64_t>(reader, "images", data.images, 0, 1'000'000'000'000);
    reader.finish();
    return data;
}

DeviceRecord readDevice(JsonReader reader) {
    DeviceRecord device;
    if (!reader.read("id", device.id) || device.id.empty())
        reader.fail("id", "is missing or empty");
    reader.read("name", device.name);
    reader.read("vendor", device.vendor);
    reader.read("backend", device.backend);
    reader.read("instruction_set", device.instructionSet);
    readWithin(reader, "compute_units", device.computeUnits, 0, 100'000'000);
    readWithin(reader, "clock_mhz", device.clockMHz, 0.0, 1e9);
    reader.read("memory_bytes", device.memoryBytes);
    double watts = 0;
    if (reader.has("max_power_watts")) {
        readWithin(reader, "max_power_watts", watts, 1e-6, 1e9);
        device.maxPowerWatts = watts;
    }
    readWithin(reader, "measured_gflops", device.gflops, 0.0, 1e15);
    readWithin(reader, "measured_gigabytes_per_second", device.gigabytesPerSecond, 0.0, 1e15);
    readWithin(reader, "threads", device.threads, 0, 1'000'000);
    readWithin(reader, "memory_cap_mb", device.memoryCapMB, 0.0, 1e15);
    device.energy = readChoice(reader, "energy", kSources);
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
    json["protocol"] = protocolJson(results.protocol);
    json["machine"] = machineJson(results.machine);
    json["data"] = dataJson(results.data);
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
    results.protocol = readProtocol(reader.object("protocol"));
    results.machine = readMachine(reader.object("machine"));
    results.data = readData(reader.object("data"));
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
