// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <memory>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/terminal.h"
#include "core/device/registry.h"
#include "core/model/generated_file.h"
#include "core/training/generative_sequence.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string run, out, device;
    std::int64_t count = 100;
    std::uint64_t seed = 1;
    double temperature = 1;
    int threads = 0;
};

std::string days(double seconds) {
    return seconds < 86400 * 2 ? duration(seconds) : fmt::format("{:.1f} days", seconds / 86400);
}

int generate(const Options& options) {
    const auto run = training::RunDirectory::open(options.run);
    requireOutput(options.out, training::filesKept(run));
    const std::string& id = options.device.empty() ? run.experiment().device.id : options.device;
    model::Generator generator =
        training::makeGenerator(run, *device::findDevice(id), options.threads);
    model::GenerationRequest request = training::generationRequest(run, generator);
    request.count = options.count;
    request.seed = options.seed;
    request.temperature = options.temperature;

    ProgressLine line;
    model::GenerationProgress last;
    const bool done = model::writeGenerated(
        generator, request, options.out, [&](const model::GenerationProgress& progress) {
            last = progress;
            line.show(fmt::format("{} of {} galaxies, {:.0f} a second, {} left",
                                  thousands(progress.done), thousands(progress.count),
                                  progress.imagesPerSecond, duration(progress.secondsLeft)));
            return !interrupted();
        });
    line.erase();
    if (!done) {
        fmt::print(stderr, "Interrupted; the same command goes on where this one stopped.\n");
        return kInterrupted;
    }
    if (last.done == 0) {
        fmt::print("{} holds the {} asked for already.\n", options.out,
                   counted(options.count, "galaxy", "galaxies"));
        return 0;
    }
    fmt::print("{}: {}", options.out, counted(options.count, "galaxy", "galaxies"));
    if (last.isRateKnown())
        fmt::print(
            ", {:.0f} a second. At this rate the 2.26 billion galaxies of CosmoDC2 would take "
            "{}.\n",
            last.imagesPerSecond, days(model::kCosmoDc2Galaxies / last.imagesPerSecond));
    else
        fmt::print("; too few to tell how fast many are made.\n");
    return 0;
}

}  // namespace

void addGenerate(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("generate", "Make galaxies with a trained generative network");
    command->add_option("--run", options->run, "Run directory of a generative experiment")
        ->required()
        ->check(notEmpty());
    command->add_option("--count", options->count, "Galaxies to make")
        ->capture_default_str()
        ->check(atLeast(1));
    command->add_option("--seed", options->seed, "Which galaxies")
        ->capture_default_str()
        ->check(wholeNumber());
    command
        ->add_option("--temperature", options->temperature,
                     "Below 1: closer to the commonest galaxies")
        ->capture_default_str()
        ->check(between(0.0, 10.0));
    command->add_option("--out", options->out, "HDF5 file to write: images in electrons, latent")
        ->required()
        ->check(notEmpty());
    command->add_option("--device", options->device,
                        "As listed by: shearbench-cli devices; without it, the run's");
    command->add_option("--threads", options->threads, "Threads to compute with; 0: all cores")
        ->check(atLeast(0));
    command->callback([options, &action] { action = [options] { return generate(*options); }; });
}

}  // namespace shearbench::cli
