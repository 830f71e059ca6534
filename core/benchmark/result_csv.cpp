// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "core/benchmark/result.h"

namespace shearbench::benchmark {
namespace {

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos)
        return text;
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + '"';
}

/// Shortest text that reads back as the same number; nothing for what is not known.
std::string known(double value) {
    return value > 0 ? fmt::format("{}", value) : std::string();
}

}  // namespace

std::string toCsv(const Results& results) {
    std::string text =
        "kind,network,size,device,device_name,status,seconds,seconds_low,seconds_high,blocks,"
        "images_per_second,memory_bytes,joules_per_image,energy_source,protocol,quoted_epochs,"
        "quoted_images,backend,threads,memory_cap_mb,foreign_cores,governor,load_average,data,"
        "data_checksum,machine,system,program,started,sentence\n";
    for (const Point& point : results.points) {
        const DeviceRecord* found = results.device(point.task.device);
        const DeviceRecord device = found ? *found : DeviceRecord();
        const std::optional<Estimate> time = results.estimateOf(point);
        const std::optional<Energy> energy = energyOf(results, point);
        const bool training = point.task.kind == Kind::training;
        const std::string cells[] = {toString(point.task.kind),
                                     point.task.network,
                                     fmt::to_string(point.task.size),
                                     point.task.device,
                                     device.name,
                                     toString(point.status),
                                     time ? known(time->seconds) : "",
                                     time ? fmt::format("{}", time->low) : "",
                                     time ? known(time->high) : "",
                                     fmt::to_string(point.blocks.size()),
                                     time ? known(time->imagesPerSecond) : "",
                                     point.memoryBytes ? fmt::to_string(point.memoryBytes) : "",
                                     energy ? known(energy->joulesPerImage) : "",
                                     energy ? toString(energy->source) : "",
                                     toString(results.protocol.method),
                                     training ? fmt::to_string(results.protocol.epochs) : "",
                                     fmt::to_string(quotedImages(results.protocol, point.task)),
                                     device.backend,
                                     fmt::to_string(device.threads),
                                     known(device.memoryCapMB),
                                     fmt::format("{:.2f}", point.foreignCores),
                                     results.machine.governor,
                                     fmt::format("{}", results.machine.loadAverage),
                                     results.data.description,
                                     results.data.checksum,
                                     results.machine.host,
                                     results.machine.system,
                                     results.version,
                                     results.started,
                                     point.sentence};
        for (std::size_t i = 0; i < std::size(cells); ++i)
            text += (i ? "," : "") + quoted(cells[i]);
        text += '\n';
    }
    return text;
}

}  // namespace shearbench::benchmark
