// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>
#include <numeric>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/schema_options.h"
#include "app/cli/terminal.h"
#include "core/data/cutout_file.h"
#include "core/device/registry.h"
#include "core/model/evaluation.h"
#include "core/model/predictions_file.h"
#include "core/model/predictor.h"
#include "core/training/run.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string run, data, out;
    std::string device;
    int threads = 0;
    bool last = false;
    data::SchemaRequest request;
};

}  // namespace

void addPredict(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("predict", "Write the posteriors of a file's galaxies");
    command->add_option("--run", options->run, "Run directory with the trained network")->required();
    command->add_option("--data", options->data, "HDF5 file of cutouts")->required();
    command->add_option("--out", options->out,
                        "HDF5 file to write: mean, covariance, index and the known labels")
        ->required();
    command->add_option("--device", options->device, "Without it, the run's");
    command->add_option("--threads", options->threads, "0: all")->check(CLI::NonNegativeNumber);
    command->add_flag("--last", options->last, "Use the last state instead of the best epoch's");
    addSchemaOptions(*command, options->request);
    command->callback([options, &action] { action = [options] { return predict(*options); }; });
}

}  // namespace shearbench::cli
