// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/fields.h"
#include "app/cli/interrupt.h"
#include "app/cli/option_names.h"
#include "app/cli/terminal.h"
#include "core/data/simulator/simulate.h"
#include "core/error.h"

namespace shearbench::cli {

namespace {

struct Options {
    using Target = GalaxyRecipe;
    const CLI::App* command = nullptr;
    data::simulator::SimulationSettings settings;
    std::string kind = recipePresets().front().name;
    /// Applied in order to the recipe of that kind.
    std::vector<std::function<void(GalaxyRecipe&)>> changes;
    std::string out;
    bool overwrite = false;
};

std::string kindHelp() {
    std::string help = "Which galaxies, and how they are seen:";
    for (const RecipePreset& preset : recipePresets())
        help += fmt::format("\n{}: {}", preset.name, preset.words);
    return help;
}

void addFields(CLI::App& command, Options& options) {
    using R = GalaxyRecipe;
    addField<int>(command, options, "--galaxies",
                  "Most galaxies in a cutout, 1 to 4; 1 to that many are equally frequent",
                  [](R& r, int v) { r.mostGalaxies = v; });
    addField<double>(command, options, "--faintest",
                     "Leave out galaxies with an r magnitude above this",
                     [](R& r, double v) { r.faintestR = v; });
    addField<double>(command, options, "--brightest",
                     "Leave out galaxies with an r magnitude below this",
                     [](R& r, double v) { r.brightestR = v; });
    addField<double>(command, options, "--least-snr",
                     "Leave out cutouts whose central galaxy has a lower r signal-to-noise",
                     [](R& r, double v) { r.leastSnr = v; });
    addField<bool>(command, options, "--bulges",
                   "true: 32 % of the galaxies have a bulge beside their disk; false: none",
                   [](R& r, bool v) { r.bulges = v; });
    addField<double>(command, options, "--colour-scatter",
                     "Scatter of every band's brightness in magnitudes; real galaxies have about "
                     "0.1, without it redshifts are too easy",
                     [](R& r, double v) { r.colourScatter = v; });
    addField<std::string>(command, options, "--psf",
                          "Shape of a point's image: kolmogorov, moffat or gaussian",
                          [](R& r, const std::string& v) { r.psf = psfShapeFromText(v); });
    addField<double>(command, options, "--seeing", "Its full width at half maximum in arcsec",
                     [](R& r, double v) { r.psfFwhm = v; });
    addField<double>(command, options, "--seeing-scatter",
                     "Scatter of that width from cutout to cutout, log-normal: 0.1 is 10 %",
                     [](R& r, double v) { r.psfScatter = v; });
    addField<double>(command, options, "--moffat-beta", "Exponent of the Moffat profile",
                     [](R& r, double v) { r.moffatBeta = v; });
    addField<double>(command, options, "--shear1",
                     "Shear every galaxy by this much along the x axis",
                     [](R& r, double v) { r.shear1 = v; });
    addField<double>(command, options, "--shear2",
                     "Shear every galaxy by this much along the diagonal",
                     [](R& r, double v) { r.shear2 = v; });
    addField<bool>(command, options, "--turned-pairs",
                   "true: show every galaxy twice, the second time turned by 90 degrees",
                   [](R& r, bool v) { r.turnedPairs = v; });
}

GalaxyRecipe recipeOf(const Options& options) {
    GalaxyRecipe recipe = recipePreset(options.kind).recipe;
    for (const auto& change : options.changes)
        change(recipe);
    return recipe;
}

int simulate(const Options& options) {
    requireOutput(options.out, {});
    if (std::error_code unknown;
        !options.overwrite && std::filesystem::exists(options.out, unknown))
        throw Error(ErrorKind::usage, fmt::format("{} exists already.", options.out),
                    "Name another file with --out, or have this one replaced with --overwrite.");
    data::simulator::SimulationSettings settings = options.settings;
    settings.recipe = recipeOf(options);
    ProgressLine line;
    const auto start = std::chrono::steady_clock::now();
    const auto elapsed = [&] {
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const std::int64_t made = data::simulator::simulate(
        settings, options.out, [&](std::int64_t done, std::int64_t count) {
            const double seconds = elapsed();
            if (done > 0)
                line.show(fmt::format("{} of {} cutouts, {} left", thousands(done),
                                      thousands(count),
                                      duration(seconds / static_cast<double>(done) *
                                               static_cast<double>(count - done))));
            return !interrupted();
        });
    line.erase();
    if (made > 0)
        fmt::print("{}: {}, {:.0f} a second\n", options.out, counted(made, "cutout"),
                   static_cast<double>(made) / elapsed());
    if (made < settings.count) {
        fmt::print(stderr, "{}\n",
                   made > 0 ? "Interrupted; the file holds what was finished."
                            : "Interrupted before the first cutouts; no file was made.");
        return kInterrupted;
    }
    return 0;
}

}  // namespace

void addSimulate(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("simulate", "Make a file of simulated galaxies");
    command->add_option("--count", options->settings.count, "Number of cutouts")
        ->capture_default_str();
    command->add_option("--seed", options->settings.seed, "Same seed, same galaxies")
        ->capture_default_str()
        ->check(wholeNumber());
    command->add_option("--out", options->out, "HDF5 file to write")->required()->check(notEmpty());
    command->add_flag("--overwrite", options->overwrite, "Replace --out where it exists");
    command->add_option("--threads", options->settings.threads, "0: all cores")
        ->capture_default_str()
        ->check(atLeast(0));
    command->add_flag(
        "--noiseless", options->settings.noiseless,
        "Also write the images before noise, and of several galaxies the central one alone");
    command
        ->add_option("--compress", options->settings.gzip,
                     "Compression level 1 to 9: about half the size, but several times slower; 0: "
                     "none")
        ->capture_default_str();
    command->add_option("--kind", options->kind, kindHelp())->capture_default_str();
    addFields(*command, *options);
    options->command = command;
    command->callback([options, &action] {
        action = [options] {
            return namingOptions(*options->command, [&] { return simulate(*options); });
        };
    });
}

}  // namespace shearbench::cli
