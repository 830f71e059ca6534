// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/network_options.h"
#include "app/cli/terminal.h"
#include "core/benchmark/environment.h"
#include "core/device/compute_mode.h"
#include "core/device/registry.h"
#include "core/device/step_profile.h"
#include "core/network/presets.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string device = "cpu", network = "deterministic";
    network::Shape input{6, 64, 64};
    device::StepProfileRequest request;
    bool json = false;
};

/// `foreign`: processors that other programs kept busy meanwhile.
void printJson(const device::Device& device, const device::StepProfile& measured, double foreign,
               const Options& options) {
    const device::DeviceInfo& info = device.info();
    const device::Profile& found = measured.profile;
    const device::DeviceRates& rates = measured.rates;
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    for (const device::ProfileItem& item : found.items)
        items.push_back(
            {{"name", item.name},
             {"phase", toString(item.phase)},
             {"method", item.method},
             {"seconds", item.seconds},
             {"operations", item.operations},
             {"gflops", item.seconds > 0 ? item.operations / item.seconds / 1e9 : 0},
             {"share_of_peak", measured.shareOfPeak(item.operations, item.seconds)},
             {"bytes", item.bytes},
             {"gigabytes_per_second", item.seconds > 0 ? item.bytes / item.seconds / 1e9 : 0}});
    const nlohmann::ordered_json document = {
        {"device", info.id},
        {"name", info.name},
        {"backend", info.backend},
        {"compute", device::modeOf(device)},
        {"network", options.network},
        {"batch", found.batch},
        {"threads", found.threads},
        {"steps", found.steps},
        {"step_seconds", found.stepSeconds},
        {"launches", found.launches},
        {"peak_gflops", rates.gflops},
        {"peak_gigabytes_per_second", rates.gigabytesPerSecond},
        {"foreign_cores", foreign},
        {"operations", items}};
    fmt::print("{}\n", document.dump(2));
}

void printTable(const device::DeviceInfo& info, const device::StepProfile& measured,
                const Options& options) {
    const device::Profile& found = measured.profile;
    const device::DeviceRates& rates = measured.rates;
    std::vector<std::vector<std::string>> rows = {
        {"Operation", "Phase", "Method", "us", "% of step", "GFLOP/s", "% of peak", "GB/s"}};
    double operations = 0, inKernels = 0;
    const auto add = [&](const std::string& name, const std::string& phase,
                         const std::string& method, double seconds, double flop, double bytes) {
        rows.push_back(
            {name, phase, method, fmt::format("{:.1f}", 1e6 * seconds),
             fmt::format("{:.1f}", 100 * seconds / found.stepSeconds),
             flop > 0 ? fmt::format("{:.1f}", flop / seconds / 1e9) : "",
             flop > 0 ? fmt::format("{:.0f}", 100 * measured.shareOfPeak(flop, seconds)) : "",
             bytes > 0 ? fmt::format("{:.1f}", bytes / seconds / 1e9) : ""});
    };
    for (const device::ProfileItem& item : found.items) {
        operations += item.operations;
        inKernels += item.seconds;
        if (item.seconds > 0.0005 * found.stepSeconds)
            add(item.name, toString(item.phase), item.method, item.seconds, item.operations,
                item.bytes);
    }
    if (found.launches > 0)
        add("between launches", "", "", std::max(0.0, found.stepSeconds - inKernels), 0, 0);
    add("whole step", "", "", found.stepSeconds, operations, 0);
    fmt::print(
        "{}, {}, {}\n{} network, batch {}: {:.0f} images/s, medians of {} steps\nPeak "
        "measured now: {:.0f} GFLOP/s, {:.0f} GB/s. GFLOP/s count a multiply-add as two, as the\n"
        "definition of the layer has them; Winograd's algorithm needs fewer.\n\n{}",
        info.name, info.backend,
        found.launches > 0 ? fmt::format("{} launches a step", found.launches)
                           : fmt::format("{} threads", found.threads),
        options.network, found.batch, found.batch / found.stepSeconds, found.steps, rates.gflops,
        rates.gigabytesPerSecond, table(rows));
}

int run(const Options& options) {
    const auto device = device::findDevice(options.device);
    const network::Network net = network::makePreset(options.network, options.input);
    benchmark::ForeignLoad others;
    const device::StepProfile measured = device::profileSteps(*device, net, options.request);
    const double cores = others.cores().value_or(0);
    if (options.json) {
        printJson(*device, measured, cores, options);
        return 0;
    }
    printTable(device->info(), measured, options);
    if (const std::string sentence = benchmark::sharedMachineSentence(cores); !sentence.empty())
        fmt::print("\n{}\n", sentence);
    return 0;
}

}  // namespace

void addProfile(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("profile", "Time each operation of a training step on a device");
    command->add_option("--device", options->device, "Which device")->capture_default_str();
    addNetworkOptions(*command, options->network, options->input, options->request.batch);
    command->add_option("--threads", options->request.threads, "Threads; 0: one a core")
        ->capture_default_str();
    command
        ->add_option("--steps", options->request.steps,
                     "Steps to time; 0: as many as about a second takes")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace shearbench::cli
