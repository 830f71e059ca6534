// SPDX-License-Identifier: GPL-3.0-or-later
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

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
//     loader_benchmark run FILE [--batch 8] [--seconds 15] [--threads 0] [--memory-limit GB]
//     loader_benchmark compare LARGE SMALL [--memory-limit 2] [--rounds 5] [--batch 8] ...
//
// "make" writes six-band noise with labels. "run" trains the deterministic network on a file as
// shearbench-cli train would, in memory where it fits into the limit on the address space, and
// prints images per second, the share of the wall time that steps spent waiting for images, the
// memory stated for images and the process's largest. "--step-only" repeats one batch from memory:
// the rate without a loader. "compare" runs LARGE under the limit, none of it in the page cache at
// the start, and SMALL in memory without one, in turn and each in a process of its own, and prints
// the ratio of their rates with its 95 % interval.

namespace {

using namespace shearbench;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kImageValues = 6 * 64 * 64;

struct Options {
    std::string file;
    std::string small;
    double gigabytes = 12, seconds = 15, memoryLimit = 0, largeLimit = 2;
    int gzip = 0, batch = 8, threads = 0, rounds = 5;
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

void limitMemory(double gigabytes) {
    const auto bytes = static_cast<rlim_t>(gigabytes * 1e9);
    const rlimit limit{bytes, bytes};
    if (gigabytes > 0 && setrlimit(RLIMIT_AS, &limit) != 0)
        throw Error(ErrorKind::run, "The memory cannot be limited here.");
}

void run(const Options& options) {
    limitMemory(options.memoryLimit);
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

void dropFromCache(const std::string& file) {
    const int descriptor = open(file.c_str(), O_RDONLY);
    if (descriptor < 0)
        throw Error(ErrorKind::data, fmt::format("{} cannot be read.", file));
    fdatasync(descriptor);
    posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED);
    close(descriptor);
}

/// Images per second of a process of its own that runs `file`; prints what it prints.
double rateOf(const Options& options, const std::string& file, double memoryLimit) {
    const std::string program = std::filesystem::read_symlink("/proc/self/exe").string();
    const std::string command =
        fmt::format("'{}' run '{}' --batch {} --seconds {} --threads {} --memory-limit {}", program,
                    file, options.batch, options.seconds, options.threads, memoryLimit);
    FILE* output = popen(command.c_str(), "r");
    if (!output)
        throw Error(ErrorKind::run, "No further process can be started.");
    double rate = 0;
    char line[512];
    while (std::fgets(line, sizeof line, output)) {
        fmt::print("    {}", line);
        std::sscanf(line, "batch %*d: %lf images/s", &rate);
    }
    if (pclose(output) != 0 || rate <= 0)
        throw Error(ErrorKind::run, fmt::format("Training on {} failed.", file));
    std::fflush(stdout);
    return rate;
}

/// Student's t that 95 % of |t| stay below, for `freedom` degrees.
double studentLimit(std::size_t freedom) {
    constexpr double kLimits[]{12.71, 4.30, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23};
    return freedom <= std::size(kLimits) ? kLimits[freedom - 1] : 2.0;
}

void compare(const Options& options) {
    std::vector<double> ratios;
    for (int round = 0; round < options.rounds; ++round) {
        double large = 0, small = 0;
        // Each is first as often as second.
        for (const bool isLarge : {round % 2 == 0, round % 2 != 0}) {
            fmt::print("round {}, {}\n", round + 1, isLarge ? "read while training" : "in memory");
            if (isLarge) {
                dropFromCache(options.file);
                large = rateOf(options, options.file, options.largeLimit);
            } else {
                small = rateOf(options, options.small, 0);
            }
        }
        ratios.push_back(std::log(large / small));
    }
    double mean = 0, square = 0;
    const auto count = static_cast<double>(ratios.size());
    for (const double ratio : ratios)
        mean += ratio / count;
    for (const double ratio : ratios)
        square += (ratio - mean) * (ratio - mean);
    fmt::print("read while training / in memory: {:.3f}", std::exp(mean));
    if (ratios.size() > 1) {
        const double half =
            studentLimit(ratios.size() - 1) * std::sqrt(square / (count - 1) / count);
        fmt::print(", 95 % between {:.3f} and {:.3f}", std::exp(mean - half),
                   std::exp(mean + half));
    }
    fmt::print("\n");
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
    CLI::App* comparison =
        app.add_subcommand("compare", "Train on two files in turn and compare the rates");
    for (CLI::App* command : {runner, comparison}) {
        command->add_option("file", options.file)->required();
        command->add_option("--batch", options.batch);
        command->add_option("--seconds", options.seconds);
        command->add_option("--threads", options.threads);
    }
    runner->add_option("--memory-limit", options.memoryLimit, "Of the address space, in GB");
    runner->add_flag("--step-only", options.stepOnly);
    comparison->add_option("small", options.small)->required();
    comparison->add_option("--memory-limit", options.largeLimit, "Of the first file, in GB")
        ->capture_default_str();
    comparison->add_option("--rounds", options.rounds)->check(CLI::Range(1, 100));
    app.require_subcommand(1);
    CLI11_PARSE(app, count, arguments);
    try {
        if (maker->parsed())
            make(options);
        else if (comparison->parsed())
            compare(options);
        else
            run(options);
    } catch (const Error& error) {
        fmt::print(stderr, "{} {}\n", error.what(), error.remedy());
        return error.exitCode();
    }
    return 0;
}
