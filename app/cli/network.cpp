// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/network/presets.h"
#include "core/network/summary.h"

namespace shearbench::cli {

namespace {

struct Options {
    NetworkSettings network;
    network::Shape input{6, 64, 64};
    bool json = false;
};

std::string toText(network::Shape shape) {
    return fmt::format("{} x {} x {}", shape.channels, shape.height, shape.width);
}

void printJson(const network::Network& net) {
    using nlohmann::ordered_json;
    ordered_json layers = ordered_json::array();
    for (const network::SummaryRow& row : network::summarise(net))
        layers.push_back({{"layer", row.layer},
                          {"title", row.title},
                          {"output", {row.output.channels, row.output.height, row.output.width}},
                          {"bayesian", row.bayesian},
                          {"parameters", row.parameters},
                          {"trainable", row.trainable},
                          {"slopes", row.slopes},
                          {"multiply_adds", row.multiplyAdds}});
    ordered_json tensors = ordered_json::array();
    for (const network::Parameter& parameter : net.parameters())
        tensors.push_back({{"name", parameter.name},
                           {"shape", parameter.shape},
                           {"trainable", parameter.trainable}});
    const ordered_json document = {{"network", net.name()},
                                   {"parameters", net.parameterCount()},
                                   {"trainable", net.trainableCount()},
                                   {"multiply_adds_per_image", net.multiplyAdds()},
                                   {"layers", layers},
                                   {"tensors", tensors}};
    fmt::print("{}\n", document.dump(2));
}

void printTable(const network::Network& net) {
    std::vector<std::vector<std::string>> rows = {
        {"Layer, with its PReLU", "Output", "Parameters", "Million multiply-adds"}};
    for (const network::SummaryRow& row : network::summarise(net))
        rows.push_back({row.title + (row.bayesian ? ", Bayesian" : ""), toText(row.output),
                        thousands(static_cast<long long>(row.parameters)),
                        fmt::format("{:.1f}", static_cast<double>(row.multiplyAdds) / 1e6)});
    rows.push_back({"Total", "", thousands(static_cast<long long>(net.parameterCount())),
                    fmt::format("{:.1f}", static_cast<double>(net.multiplyAdds()) / 1e6)});
    fmt::print("{}{} trainable, {:.0f} MFLOP an image forward\n", table(rows),
               thousands(static_cast<long long>(net.trainableCount())),
               2e-6 * static_cast<double>(net.multiplyAdds()));
}

}  // namespace

void addNetwork(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("network", "Show a network layer by layer");
    std::string known;
    for (const network::Preset& preset : network::presets())
        known += (known.empty() ? "" : ", ") + preset.id;
    command
        ->add_option("preset", options->network.preset, "Which network: " + known + ", vae, flow")
        ->capture_default_str();
    command->add_option("--bands", options->input.channels, "Bands of its images")
        ->capture_default_str();
    command
        ->add_option_function<int>(
            "--size", [options](int size) { options->input.height = options->input.width = size; },
            "Rows and columns of its images")
        ->default_str("64");
    command
        ->add_option("--fixed-layers", options->network.fixedLayers,
                     "Layers of a Bayesian network whose weights are numbers")
        ->delimiter(',');
    command->add_flag("--json", options->json, "Print JSON");
    command->callback([options, &action] {
        action = [options] {
            const network::Network net = network::makeNetwork(options->network, options->input);
            options->json ? printJson(net) : printTable(net);
            return 0;
        };
    });
}

}  // namespace shearbench::cli
