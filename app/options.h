// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace shearbench::app {

/// The window's command line.
struct Options {
    std::vector<std::string> files;  ///< cutouts, an experiment.json or a run directory
    bool demo = false;
    std::string screenshot;     ///< PNG to write when everything asked for is done; then quit
    std::string theme;          ///< "light", "dark"; empty: as last time
    int width = 0, height = 0;  ///< of the window; 0: as last time
    int demoEpochs = 0;         ///< 0: as the network needs
    std::string demoNetwork = "deterministic";  ///< or "generative"
    std::string page;  ///< shown below the panes at the start: "loss", "cutouts", "quality",
                       ///< "check", "log"; empty: loss
    bool presentation = false;

    /// The subcommand figures: makes figures without a display, then quits.
    bool figures = false;
    std::vector<std::string> results;  ///< runs of benchmarks or files of results
    std::string out, journal = "aa";
    double dpi = 300, captionPt = 7;
    std::string chart;  ///< "time" or "ratio": that alone, to the file `out`; empty: all figures
    std::string network = "deterministic", quantity = "time", curveA, curveB;
    bool logX = false, linearY = false, dark = false;
    std::vector<double> xRange, yRange;  ///< two ends each, or none
    double widthMm = 88, heightMm = 63;
    std::string command;  ///< as it was typed
};

/// Reads the command line before anything of Qt starts, so that --help and --version work without a
/// display. Empty when the program is to end at once with `exitCode`.
std::optional<Options> readOptions(int argc, char** argv, int& exitCode);

}  // namespace shearbench::app
