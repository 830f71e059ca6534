// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/segments.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <tuple>

#include "core/error.h"
#include "core/files.h"
#include "core/json_reader.h"
#include "core/version.h"

namespace shearbench::training {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;
using Settings = std::map<std::string, std::string>;

fs::path fileOf(const RunDirectory& run) {
    return run.path() / "segments.json";
}

/// What may change between two segments of a run.
Settings settingsOf(const Experiment& experiment) {
    const ordered_json whole = ordered_json::parse(toJson(experiment));
    Settings settings;
    for (const char* section : {"training", "generative", "device"})
        if (whole.contains(section))
            for (const auto& [name, value] : whole[section].items())
                settings[fmt::format("{}.{}", section, name)] = value.dump();
    settings["data.file"] = whole["data"]["file"].dump();
    return settings;
}

void write(const RunDirectory& run, const std::vector<Segment>& segments) {
    ordered_json list = ordered_json::array();
    for (const Segment& segment : segments) {
        ordered_json settings = ordered_json::object();
        for (const auto& [field, value] : segment.settings)
            settings[field] = ordered_json::parse(value);
        list.push_back({{"epochs_before", segment.epoch},
                        {"steps_before", segment.step},
                        {"version", segment.version},
                        {"device", segment.device},
                        {"started", segment.started},
                        {"settings", settings}});
    }
    writeText(fileOf(run), ordered_json{{"segments", list}}.dump(2) + "\n");
}

/// Adds `next`, whose settings are all of them, with those that differ.
void add(std::vector<Segment>& segments, Segment next) {
    Settings before;
    for (const Segment& segment : segments)
        for (const auto& [field, value] : segment.settings)
            before[field] = value;
    if (!segments.empty()) {
        std::erase_if(next.settings, [&](const auto& setting) {
            const auto found = before.find(setting.first);
            return found != before.end() && found->second == setting.second;
        });
        const Segment& last = segments.back();
        if (next.settings.empty() && next.device == last.device && next.version == last.version)
            return;
    }
    segments.push_back(std::move(next));
}

Segment segmentOf(const Experiment& experiment, std::int64_t epoch, std::int64_t step,
                  const std::string& started) {
    return {epoch,
            step,
            experiment.provenance.version,
            experiment.provenance.device,
            started,
            settingsOf(experiment)};
}

}  // namespace

std::vector<Segment> segmentsOf(const RunDirectory& run) {
    const fs::path file = fileOf(run);
    std::error_code ignored;
    std::vector<Segment> segments;
    if (!fs::exists(file, ignored))
        return segments;
    const nlohmann::json document = parseJson(readText(file), file.string(), ErrorKind::data);
    JsonReader reader(document, file.string(), ErrorKind::data);
    const std::vector<JsonReader> list = reader.objects("segments");
    reader.finish();
    for (std::size_t i = 0; i < list.size(); ++i) {
        JsonReader each = list[i];
        Segment segment;
        each.read("epochs_before", segment.epoch);
        each.read("steps_before", segment.step);
        each.read("version", segment.version);
        each.read("device", segment.device);
        each.read("started", segment.started);
        each.object("settings");
        each.finish();
        if (!each.has("settings"))
            each.fail("settings", "is missing");
        for (const auto& [field, value] : document["segments"][i]["settings"].items())
            segment.settings[field] = value.dump();
        segments.push_back(std::move(segment));
    }
    return segments;
}

void beginSegment(RunDirectory& run, Experiment experiment, const device::Device& device,
                  std::int64_t epoch, std::int64_t step) {
    const auto clock = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    const std::string now = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(clock));
    experiment.provenance.version = kVersion;
    experiment.provenance.device = fmt::format("{}, {}", device.info().name, device.info().backend);
    if (experiment.provenance.started.empty())
        experiment.provenance.started = now;

    std::vector<Segment> segments = segmentsOf(run);
    const Experiment& before = run.experiment();
    // A run of a program that kept no segments: all of it was trained as its experiment says.
    if (segments.empty() && (epoch > 0 || step > 0) && !before.provenance.device.empty())
        add(segments, segmentOf(before, 0, 0, before.provenance.started));
    std::erase_if(segments, [&](const Segment& segment) {
        return std::tie(segment.epoch, segment.step) >= std::tie(epoch, step);
    });
    add(segments,
        segmentOf(experiment, epoch, step, segments.empty() ? experiment.provenance.started : now));
    write(run, segments);
    run.setExperiment(experiment);
}

}  // namespace shearbench::training
