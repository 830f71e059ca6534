// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

namespace shearbench::cli {

/// What the chosen subcommand will do once the command line has been read; returns the exit code.
using Action = std::function<int()>;

// Each subcommand lives in the file of its name, adds its options to `app` and, when chosen, sets
// `action`.
void addInspect(CLI::App& app, Action& action);
void addSimulate(CLI::App& app, Action& action);
void addNetwork(CLI::App& app, Action& action);
void addDevices(CLI::App& app, Action& action);
void addTrain(CLI::App& app, Action& action);
void addBenchmark(CLI::App& app, Action& action);
void addPredict(CLI::App& app, Action& action);
void addProfile(CLI::App& app, Action& action);
void addTune(CLI::App& app, Action& action);
void addCheck(CLI::App& app, Action& action);
void addGenerate(CLI::App& app, Action& action);
void addQuality(CLI::App& app, Action& action);
void addExport(CLI::App& app, Action& action);

}  // namespace shearbench::cli
