// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/device/compute_mode.h"
#include "core/device/registry.h"
#include "core/device/self_test_record.h"
#include "core/error.h"
#include "core/network/presets.h"

namespace shearbench::cli {

namespace {

struct Options {
    bool json = false, quick = false, retest = false;
    int threads = 0;
};

struct Row {
    device::DeviceInfo info;
    device::DeviceRates rates;
    std::uint64_t bytesAtBatch8 = 0;
    std::optional<device::SelfTest> test;
    std::vector<device::ModeOffer> modes;
    std::string failure;  ///< why it could not be measured; empty: it was, or was not to be
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
    if (row.test)
        entry["self_test"] = {{"passed", row.test->passed},
                              {"largest_difference", row.test->largestDifference},
                              {"sentence", row.test->sentence}};
    for (const device::ModeOffer& offer : row.modes)
        entry["further_modes"].push_back({{"mode", offer.mode},
                                          {"id", offer.device ? offer.device->info().id : ""},
                                          {"offered", offer.device != nullptr},
                                          {"sentence", offer.sentence}});
    if (!row.failure.empty())
        entry["failure"] = row.failure;
    return entry;
}

/// A device that fails is shown as it is; the others still are.
Row describe(const device::Device& device, const network::Network& network,
             const Options& options) {
    Row row{device.info(), {}, 0, {}, {}, {}};
    try {
        device::SessionOptions session;
        session.threads = options.threads;
        row.bytesAtBatch8 = device.plan(network, session).total();
        row.test = options.retest  ? device::repeatSelfTest(device, options.threads)
                   : options.quick ? device::knownSelfTest(device)
                                   : device::onceSelfTest(device, options.threads);
        if (!options.quick) {
            row.modes = device::modesOf(device, options.retest);
            row.rates = device.measure(options.threads);
        }
    } catch (const Error& error) {
        row.failure = error.what();
    }
    return row;
}

void print(const Row& row) {
    const device::DeviceInfo& info = row.info;
    fmt::print("{}  {}\n", info.id, info.name);
    fmt::print("    computes with  {}\n", info.backend);
    fmt::print("    compute units  {}{}\n", info.computeUnits,
               info.clockMHz > 0 ? fmt::format(", {:.2f} GHz", info.clockMHz / 1e3) : "");
    fmt::print(
        "    memory         {:.1f} GB; the deterministic network takes {:.0f} MB at "
        "batch 8\n",
        static_cast<double>(info.memoryBytes) / 1e9, static_cast<double>(row.bytesAtBatch8) / 1e6);
    if (row.rates.gflops > 0)
        fmt::print("    measured       {:.0f} GFLOP/s single precision, {:.0f} GB/s\n",
                   row.rates.gflops, row.rates.gigabytesPerSecond);
    if (row.test)
        fmt::print("    self-test      {}: {}\n", row.test->passed ? "passed" : "failed",
                   row.test->sentence);
    for (const device::ModeOffer& offer : row.modes)
        fmt::print("    {}    {}: {}\n", offer.mode,
                   offer.device ? "offered as " + offer.device->info().id : "not offered",
                   offer.sentence);
    if (!row.failure.empty())
        fmt::print("    fails          {}\n", row.failure);
}

int list(const Options& options) {
    const network::Network deterministic = network::makePreset("deterministic", {6, 64, 64});
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    if (options.retest)
        device::retestDrivers();
    for (const auto& device : device::allDevices()) {
        const Row row = describe(*device, deterministic, options);
        if (options.json)
            document.push_back(toJson(row));
        else
            print(row);
    }
    for (const device::AbsentDevice& absent : device::absentDevices()) {
        if (options.json)
            document.push_back({{"id", nullptr},
                                {"name", absent.name},
                                {"failure", absent.sentence},
                                {"remedy", absent.remedy}});
        else
            fmt::print("left out  {}\n    {}\n    {}\n", absent.name, absent.sentence,
                       absent.remedy);
    }
    if (options.json)
        // Drivers name themselves in any encoding.
        fmt::print("{}\n",
                   document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
    return 0;
}

}  // namespace

void addDevices(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("devices", "List the devices of this machine, test and measure them");
    command->add_flag("--json", options->json, "Print JSON");
    command->add_flag("--quick", options->quick, "Neither measure nor test");
    command->add_flag(
        "--retest", options->retest,
        "Repeat the self-test, which is made once a device and driver, and try drivers "
        "again that were left out");
    command->add_option("--threads", options->threads, "Threads to measure with; 0: all")
        ->check(atLeast(0));
    command->callback([options, &action] { action = [options] { return list(*options); }; });
}

}  // namespace shearbench::cli
