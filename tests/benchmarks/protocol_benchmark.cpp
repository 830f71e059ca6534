// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "core/benchmark/store.h"
#include "core/error.h"
#include "tests/support/temporary_folder.h"

// Whether the quick protocol's interval holds what the paper's protocol takes: the deterministic
// network on small images, both protocols one after the other, round by round.
//
//     protocol_benchmark [--device cpu] [--batch 4 8] [--size 16] [--epoch-images 256] [--rounds 3]
//
// Ends with 0 if every quick interval holds the paper's time of its round.

namespace {

using namespace shearbench;
using namespace shearbench::benchmark;

struct Options {
    std::string device = "cpu";
    std::vector<int> batches = {4, 8};
    int size = 16, images = 256, rounds = 3;
};

Results measure(const Options& options, const char* protocol) {
    Experiment experiment;
    experiment.benchmark.protocol = protocol;
    experiment.benchmark.devices = {options.device};
    experiment.benchmark.batches = options.batches;
    experiment.benchmark.imageSize = options.size;
    experiment.benchmark.images = options.images;
    const test::TemporaryFolder folder;
    const auto images = std::make_shared<const training::PreparedData>(prepareImages(experiment));
    training::Control control;
    return runBenchmark(createRun(folder.path(), experiment),
                        newResults(experiment, *images, "", false), images, control, {});
}

/// True when every interval holds.
bool compare(const Options& options) {
    const Results paper = measure(options, "paper"), quick = measure(options, "quick");
    bool holds = true;
    for (std::size_t i = 0; i < paper.points.size(); ++i) {
        const auto a = paper.estimateOf(paper.points[i]), b = quick.estimateOf(quick.points[i]);
        if (!a || !b) {
            fmt::print("batch {}: {}{}\n", paper.points[i].task.size, paper.points[i].sentence,
                       quick.points[i].sentence);
            return false;
        }
        const bool inside = b->low <= a->seconds && a->seconds <= b->high;
        holds = holds && inside;
        fmt::print(
            "batch {:>3}: paper {:.3f} s ({:.3f} to {:.3f}), quick {:.3f} s ({:.3f} to "
            "{:.3f}, {} blocks): {}\n",
            paper.points[i].task.size, a->seconds, a->low, a->high, b->seconds, b->low, b->high,
            b->blocks, inside ? "holds it" : "misses it");
    }
    return holds;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    CLI::App app("Compares the two protocols of the benchmark.");
    app.add_option("--device", options.device);
    app.add_option("--batch", options.batches);
    app.add_option("--size", options.size);
    app.add_option("--epoch-images", options.images);
    app.add_option("--rounds", options.rounds)->check(CLI::Range(1, 1000));
    CLI11_PARSE(app, argc, argv);
    try {
        bool holds = true;
        for (int round = 0; round < options.rounds; ++round)
            holds = compare(options) && holds;
        return holds ? 0 : 1;
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n{}\n", error.what(), error.remedy());
        return error.exitCode();
    }
}
