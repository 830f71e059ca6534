// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/options.h"

#include <CLI/CLI.hpp>

#include "core/training_command.h"
#include "core/version.h"

namespace shearbench::app {

namespace {

constexpr int kUsage = 2;

/// One chart alone, as a pane of the window saves it.
void addChart(CLI::App& figures, Options& options) {
    CLI::Option* const chart =
        figures
            .add_option("--chart", options.chart,
                        "One chart alone, as PDF, SVG or PNG by the ending of --out: time or ratio")
            ->check(CLI::IsMember({"time", "ratio"}));
    const auto add = [&](const char* name, auto& value, const char* words) {
        return figures.add_option(name, value, words)->needs(chart)->group("One chart");
    };
    const auto addFlag = [&](const char* name, bool& value, const char* words) {
        figures.add_flag(name, value, words)->needs(chart)->group("One chart");
    };
    add("--network", options.network, "What was trained, or generation")->capture_default_str();
    add("--quantity", options.quantity, "time, images-per-second, energy or memory")
        ->check(CLI::IsMember({"time", "images-per-second", "energy", "memory"}))
        ->capture_default_str();
    add("--a", options.curveA, "Curve whose time is divided: published/v100, 0/cpu");
    add("--b", options.curveB, "Curve by whose time it is divided; without: all others");
    addFlag("--log-x", options.logX, "Logarithmic batch sizes");
    addFlag("--linear-y", options.linearY, "Linear times or ratios");
    add("--x-range", options.xRange, "Ends of the range in view")->expected(2);
    add("--y-range", options.yRange, "Ends of the range in view")->expected(2);
    add("--width", options.widthMm, "In mm")->check(CLI::Range(20, 1000))->capture_default_str();
    add("--height", options.heightMm, "In mm")->check(CLI::Range(20, 1000))->capture_default_str();
    addFlag("--dark", options.dark, "Dark colours");
}

void addFigures(CLI::App& app, Options& options) {
    CLI::App* figures = app.add_subcommand(
        "figures", "Make the paper's figures from benchmark results; needs no display");
    figures
        ->add_option("--results,--run", options.results,
                     "Files of results or runs of benchmarks, this computer's first; without: the "
                     "published times alone")
        ->check(CLI::ExistingPath);
    figures->add_option("--out", options.out, "Folder for the figures; with --chart its file")
        ->required();
    figures->add_option("--journal", options.journal, "Column widths: aa, mnras or apj")
        ->check(CLI::IsMember({"aa", "mnras", "apj"}))
        ->capture_default_str();
    figures->add_option("--dpi", options.dpi, "Of the PNG files")
        ->check(CLI::Range(30, 2400))
        ->capture_default_str();
    figures->add_option("--type-size", options.captionPt, "Of the smallest text, in points")
        ->check(CLI::Range(4, 24))
        ->capture_default_str();
    addChart(*figures, options);
    figures->callback([&options] { options.figures = true; });
}

}  // namespace

std::optional<Options> readOptions(int argc, char** argv, int& exitCode) {
    Options options;
    std::string size;
    CLI::App app("Workbench for networks on galaxy images and the hardware that trains them.",
                 "shearbench");
    app.set_version_flag("--version", std::string("shearbench ") + kVersion);
    app.add_option("files", options.files,
                   "HDF5 file of cutouts, an experiment.json or a run directory to open");
    app.add_flag("--demo", options.demo,
                 "Simulate galaxies, train on them and show what is learnt; no files with it")
        ->excludes("files");
    app.add_option("--demo-network", options.demoNetwork,
                   "What the demo trains: deterministic, or generative, which makes new galaxies")
        ->capture_default_str()
        ->check(CLI::IsMember({"deterministic", "generative"}));
    app.add_option("--demo-epochs", options.demoEpochs,
                   "Epochs the demo trains for; without it 12, generative 30")
        ->check(CLI::Range(1, 1000));
    app.add_option("--screenshot", options.screenshot,
                   "Write a PNG of the window when everything asked for is done, and quit");
    app.add_option("--theme", options.theme, "light or dark")
        ->check(CLI::IsMember({"light", "dark"}));
    app.add_option("--page", options.page, "Page to show below the panes")
        ->check(CLI::IsMember({"loss", "cutouts", "quality", "check", "log"}));
    app.add_flag("--presentation", options.presentation,
                 "Start full screen with large type and plain words, for an audience");
    app.add_option("--size", size, "Of the window, in pixels: 1680x1050")
        ->check([](const std::string& s) {
            int width = 0, height = 0;
            char end = 0;
            const bool good = std::sscanf(s.c_str(), "%dx%d%c", &width, &height, &end) == 2 &&
                              width >= 640 && height >= 480 && width <= 16384 && height <= 16384;
            return good ? std::string()
                        : "expected WIDTHxHEIGHT from 640x480 to 16384x16384, found " + s;
        });
    app.footer(
        "The command line program is shearbench-cli. Screenshots without a display: set "
        "QT_QPA_PLATFORM=offscreen.");
    addFigures(app, options);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        exitCode = app.exit(error) == 0 ? 0 : kUsage;
        return std::nullopt;
    }
    for (int i = 0; i < argc; ++i)
        options.command += i ? " " + shellWord(argv[i]) : "shearbench";
    if (!size.empty())
        std::sscanf(size.c_str(), "%dx%d", &options.width, &options.height);
    return options;
}

}  // namespace shearbench::app
