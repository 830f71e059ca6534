// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>

#include "core/benchmark/sweep.h"
#include "core/error.h"

// Whether the quick protocol's interval holds what the paper's protocol takes: the deterministic
// network on small images, both protocols in turns.
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

/// Times one batch size with both protocols in turns, as far along each at any time, so that what
/// drifts meets both. True when quick's interval holds paper's time.
bool compare(const WorkMaker& makeWork, const Task& task, const Protocol& paper,
             const Protocol& quick) {
    const auto work = makeWork(task);
    PointTimer all(paper, task), some(quick, task);
    const auto epochs = static_cast<double>(paper.warmupEpochs + paper.epochs);
    double spent = 0;
    while (all.nextSteps() > 0 || some.nextSteps() > 0) {
        const auto made = static_cast<double>(all.warmup().size() + all.timed().size());
        const bool behind = spent / quick.budgetSeconds <= made / epochs;
        PointTimer& timer = all.nextSteps() == 0 || (behind && some.nextSteps() > 0) ? some : all;
        const std::int64_t steps = timer.nextSteps();
        const auto start = std::chrono::steady_clock::now();
        work->run(steps);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        timer.add({steps, seconds, 0});
        spent += &timer == &some ? seconds : 0;
    }
    const auto a = estimate(paper, task, all.timed()), b = estimate(quick, task, some.timed());
    const bool inside = b->low <= a->seconds && a->seconds <= b->high;
    fmt::print(
        "batch {:>3}: paper {:.3f} s ({:.3f} to {:.3f}), quick {:.3f} s ({:.3f} to {:.3f}, "
        "{} blocks): {}\n",
        task.size, a->seconds, a->low, a->high, b->seconds, b->low, b->high, b->blocks,
        inside ? "holds it" : "misses it");
    return inside;
}

bool compareAll(const Options& options) {
    Experiment experiment;
    experiment.benchmark.batches = options.batches;
    experiment.benchmark.imageSize = options.size;
    experiment.benchmark.images = options.images;
    const auto images = std::make_shared<const training::PreparedData>(prepareImages(experiment));
    const Protocol quick = protocolOf(experiment.benchmark);
    Protocol paper = quick;
    paper.method = Method::paper;
    bool holds = true;
    for (int round = 0; round < options.rounds; ++round)
        for (const int batch : options.batches)
            holds =
                compare(makeWork(images), {Kind::training, "deterministic", options.device, batch},
                        paper, quick) &&
                holds;
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
        return compareAll(options) ? 0 : 1;
    } catch (const Error& error) {
        fmt::print(stderr, "{}\n{}\n", error.what(), error.remedy());
        return error.exitCode();
    }
}
