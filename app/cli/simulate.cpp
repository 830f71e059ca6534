// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <memory>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/terminal.h"
#include "core/data/simulator/simulate.h"

namespace shearbench::cli {

namespace {

struct Options {
    data::simulator::SimulationSettings settings;
    std::string out;
};

int run(const Options& options) {
    requireOutput(options.out, {});
    ProgressLine line;
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const std::int64_t made = data::simulator::simulate(
        options.settings, options.out, [&](std::int64_t done, std::int64_t count) {
            const double seconds = elapsed();
            if (done > 0)
                line.show(fmt::format("{} of {} galaxies, {} left", thousands(done),
                                      thousands(count),
                                      duration(seconds / static_cast<double>(done) *
                                               static_cast<double>(count - done))));
            return !interrupted();
        });
    line.erase();
    if (made > 0)
        fmt::print("{}: {} galaxies, {:.0f} a second\n", options.out, thousands(made),
                   static_cast<double>(made) / elapsed());
    if (made < options.settings.count) {
        fmt::print(stderr, "{}\n",
                   made > 0 ? "Interrupted; the file holds what was finished."
                            : "Interrupted before the first galaxies; no file was made.");
        return kInterrupted;
    }
    return 0;
}

}  // namespace

void addSimulate(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("simulate", "Make a file of simulated galaxies");
    command->add_option("--count", options->settings.count, "Number of galaxies")
        ->capture_default_str();
    command->add_option("--seed", options->settings.seed, "Same seed, same galaxies")
        ->capture_default_str()
        ->check(wholeNumber());
    command->add_option("--out", options->out, "HDF5 file to write")->required()->check(notEmpty());
    command->add_option("--threads", options->settings.threads, "0: all cores")
        ->capture_default_str()
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--noiseless", options->settings.noiseless,
                      "Also write the images before noise");
    command->callback([options, &action] { action = [options] { return run(*options); }; });
}

}  // namespace shearbench::cli
