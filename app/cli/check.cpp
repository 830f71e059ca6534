// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/differences.h"
#include "app/cli/interrupt.h"
#include "app/cli/network_options.h"
#include "app/cli/terminal.h"
#include "core/device/check_device.h"
#include "core/device/registry.h"
#include "core/network/presets.h"
#include "core/random.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::vector<std::string> devices;
    std::string network = "deterministic";
    network::Shape input{6, 64, 64};
    device::SessionOptions session;
    device::CheckSettings check{.every = 10};
    int steps = 50;
    bool apart = false, json = false;
};

nlohmann::ordered_json toJson(const device::Difference& difference) {
    return {{"largest", difference.largest},
            {"typical", difference.typical},
            {"size", difference.size}};
}

nlohmann::ordered_json toJson(const device::StepComparison& found) {
    nlohmann::ordered_json tensors = nlohmann::ordered_json::array();
    for (const device::TensorComparison& tensor : found.tensors)
        tensors.push_back({{"name", tensor.name},
                           {"gradient", toJson(tensor.gradient)},
                           {"parameter", toJson(tensor.parameter)}});
    return {{"step", found.step},
            {"losses", {found.firstLoss, found.secondLoss}},
            {"tensors", tensors}};
}

/// Random images and targets, others at every step.
void fillBatch(std::vector<float>& values, std::uint64_t index) {
    fillNormal({1, StreamPurpose::simulation, 0, index}, values);
}

int run(const Options& options) {
    device::CheckSettings settings = options.check;
    settings.together = !options.apart;
    const device::CheckDevice device(device::findDevice(options.devices[0]),
                                     device::findDevice(options.devices[1]), settings);
    const network::Network net = network::makePreset(options.network, options.input);
    const auto session = device.compile(net, options.session);
    session->setParameters(network::initialParameters(net, 1));
    const auto batch = static_cast<std::size_t>(options.session.batch);
    std::vector<float> images(batch * net.input().count()), targets(batch * net.targetCount());
    device::StepSettings step;
    step.weightKl = step.latentKl = 1e-4;
    if (!options.json)
        fmt::print("A: {}, {}\nB: {}, {}\n", device.first().info().name,
                   device.first().info().backend, device.second().info().name,
                   device.second().info().backend);
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    std::int64_t shown = 0;
    for (int i = 0; i < options.steps && !interrupted(); ++i) {
        step.noise.step = i;
        fillBatch(images, 2 * static_cast<std::uint64_t>(i));
        fillBatch(targets, 2 * static_cast<std::uint64_t>(i) + 1);
        session->step(images, targets, step);
        const device::StepComparison found = device.latest();
        if (found.step == shown)
            continue;
        shown = found.step;
        if (options.json)
            document.push_back(toJson(found));
        else
            fmt::print("\n{}", differencesTable(found));
        std::fflush(stdout);
    }
    if (options.json)
        fmt::print("{}\n", document.dump(2));
    return interrupted() ? kInterrupted : 0;
}

}  // namespace

void addCheck(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "check", "Run the same training steps on two devices and show how far they differ");
    command->add_option("devices", options->devices, "The two devices, the first being trained on")
        ->required()
        ->expected(2);
    addNetworkOptions(*command, options->network, options->input, options->session.batch);
    command->add_option("--threads", options->session.threads, "Threads; 0: one a core")
        ->capture_default_str();
    command->add_option("--steps", options->steps, "Steps to make on random images")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    command->add_option("--every", options->check.every, "Steps from one comparison to the next")
        ->check(CLI::Range(1, 1000000))
        ->capture_default_str();
    command->add_flag("--apart", options->apart,
                      "Let both train on their own, instead of bringing the second to the first's "
                      "state before each comparison");
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace shearbench::cli
