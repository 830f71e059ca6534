// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/benchmark/protocol.h"
#include "core/experiment.h"

// What a sweep came to: every point with every block, and what it was measured with. Plain values,
// written as JSON and CSV, read on any machine.

namespace shearbench::benchmark {

enum class Status {
    waiting,
    running,
    done,
    outOfMemory,  ///< the device has too little memory for it, or the cap is below what it needs
    failed,       ///< with the sentence why
    stopped,      ///< someone stopped it; what was timed before is kept
};

/// "waiting", "running", "done", "out of memory", "failed", "stopped".
std::string toString(Status status);

/// Where a number of joules comes from.
enum class EnergySource {
    none,
    rapl,    ///< counters of all processor packages, whatever ran on them
    nvml,    ///< the card's own counter
    stated,  ///< maximum power times time: an upper bound, not a measurement
};

/// "none", "RAPL", "NVML", "stated maximum power".
std::string toString(EnergySource source);

struct Point {
    Task task;
    Status status = Status::waiting;
    std::string sentence;  ///< why it is no number, or what is odd about it
    std::vector<Block> warmup, blocks;
    /// What the device's session holds, but for images that stay there; 0: not known.
    std::uint64_t memoryBytes = 0;
    std::uint64_t parameters = 0;  ///< of the network
    double foreignCores = 0;  ///< processors that other programs kept busy meanwhile, on average

    bool measured() const { return !blocks.empty(); }
};

/// A device as it was used.
struct DeviceRecord {
    std::string id, name, vendor, backend, instructionSet;  ///< as in device::DeviceInfo
    int computeUnits = 0;
    double clockMHz = 0;  ///< 0: unknown
    std::uint64_t memoryBytes = 0;
    std::optional<double> maxPowerWatts;
    double gflops = 0, gigabytesPerSecond = 0;  ///< measured before the sweep; 0: not measured
    int threads = 0;                            ///< 0: all
    double memoryCapMB = 0;                     ///< 0: none
    EnergySource energy = EnergySource::none;

    bool operator==(const DeviceRecord&) const = default;
};

/// The machine and the state it was in.
struct Machine {
    std::string host;  ///< a name for it, the processor's
    int cores = 0;     ///< that the program might use
    std::uint64_t memoryBytes = 0;
    std::string system;      ///< "Linux 6.1.0, x86_64"
    std::string governor;    ///< of the processor's clock; empty: not to be read
    double loadAverage = 0;  ///< of the minute before the sweep

    bool operator==(const Machine&) const = default;
};

/// The images that were trained on.
struct DataRecord {
    std::string description;  ///< file name, or "made-up images"
    std::string checksum;     ///< of the file; of made-up images their recipe
    int channels = 0, height = 0, width = 0;
    std::int64_t images = 0;  ///< distinct ones

    bool operator==(const DataRecord&) const = default;
};

struct Results {
    std::string name;     ///< for the reader, empty: the machine's
    std::string version;  ///< of the program
    std::string started;  ///< UTC, ISO 8601
    std::string command;  ///< that makes them again
    Protocol protocol;
    Machine machine;
    DataRecord data;
    Experiment experiment;
    std::vector<DeviceRecord> devices;
    std::vector<Point> points;

    /// Null where there is none.
    const DeviceRecord* device(const std::string& id) const;
    /// Of a point of these results; nothing while it has no blocks.
    std::optional<Estimate> estimateOf(const Point& point) const;
};

/// Energy of a point: joules an image, and where the number comes from. Nothing when nobody says.
struct Energy {
    double joulesPerImage = 0;
    EnergySource source = EnergySource::none;
};
std::optional<Energy> energyOf(const Results& results, const Point& point);

/// What differs between two measurements besides the device, as short phrases with both values;
/// comparing them is only fair when there is none. "protocol quick against paper".
std::vector<std::string> differences(const Results& a, const Point& pointA, const Results& b,
                                     const Point& pointB);

/// The document: "format": "shearbench-benchmark", "version": 2; two-space indent, final newline.
std::string toJson(const Results& results);
/// Throws Error(data) with the field's path for anything that cannot be: wrong types, unknown
/// fields, times that are not finite and positive, points of devices that are not listed.
Results resultsFromJson(const std::string& text, const std::string& source);

/// One line a point: task, status, seconds with interval, images/s, memory, energy, and what it was
/// measured with. Locale-free; fields with commas or quotes are quoted.
std::string toCsv(const Results& results);

Results readResults(const std::filesystem::path& file);
/// Written beside, synced, renamed.
void writeResults(const Results& results, const std::filesystem::path& file);

}  // namespace shearbench::benchmark
