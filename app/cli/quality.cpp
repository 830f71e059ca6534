// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/quality.h"

#include <fmt/format.h>

#include <memory>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/terminal.h"
#include "core/device/registry.h"
#include "core/training/generative_sequence.h"

namespace shearbench::cli {

namespace {

struct Options {
    std::string run, device;
    int threads = 0;
    bool noiseless = false;
    model::QualityRequest request;
};

void print(const model::Quality& quality, const std::vector<std::int64_t>& rows) {
    fmt::print(
        "{} galaxies of each kind{}.\n", thousands(quality.count),
        quality.noiseAdded ? "; the sky's noise is added to reconstructed and generated ones" : "");
    std::vector<std::vector<std::string>> lines = {{"Wasserstein distance to real galaxies in",
                                                    "reconstructed", "generated",
                                                    "two halves of the real ones"}};
    for (std::size_t i = 0; i < quality.halves.size(); ++i)
        lines.push_back({quality.halves[i].quantity,
                         fmt::format("{:.4g}", quality.toReconstructed[i].distance),
                         fmt::format("{:.4g}", quality.toGenerated[i].distance),
                         fmt::format("{:.4g}", quality.halves[i].distance)});
    fmt::print("{}", table(lines));
    fmt::print("Nearest real galaxies (row: distance in pixel values):\n");
    for (std::size_t n = 0; n < quality.nearest.size(); ++n) {
        fmt::print("  generated {:>2} ", n);
        for (const analysis::Neighbour& neighbour : quality.nearest[n])
            fmt::print("  {:>6}: {:.4g}", rows[neighbour.index], neighbour.distance);
        fmt::print("\n");
    }
}

int judge(const Options& options) {
    const auto run = training::RunDirectory::open(options.run);
    const std::string& id = options.device.empty() ? run.experiment().device.id : options.device;
    model::Generator generator =
        training::makeGenerator(run, *device::findDevice(id), options.threads);
    const training::PreparedData data = training::prepareData(run.experiment());
    model::QualityRequest request = options.request;
    request.addNoise = !options.noiseless;
    request.threads = options.threads;
    ProgressLine line;
    const model::Quality quality = model::judgeQuality(
        generator, *data.source, data.split.training, request, [&](double share) {
            line.show(fmt::format("{:.0f} % compared", 100 * share));
            return !interrupted();
        });
    line.erase();
    if (interrupted())
        return kInterrupted;
    print(quality, data.split.training);
    return 0;
}

}  // namespace

void addQuality(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "quality", "Compare a generative run's galaxies with the real ones it was trained on");
    command->add_option("--run", options->run, "Run directory of a generative experiment")
        ->required()
        ->check(notEmpty());
    command->add_option("--count", options->request.count, "Galaxies of each kind, at most")
        ->capture_default_str()
        ->check(between(std::int64_t{2}, 100'000));
    command->add_option("--seed", options->request.seed, "Which generated galaxies")
        ->capture_default_str()
        ->check(wholeNumber());
    command->add_option("--temperature", options->request.temperature, "Of the generated ones")
        ->capture_default_str()
        ->check(between(0.0, 10.0));
    command->add_flag("--noiseless", options->noiseless,
                      "Add no sky noise to reconstructed and generated galaxies");
    command->add_option("--device", options->device,
                        "As listed by: shearbench-cli devices; without it, the run's");
    command->add_option("--threads", options->threads, "Threads to compute with; 0: all cores")
        ->check(atLeast(0));
    command->callback([options, &action] { action = [options] { return judge(*options); }; });
}

}  // namespace shearbench::cli
