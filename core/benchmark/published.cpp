// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/published.h"

#include <algorithm>

#include "core/error.h"
#include "core/json_reader.h"

namespace shearbench::benchmark {
namespace {

constexpr char kDocument[] =
#include "core/benchmark/published_results.inc"
    ;

constexpr const char* kDevices[][2] = {{"v100", "V100"}, {"gc2", "GC2"}};

PublishedDevice readDevice(JsonReader reader, const std::string& id) {
    PublishedDevice device;
    device.id = id;
    reader.read("name", device.name);
    reader.read("cores", device.cores);
    reader.read("memory_mb", device.memoryMB);
    reader.read("single_precision_tflops", device.teraflops);
    reader.read("max_power_w", device.maxPowerWatts);
    reader.finish();
    return device;
}

/// Adds `seconds` at `sizes` to the curve.
void addTimes(JsonReader& reader, PublishedCurve& curve, const std::string& sizesKey,
              const std::string& secondsKey) {
    std::vector<int> sizes;
    std::vector<double> seconds;
    if (!reader.read(sizesKey, sizes) || !reader.read(secondsKey, seconds) ||
        sizes.size() != seconds.size())
        reader.fail(secondsKey, "is missing or not as long as " + sizesKey);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (sizes[i] < 1 || !(seconds[i] > 0))
            reader.fail(secondsKey, "holds a time or size that is not positive");
        curve.times.push_back({sizes[i], seconds[i]});
    }
}

void readCurves(JsonReader reader, Kind kind, const std::string& network, Published& result) {
    const std::string sizes = kind == Kind::training ? "batch" : "images";
    for (const auto& [id, name] : kDevices) {
        PublishedCurve curve{id, kind, network, {}};
        addTimes(reader, curve, sizes, name);
        if (const std::string beyond = std::string(name) + "_beyond_GC2_memory";
            reader.has(beyond)) {
            JsonReader more = reader.object(beyond);
            addTimes(more, curve, sizes, "seconds");
            more.finish();
        }
        std::sort(curve.times.begin(), curve.times.end(),
                  [](const PublishedTime& a, const PublishedTime& b) { return a.size < b.size; });
        result.curves.push_back(std::move(curve));
    }
    reader.finish();
}

}  // namespace

const PublishedDevice* Published::device(const std::string& id) const {
    const auto found = std::find_if(devices.begin(), devices.end(),
                                    [&](const PublishedDevice& d) { return d.id == id; });
    return found == devices.end() ? nullptr : &*found;
}

const PublishedCurve* Published::curve(const std::string& device, Kind kind,
                                       const std::string& network) const {
    const auto found = std::find_if(curves.begin(), curves.end(), [&](const PublishedCurve& c) {
        return c.device == device && c.kind == kind && c.network == network;
    });
    return found == curves.end() ? nullptr : &*found;
}

Published publishedFromJson(const std::string& text, const std::string& source) {
    const nlohmann::json document = parseJson(text, source, ErrorKind::data);
    JsonReader reader(document, source, ErrorKind::data);
    Published result;
    reader.read("source", result.source);
    JsonReader protocol = reader.object("protocol");
    protocol.read("training", result.trainingProtocol);
    protocol.read("generation", result.generationProtocol);
    protocol.finish();
    JsonReader devices = reader.object("devices");
    for (const auto& [id, name] : kDevices)
        result.devices.push_back(readDevice(devices.object(name), id));
    devices.finish();
    readCurves(reader.object("deterministic_training"), Kind::training, "deterministic", result);
    readCurves(reader.object("bayesian_training"), Kind::training, "bayesian", result);
    readCurves(reader.object("generation"), Kind::generation, "generative", result);
    JsonReader extrapolation = reader.object("extrapolation");
    extrapolation.read("catalogue", result.extrapolation.catalogue);
    extrapolation.read("area_deg2", result.extrapolation.squareDegrees);
    extrapolation.read("galaxies", result.extrapolation.galaxies);
    extrapolation.read("V100_days_less_than", result.extrapolation.v100DaysAtMost);
    extrapolation.finish();
    reader.finish();
    return result;
}

const Published& published() {
    static const Published result = publishedFromJson(kDocument, "the built-in published results");
    return result;
}

std::vector<int> paperSizes(Kind kind, const std::string& network) {
    const PublishedCurve* curve = published().curve("gc2", kind, network);
    if (!curve)
        curve =
            published().curve("gc2", kind, kind == Kind::training ? "deterministic" : "generative");
    std::vector<int> sizes;
    for (const PublishedTime& time : curve->times)
        sizes.push_back(time.size);
    return sizes;
}

}  // namespace shearbench::benchmark
