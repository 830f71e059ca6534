// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/terminal.h"
#include "core/model/parameters_file.h"
#include "core/training/trained_network.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string run, out;
    bool last = false;
};

int exportRun(const Options& options) {
    using Kept = training::RunDirectory::Kept;
    const auto run = training::RunDirectory::open(options.run);
    requireOutput(options.out, run.files());
    const training::TrainedNetwork trained =
        training::loadTrainedNetwork(run, options.last ? Kept::last : Kept::best);
    model::exportParameters(trained.network, trained.parameters, trained.normalisation,
                            options.out);
    fmt::print("{}: {} parameters of {}\n", options.out,
               thousands(static_cast<long long>(trained.parameters.size())), run.path().string());
    return 0;
}

}  // namespace

void addExport(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("export", "Write a network's parameters by name, for other programs");
    command->add_option("--run", options->run, "Run directory with the trained network")
        ->required()
        ->check(notEmpty());
    command->add_option("--out", options->out, "HDF5 file to write")->required()->check(notEmpty());
    command->add_flag("--last", options->last, "The last state instead of the best epoch's");
    command->callback([options, &action] { action = [options] { return exportRun(*options); }; });
}

}  // namespace shearbench::cli
