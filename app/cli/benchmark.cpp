// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/option_names.h"
#include "app/cli/terminal.h"
#include "core/benchmark/command.h"
#include "core/benchmark/curves.h"
#include "core/benchmark/environment.h"
#include "core/benchmark/fits.h"
#include "core/benchmark/store.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/files.h"
#include "core/training_command.h"

namespace shearbench::cli {

namespace {

namespace fs = std::filesystem;
using namespace benchmark;

struct Options {
    std::string document, data, out, run, resume;
    std::vector<std::string> networks, devices;
    std::vector<int> batches, imageCounts;
    std::string protocol;
    std::optional<int> images, warmupEpochs, epochs, threads, imageSize;
    std::optional<double> budget, halfWidth, memoryCap;
    bool fits = false;
    const CLI::App* app = nullptr;
    std::string command;  ///< as it was typed
};

template <class Value>
void set(Value& field, const std::optional<Value>& given) {
    if (given)
        field = *given;
}

Experiment experimentOf(const Options& options) {
    Experiment experiment =
        options.document.empty() ? Experiment() : readExperiment(options.document);
    experiment.provenance = {};
    if (!options.data.empty()) {
        experiment.data = {};
        experiment.data.file = fs::absolute(options.data);
    }
    BenchmarkSettings& settings = experiment.benchmark;
    if (!options.networks.empty())
        settings.networks = options.networks;
    if (!options.devices.empty())
        settings.devices = options.devices;
    if (!options.batches.empty())
        settings.batches = options.batches;
    if (!options.imageCounts.empty())
        settings.imageCounts = options.imageCounts;
    if (!options.protocol.empty())
        settings.protocol = options.protocol;
    if (settings.devices == std::vector<std::string>{"all"}) {
        settings.devices.clear();
        for (const auto& device : device::allDevices())
            settings.devices.push_back(device->info().id);
    }
    set(settings.images, options.images);
    set(settings.warmupEpochs, options.warmupEpochs);
    set(settings.epochs, options.epochs);
    set(settings.budgetSeconds, options.budget);
    set(settings.halfWidthPercent, options.halfWidth);
    set(settings.imageSize, options.imageSize);
    set(experiment.device.threads, options.threads);
    set(experiment.device.memoryCapMB, options.memoryCap);
    check(experiment);
    return experiment;
}

std::string pointWords(Kind kind, const std::string& network) {
    return kind == Kind::training ? network + " batch" : "generation of images";
}

std::string pointName(const Task& task) {
    return fmt::format("{} {} on {}", pointWords(task.kind, task.network), task.size, task.device);
}

/// Without a power of ten: "6277", "0.006965".
std::string fourDigits(double seconds) {
    const double power = seconds > 0 ? std::floor(std::log10(seconds)) : 0;
    return fmt::format("{:.{}f}", seconds, std::clamp(3 - static_cast<int>(power), 0, 9));
}

std::string outcome(const Results& results, const Point& point) {
    if (point.status != Status::done)
        return toString(point.status) + (point.sentence.empty() ? "" : ": " + point.sentence);
    const Estimate time = *results.estimateOf(point);
    return fmt::format("{:>9} s, {} to {} ({} blocks)  {:>7.1f} images/s{}",
                       fourDigits(time.seconds), fourDigits(time.low), fourDigits(time.high),
                       time.blocks, time.imagesPerSecond,
                       point.sentence.empty() ? "" : "  " + point.sentence);
}

/// Prints points as they end, a line each, and where the sweep stands below them.
class Reporter {
  public:
    /// In the sweep's thread.
    void take(const Results& results, const Progress& progress) {
        const std::lock_guard held(mutex_);
        printed_.resize(results.points.size());
        for (std::size_t i = 0; i < results.points.size(); ++i) {
            const Point& point = results.points[i];
            if (point.status == Status::waiting || point.status == Status::running || printed_[i])
                continue;
            printed_[i] = true;
            line_.erase();
            fmt::print("{:<34} {}\n", pointName(point.task), outcome(results, point));
            std::fflush(stdout);
        }
        if (progress.running)
            line_.show(fmt::format("{} of {}: {}, {} left", progress.done, progress.points,
                                   pointName(results.points[*progress.running].task),
                                   duration(progress.secondsLeft)));
    }
    /// What an earlier sweep did is not told again.
    void skip(const Results& results) {
        for (const Point& point : results.points)
            printed_.push_back(point.status == Status::done);
    }

  private:
    std::mutex mutex_;
    std::vector<bool> printed_;
    ProgressLine line_;
};

int printFits(const Experiment& experiment) {
    const int size = experiment.benchmark.imageSize;
    std::vector<std::vector<std::string>> rows{{"network", "device", "batch", "MB", "fits"}};
    for (const Fits& fits : fitsOf(experiment, {6, size, size}))
        for (const BatchMemory& memory : fits.batches)
            rows.push_back({fits.network, fits.device, fmt::to_string(memory.batch),
                            fmt::format("{:.0f}", static_cast<double>(memory.bytes) / 1e6),
                            memory.fits ? "yes" : "no"});
    fmt::print("{}", table(rows));
    return 0;
}

std::string rangeText(const CurvePoint& r) {
    return fmt::format("{:.3g} ({:.3g} to {:.3g})", r.value, r.low, r.high);
}

/// Against the published times, and of every two devices, a row a pair.
void printRatios(const Results& results) {
    const std::pair<Kind, const char*> subjects[] = {{Kind::training, "deterministic"},
                                                     {Kind::training, "bayesian"},
                                                     {Kind::training, "generative"},
                                                     {Kind::generation, "generative"}};
    std::vector<std::string> remarks;
    for (const auto& [kind, network] : subjects) {
        const auto list = curves({results}, {kind, network, Quantity::seconds});
        std::vector<std::vector<std::string>> rows{{"A / B", pointWords(kind, network), "ratio"}};
        for (std::size_t b = 0; b < list.size(); ++b)
            for (std::size_t a = b + 1; a < list.size(); ++a)
                if (!list[b].published)
                    for (const CurvePoint& r : ratio(list[a], list[b]))
                        rows.push_back(
                            {fmt::format("{}{} / {}", list[a].name,
                                         list[a].published ? ", published" : "", list[b].name),
                             fmt::to_string(r.size), rangeText(r)});
        if (rows.size() > 1)
            fmt::print("{}", table(rows));
        for (const std::string& remark :
             workloadRemarks({results}, {kind, network, Quantity::seconds}))
            if (std::find(remarks.begin(), remarks.end(), remark) == remarks.end())
                remarks.push_back(remark);
    }
    for (const std::string& remark : remarks)
        fmt::print("{}\n", remark);
}

/// How long a catalogue as large as CosmoDC2 would take, at each device's pace.
void printCatalogue(const Results& results) {
    const auto& catalogue = published().extrapolation;
    std::vector<std::vector<std::string>> rows{
        {"device", "images at a time",
         fmt::format("days for the {:.2e} galaxies of {}", catalogue.galaxies,
                     catalogue.catalogue)}};
    bool measured = false;
    for (const Curve& curve :
         curves({results}, {Kind::generation, "generative", Quantity::seconds}))
        if (const auto days = extrapolatedDays(curve, catalogue.galaxies)) {
            measured = measured || !curve.published;
            rows.push_back({curve.name + (curve.published ? ", published" : ""),
                            fmt::to_string(days->size), rangeText(*days)});
        }
    if (measured)
        fmt::print("{}", table(rows));
}

/// Runs in a thread while this one watches for interrupts; what it threw is thrown here.
Results runInterruptibly(const training::RunDirectory& run, Results results,
                         const std::shared_ptr<const training::PreparedData>& images,
                         Reporter& reporter) {
    training::Control control;
    std::atomic<bool> ended = false;
    std::exception_ptr failure;
    std::thread thread([&] {
        try {
            results = runBenchmark(run, std::move(results), images, control,
                                   [&](const Results& now, const Progress& progress) {
                                       reporter.take(now, progress);
                                   });
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
    });
    while (!ended) {
        if (interrupted())
            control.stop();
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    thread.join();
    if (failure)
        std::rethrow_exception(failure);
    return results;
}

void writeOut(const Results& results, const fs::path& out) {
    writeResults(results, out);
    fs::path beside = out;
    writeText(beside.replace_extension(".csv"), toCsv(results));
    fmt::print("The results are in {} and {}\n", out.string(), beside.string());
}

void printForeignLoad(const Results& results) {
    double most = 0;
    for (const Point& point : results.points)
        most = std::max(most, point.foreignCores);
    if (const std::string sentence = benchmark::sharedMachineSentence(most); !sentence.empty())
        fmt::print("{}\n", sentence);
}

int finish(const training::RunDirectory& run, const Results& results, const Options& options) {
    printRatios(results);
    printCatalogue(results);
    printForeignLoad(results);
    fmt::print("The run is in {}\n", run.path().string());
    if (!options.out.empty())
        writeOut(results, options.out);
    const bool whole = run.state() == "done";
    if (!whole)
        fmt::print("Stopped. Go on with: shearbench-cli benchmark --resume {}\n",
                   run.path().string());
    return interrupted() ? kInterrupted : 0;
}

int sweep(const Options& options) {
    if (!options.out.empty())
        requireOutput(options.out, {options.document, options.data});
    Reporter reporter;
    if (!options.resume.empty()) {
        const auto run = training::RunDirectory::open(options.resume);
        Results results = openResults(run.path());
        const auto images =
            std::make_shared<const training::PreparedData>(prepareImages(run.experiment()));
        reporter.skip(results);
        return finish(run, runInterruptibly(run, std::move(results), images, reporter), options);
    }
    const Experiment experiment =
        namingOptions(*options.app, [&] { return experimentOf(options); });
    if (options.fits)
        return printFits(experiment);
    planPoints(experiment);  // refuses names before images are made
    const auto images = std::make_shared<const training::PreparedData>(prepareImages(experiment));
    Results results = newResults(experiment, *images, options.command, true);
    const auto run = options.run.empty()
                         ? createRun("runs", experiment)
                         : training::RunDirectory::createAt(options.run, experiment);
    return finish(run, runInterruptibly(run, std::move(results), images, reporter), options);
}

void addOptions(CLI::App& command, Options& options) {
    command.add_option("experiment", options.document, "An experiment.json; options change it");
    command
        .add_option("--networks", options.networks,
                    "deterministic, bayesian, generative: its autoencoder, and generation")
        ->delimiter(',');
    command
        .add_option("--devices", options.devices,
                    "As listed by: shearbench-cli devices; all: every one")
        ->delimiter(',');
    command.add_option("--batch", options.batches, "Batch sizes; without: the paper's")
        ->delimiter(',');
    command
        .add_option("--images", options.imageCounts,
                    "Numbers of images to generate; without: the paper's, with generative")
        ->delimiter(',');
    command
        .add_option("--protocol", options.protocol,
                    "quick, or paper: 10 epochs to warm up and 100 timed ones")
        ->check(oneOf({"quick", "paper"}));
    command.add_option("--data", options.data,
                       "HDF5 file of cutouts to train on; without: made-up images");
    command.add_option("--image-size", options.imageSize, "Rows and columns of made-up images");
    command.add_option("--epoch-images", options.images, "Images of an epoch (8000)");
    command.add_option("--warmup-epochs", options.warmupEpochs, "Of the paper's protocol (10)");
    command.add_option("--epochs", options.epochs, "Epochs the quoted time is for (100)");
    command.add_option("--budget", options.budget, "Seconds a point may take, quick protocol (8)");
    command.add_option("--half-width", options.halfWidth,
                       "Half the interval in percent of the time that is narrow enough (1)");
    command.add_option(
        "--threads", options.threads,
        "Threads of cpu and eigen; 0: all cores. OpenCL drivers take what they want");
    command.add_option("--memory-cap", options.memoryCap,
                       "Memory a device may use, in MB; 286 is the GC2's");
    CLI::Option* const run =
        command.add_option("--run", options.run, "Run directory; without it one under runs/");
    command.add_option("--resume", options.resume, "Go on with the stopped benchmark of this run")
        ->check(notEmpty())
        ->excludes(run);
    command.add_option("--out", options.out,
                       "Write the results to this JSON file, and as CSV beside it");
    command.add_flag("--fits", options.fits,
                     "Time nothing: say which batch sizes fit the memory or its cap");
}

}  // namespace

void addBenchmark(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "benchmark", "Time training over networks, devices and batch sizes; keeps every block");
    addOptions(*command, *options);
    options->app = command;
    command->callback([options, command, &action] {
        options->command = "shearbench-cli benchmark";
        std::set<const CLI::Option*> said;  // an option is parsed once for each of its values
        for (const CLI::Option* option : command->parse_order()) {
            if (!said.insert(option).second)
                continue;
            options->command += option->get_positional() ? "" : " " + option->get_name();
            std::string values;
            for (const std::string& value : option->results())
                values += (values.empty() ? "" : ",") + value;
            if (option->get_items_expected_max() > 0)
                options->command += " " + shellWord(values);
        }
        action = [options] { return sweep(*options); };
    });
}

}  // namespace shearbench::cli
