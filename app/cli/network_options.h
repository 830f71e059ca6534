// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/network/network.h"

namespace shearbench::cli {

/// --network, --bands, --size and --batch of the subcommands that run a network on made-up images.
/// The values have to live as long as the command.
void addNetworkOptions(CLI::App& command, std::string& network, network::Shape& input, int& batch);

}  // namespace shearbench::cli
