// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/network_options.h"
#include "app/cli/terminal.h"
#include "core/device/registry.h"
#include "core/device/tuning.h"
#include "core/network/presets.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string device = "opencl:0", network = "deterministic";
    network::Shape input{6, 64, 64};
    device::TuningRequest request;
};

void print(const device::TuningReport& report) {
    std::vector<std::vector<std::string>> rows = {
        {"Layers", "us before", "us now", "gain", "tried", "refused"}};
    double before = 0, after = 0;
    const auto add = [&](const std::string& name, double from, double to, const std::string& tried,
                         const std::string& refused) {
        rows.push_back({name, fmt::format("{:.0f}", 1e6 * from), fmt::format("{:.0f}", 1e6 * to),
                        to < from ? fmt::format("{:.2f}", from / to) : "", tried, refused});
    };
    for (const device::TunedItem& item : report.items) {
        before += item.secondsBefore;
        after += item.secondsAfter;
        add(item.name, item.secondsBefore, item.secondsAfter, std::to_string(item.tried),
            item.refused > 0 ? std::to_string(item.refused) : "");
    }
    add("all", before, after, "", "");
    fmt::print("{}", table(rows));
    fmt::print("{:.0f} s; {}. {}\n", report.seconds,
               report.complete ? "every candidate was measured"
                               : "candidates are left: more --seconds would measure them",
               report.kept
                   ? "Sessions on this device use what was found from now on."
                   : "What was found could not be kept: no folder for caches can be written to.");
}

int run(Options options) {
    const auto device = device::findDevice(options.device);
    const network::Network net = network::makePreset(options.network, options.input);
    device::TuningReport report;
    {
        ProgressLine progress;
        options.request.proceed = [&](double done, const std::string& doing) {
            progress.show(fmt::format("{:3.0f} %  {}", 100 * done, doing));
            return !interrupted();
        };
        report = device::tune(*device, net, options.request);
    }
    fmt::print("{}, {}\n{} network, batch {}\n\n", device->info().name, device->info().backend,
               options.network, options.request.batch);
    print(report);
    return interrupted() ? kInterrupted : 0;
}

}  // namespace

void addTune(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "tune", "Find the fastest ways to compute a network's layers on an OpenCL device");
    command->add_option("--device", options->device, "Which device")->capture_default_str();
    addNetworkOptions(*command, options->network, options->input, options->request.batch);
    command->add_option("--seconds", options->request.seconds, "At most so long")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command->footer(
        "Each candidate is checked against sums in double precision. What is found before Ctrl-C\n"
        "counts. Kept in XDG_CACHE_HOME/shearbench/opencl, one file a device and driver; remove it "
        "to\nreturn to the defaults.");
    command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace shearbench::cli
