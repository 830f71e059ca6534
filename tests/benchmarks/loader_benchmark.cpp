// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <sys/resource.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <memory>

#include "core/data/hdf5.h"
#include "core/data/loader.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/network/presets.h"
#include "core/random.h"
#include "core/training/prepare.h"

// How much of a training's wall time goes to its images.
//
//     loader_benchmark make FILE --gigabytes 12 [--gzip 4]
//     loader_benchmark run FILE [--batch 8] [--seconds 60] [--threads 0]
//
// "make" writes six-band noise with labels. "run" trains the deterministic network on a file as
// shearbench-cli train would, in memory where it fits (a limit such as prlimit --as=2000000000
// counts), and prints images per second, the share of the wall time that steps spent waiting for
// images, the memory stated for images and the process's largest. "--step-only" repeats one batch
// from memory: the rate without a loader.

namespace {

using namespace shearbench;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kImageValues = 6 * 64 * 64;

struct Options {
    std::string file;
    double gigabytes = 12, seconds = 60;
    int gzip = 0, batch = 8, threads = 0;
    bool stepOnly = false;
};

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

void make(const Options& options) {
    constexpr std::uint64_t kAtOnce = 64;
    const auto count = static_cast<std::uint64_t>(options.gigabytes * 1e9 / (kImageValues * 4.0));
    data::h5::File file = data::h5::File::create(options.file);
    data::h5::Dataset images =
        file.createGrowing<float>("images", {6, 64, 64}, {{1, 6, 64, 64}, options.gzip});
    // A few thousand different images, each with noise of its own in the row it stands in.
    RandomStream stream(1, StreamPurpose::noise, 0);
    std::vector<float> noise(2 * kAtOnce * kImageValues);
    for (float& value : noise)
        value = static_cast<float>(100 * stream.normal());
    for (std::uint64_t first = 0; first < count; first += kAtOnce) {
        const std::uint64_t rows = std::min(kAtOnce, count - first);
        images.appendRows<float>(
            std::span(noise).subspan(stream.below(kAtOnce * kImageValues), rows * kImageValues));
    }
    for (const char* name : {"e1", "e2", "redshift"}) {
        std::vector<double> values(count);
        for (double& value : values)
            value = std::clamp(0.2 * stream.normal(), -0.9, 0.9);
        file.write(name, values);
    }
    file.writeText("/", "bands", "ugrizy");
    file.writeNumbers("/", "sky_sigma", std::vector<double>(6, 100.0));
    file.close();
    fmt::print("{}: {} images\n", options.file, count);
}

void run(const Options& options) {
    Experiment experiment;
    experiment.data.file = options.file;
    experiment.data.validationFraction = experiment.data.testFraction = 0.001;
    experiment.training.batch = options.batch;
    const auto opening = Clock::now();
    training::PreparedData prepared = training::prepareData(experiment);
    const double opened = secondsSince(opening);
    const auto reading = Clock::now();
    training::checkPixels(prepared);
    const DataSettings& data = prepared.experiment.data;
    fmt::print("{} images, opened in {:.2f} s; {}, {:.2f} GB for images, read in {:.1f} s\n",
               prepared.source->schema().count, opened,
               prepared.inMemory ? "in memory" : "read while training",
               static_cast<double>(prepared.imageBytes) / 1e9, secondsSince(reading));

    const data::Schema& schema = prepared.source->schema();
    const network::Network network =
        network::makePreset("deterministic", {schema.channels, schema.height, schema.width});
    const auto session = device::findDevice("cpu")->compile(
        network, {.batch = options.batch, .threads = options.threads});
    session->setParameters(network::initialParameters(network, 1));
    data::Loader loader(
        prepared.source,
        {.rows = prepared.split.training,
         .batch = options.batch,
         .targets = data.targets,
         .normalisation = {data::normalisationKind(data.normalisation), data.normalisationScale},
         .turnsAndFlips = true,
         .window = data.shuffleWindow});
    const data::Batch first = loader.next();
    const device::StepSettings step{.learningRate = 1e-5, .clipNorm = 1};
    std::int64_t steps = 0;
    const auto train = [&](double seconds) {
        const auto start = Clock::now();
        for (steps = 0; secondsSince(start) < seconds; ++steps) {
            const data::Batch& batch = options.stepOnly ? first : loader.next();
            session->step(batch.images, batch.targets, step);
            if (steps % 10 == 9)
                session->takeSummary();
        }
        session->takeSummary();
        return secondsSince(start);
    };
    train(5);
    const double waitedBefore = loader.waited();
    const double wall = train(options.seconds);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    fmt::print(
        "batch {}: {:.1f} images/s, waiting for images {:.2f} % of {:.1f} s, largest memory "
        "{:.2f} GB\n",
        options.batch, static_cast<double>(steps * options.batch) / wall,
        100 * (loader.waited() - waitedBefore) / wall, wall,
        static_cast<double>(usage.ru_maxrss) * 1024 / 1e9);
}

}  // namespace

int main(int count, char** arguments) {
    CLI::App app("How much of a training's time goes to its images");
    Options options;
    CLI::App* maker = app.add_subcommand("make", "Write a file of noise");
    maker->add_option("file", options.file)->required();
    maker->add_option("--gigabytes", options.gigabytes);
    maker->add_option("--gzip", options.gzip);
    CLI::App* runner = app.add_subcommand("run", "Train on a file and print the rates");
    runner->add_option("file", options.file)->required();
    runner->add_option("--batch", options.batch);
    runner->add_option("--seconds", options.seconds);
    runner->add_option("--threads", options.threads);
    runner->add_flag("--step-only", options.stepOnly);
    app.require_subcommand(1);
    CLI11_PARSE(app, count, arguments);
    try {
        maker->parsed() ? make(options) : run(options);
    } catch (const Error& error) {
        fmt::print(stderr, "{} {}\n", error.what(), error.remedy());
        return error.exitCode();
    }
    return 0;
}
