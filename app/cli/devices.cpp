// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/device/registry.h"
#include "core/network/presets.h"

namespace shearbench::cli {

namespace {

struct Options {
    bool json = false, quick = false;
    int threads = 0;
};

struct Row {
    device::DeviceInfo info;
    device::DeviceRates rates;
    std::uint64_t bytesAtBatch8 = 0;
};

nlohmann::ordered_json toJson(const Row& row) {
    nlohmann::ordered_json entry = {{"id", row.info.id},
                                    {"name", row.info.name},
                                    {"vendor", row.info.vendor},
                                    {"backend", row.info.backend},
                                    {"instruction_set", row.info.instructionSet},
                                    {"compute_units", row.info.computeUnits},
                                    {"clock_mhz", row.info.clockMHz},
                                    {"memory_bytes", row.info.memoryBytes},
                                    {"deterministic_batch_8_bytes", row.bytesAtBatch8}};
    if (row.info.maxPowerWatts)
        entry["max_power_watts"] = *row.info.maxPowerWatts;
    if (row.rates.gflops > 0) {
        entry["measured_gflops"] = row.rates.gflops;
        entry["measured_gigabytes_per_second"] = row.rates.gigabytesPerSecond;
    }
    return entry;
}

int list(const Options& options) {
    const network::Network deterministic = network::makePreset("deterministic", {6, 64, 64});
    std::vector<Row> rows;
    for (const auto& device : device::allDevices()) {
        Row row{device->info(), {}, 0};
        if (!options.quick)
            row.rates = device->measure(options.threads);
        device::SessionOptions session;
        session.threads = options.threads;
        row.bytesAtBatch8 = device->plan(deterministic, session).total();
        rows.push_back(row);
    }
    if (options.json) {
        nlohmann::ordered_json document = nlohmann::ordered_json::array();
        for (const Row& row : rows)
            document.push_back(toJson(row));
        fmt::print("{}\n", document.dump(2));
        return 0;
    }
    for (const Row& row : rows) {
        fmt::print("{}  {}\n", row.info.id, row.info.name);
        fmt::print("    computes with  {}\n", row.info.backend);
        fmt::print(
            "    compute units  {}{}\n", row.info.computeUnits,
            row.info.clockMHz > 0 ? fmt::format(", {:.2f} GHz", row.info.clockMHz / 1e3) : "");
        fmt::print(
            "    memory         {:.1f} GB; the deterministic network takes {:.0f} MB at "
            "batch 8\n",
            static_cast<double>(row.info.memoryBytes) / 1e9,
            static_cast<double>(row.bytesAtBatch8) / 1e6);
        if (row.rates.gflops > 0)
            fmt::print("    measured       {:.0f} GFLOP/s single precision, {:.0f} GB/s\n",
                       row.rates.gflops, row.rates.gigabytesPerSecond);
    }
    return 0;
}

}  // namespace

void addDevices(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("devices", "List the devices of this machine and measure them");
    command->add_flag("--json", options->json, "Print JSON");
    command->add_flag("--quick", options->quick, "Do not measure");
    command->add_option("--threads", options->threads, "Threads to measure with; 0: all")
        ->check(atLeast(0));
    command->callback([options, &action] { action = [options] { return list(*options); }; });
}

}  // namespace shearbench::cli
