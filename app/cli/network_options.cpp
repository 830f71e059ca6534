// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/network_options.h"

namespace shearbench::cli {

void addNetworkOptions(CLI::App& command, std::string& network, network::Shape& input, int& batch) {
    command.add_option("--network", network, "Which network")->capture_default_str();
    command.add_option("--bands", input.channels, "Bands of its images")->capture_default_str();
    command
        .add_option_function<int>(
            "--size", [&input](int size) { input.height = input.width = size; },
            "Rows and columns of its images")
        ->default_str("64");
    command.add_option("--batch", batch, "Images a step")->capture_default_str();
}

}  // namespace shearbench::cli
