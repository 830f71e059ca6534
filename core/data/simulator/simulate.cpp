// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/simulator/simulate.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <thread>

#include "core/data/simulator/block_queue.h"
#include "core/data/simulator/simulated_file.h"
#include "core/field_error.h"
#include "core/files.h"

namespace shearbench::data::simulator {

namespace {

std::string sizeText(std::uint64_t bytes) {
    const double value = static_cast<double>(bytes);
    return bytes < 1'000'000'000 ? fmt::format("{:.1f} MB", 1e-6 * value)
                                 : fmt::format("{:.1f} GB", 1e-9 * value);
}

void checkWhole(const std::string& field, const std::string& what, std::int64_t value,
                std::int64_t low, std::int64_t high) {
    if (value >= low && value <= high)
        return;
    const std::string allowed = fmt::format("{} to {} is possible", low, high);
    throw FieldError("simulation." + field, fmt::to_string(value), allowed,
                     fmt::format("Simulating galaxies: {} is {}; {}.", what, value, allowed));
}

std::int64_t cores() {
    return std::max(1u, std::thread::hardware_concurrency());
}

void check(const SimulationSettings& settings) {
    checkWhole("count", "the number of cutouts", settings.count, 1, kLargestCount);
    checkWhole("threads", "the number of threads", settings.threads, 0,
               std::max<std::int64_t>(16, 4 * cores()));
    checkWhole("gzip", "the level of compression", settings.gzip, 0, 9);
    shearbench::check(settings.recipe);
}

// Compressed size is not known beforehand, so only what is stored as it is can be checked.
void checkRoom(const SimulationSettings& settings, const std::filesystem::path& file) {
    if (settings.gzip > 0)
        return;
    const std::filesystem::path folder =
        file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    std::error_code unknown;
    const std::filesystem::space_info space = std::filesystem::space(folder, unknown);
    const std::uint64_t needed = simulatedFileBytes(settings);
    if (!unknown && space.available < needed)
        throw Error(
            ErrorKind::data,
            fmt::format("Writing {}: {} simulated cutouts take {}, and {} are "
                        "free there.",
                        file.string(), settings.count, sizeText(needed), sizeText(space.available)),
            "Simulate fewer cutouts, or choose another disk.");
}

int threadCount(const SimulationSettings& settings) {
    const std::int64_t blocks = (settings.count + kBlockCutouts - 1) / kBlockCutouts;
    return static_cast<int>(
        std::min<std::int64_t>(settings.threads > 0 ? settings.threads : cores(), blocks));
}

struct NothingToKeep {};

}  // namespace

std::int64_t simulate(const SimulationSettings& settings, const std::filesystem::path& file,
                      const Progress& progress) {
    check(settings);
    checkRoom(settings, file);
    std::int64_t done = 0;
    const auto wanted = [&] { return !progress || progress(done, settings.count); };
    const auto write = [&](const std::filesystem::path& beside) {
        SimulatedFile output(beside, settings);
        BlockQueue blocks(settings, threadCount(settings));
        while (done < settings.count && wanted()) {
            const Block block = blocks.next();
            output.append(block);
            done += block.count();
        }
        if (done == settings.count)
            wanted();
        if (done == 0)
            throw NothingToKeep{};
        output.close();
    };
    try {
        replaceFile(file, write);
    } catch (const NothingToKeep&) {
    }
    return done;
}

}  // namespace shearbench::data::simulator
