// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/cli/terminal.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/training/trainer.h"

namespace shearbench::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    std::string document;  ///< an experiment.json
    std::string out;
    bool resume = false;
    /// Applied in order to the experiment that was read or to the defaults.
    std::vector<std::function<void(Experiment&)>> changes;
};

/// An option that, when given, sets one field of the experiment.
template <class Value, class Set>
CLI::Option* addField(CLI::App& command, Options& options, const std::string& name,
                      const std::string& help, Set set) {
    return command.add_option_function<Value>(
        name,
        [&options, set](const Value& value) {
            options.changes.push_back(
                [set, value](Experiment& experiment) { set(experiment, value); });
        },
        help);
}

void addFields(CLI::App& command, Options& options) {
    using E = Experiment;
    addField<std::string>(command, options, "--data", "HDF5 file of cutouts",
                          [](E& e, const std::string& v) { e.data.file = fs::absolute(v); });
    addField<std::string>(command, options, "--images", "Dataset that holds the cutouts",
                          [](E& e, const std::string& v) { e.data.images = v; });
    addField<std::string>(command, options, "--layout", "NCHW, NHWC or NHW",
                          [](E& e, const std::string& v) { e.data.layout = v; });
    for (int i = 0; i < 3; ++i)
        addField<std::string>(
            command, options, std::array{"--e1", "--e2", "--redshift"}[static_cast<std::size_t>(i)],
            "Column of this target",
            [i](E& e, const std::string& v) { e.data.targets[static_cast<std::size_t>(i)] = v; });
    addField<std::string>(command, options, "--group",
                          "Column of galaxy ids, kept on one side of the split; none: do not group",
                          [](E& e, const std::string& v) { e.data.group = v; });
    addField<std::uint64_t>(command, options, "--split-seed", "Which rows train, validate and test",
                            [](E& e, std::uint64_t v) { e.data.splitSeed = v; });
    addField<std::string>(command, options, "--normalisation", "asinh or none",
                          [](E& e, const std::string& v) { e.data.normalisation = v; });
    addField<bool>(command, options, "--turns-and-flips", "Augment: true or false",
                   [](E& e, bool v) { e.data.turnsAndFlips = v; });
    addField<std::string>(command, options, "--network", "deterministic",
                          [](E& e, const std::string& v) { e.network.preset = v; });
    addField<std::string>(command, options, "--device", "As listed by: shearbench-cli devices",
                          [](E& e, const std::string& v) { e.device.id = v; });
    addField<int>(command, options, "--threads", "0: all",
                  [](E& e, int v) { e.device.threads = v; });
    addField<double>(command, options, "--memory-cap", "MB; 0: none",
                     [](E& e, double v) { e.device.memoryCapMB = v; });
    addField<std::string>(command, options, "--recipe",
                          "stable, or paper: Adam at a constant 0.001",
                          [](E& e, const std::string& v) { applyRecipe(e.training, v); });
    addField<int>(command, options, "--batch", "Images per step",
                  [](E& e, int v) { e.training.batch = v; });
    addField<int>(command, options, "--epochs", "Passes over the training images",
                  [](E& e, int v) { e.training.epochs = v; });
    addField<std::uint64_t>(command, options, "--seed", "Start values, order, augmentation",
                            [](E& e, std::uint64_t v) { e.training.seed = v; });
    const auto custom = [](E& e) -> TrainingSettings& {
        e.training.recipe = "custom";
        return e.training;
    };
    addField<double>(command, options, "--learning-rate", "Highest learning rate",
                     [custom](E& e, double v) { custom(e).learningRate = v; });
    addField<std::string>(command, options, "--schedule", "constant or cosine",
                          [custom](E& e, const std::string& v) { custom(e).schedule = v; });
    addField<int>(command, options, "--warmup", "Steps of rising learning rate",
                  [custom](E& e, int v) { custom(e).warmupSteps = v; });
    addField<double>(command, options, "--clip", "Largest gradient norm; 0: none",
                     [custom](E& e, double v) { custom(e).clipNorm = v; });
    addField<std::string>(command, options, "--name", "Name of the run",
                          [](E& e, const std::string& v) { e.name = v; });
}

Experiment experimentOf(const Options& options) {
    Experiment experiment =
        options.document.empty() ? Experiment() : readExperiment(options.document);
    // A recipe names several fields at once, so fields given one by one win over it.
    for (const auto& change : options.changes)
        change(experiment);
    if (experiment.data.file.empty())
        throw Error(ErrorKind::usage, "There is nothing to train on.",
                    "Name a file of cutouts with --data, or an experiment document.");
    check(experiment);
    return experiment;
}

/// The run in --out when it is to be resumed and has begun.
std::optional<training::RunDirectory> runToResume(const Options& options) {
    if (!options.resume)
        return std::nullopt;
    if (options.out.empty())
        throw Error(ErrorKind::usage, "--resume needs the run to go on with.",
                    "Name its directory with --out.");
    if (!fs::exists(fs::path(options.out) / "experiment.json"))
        return std::nullopt;
    if (!options.changes.empty() || !options.document.empty())
        fmt::print(stderr,
                   "Resuming {}: its own experiment counts, other options are left aside.\n",
                   options.out);
    return training::RunDirectory::open(options.out);
}

std::string liveLine(const training::Snapshot& s) {
    std::string text = fmt::format("epoch {} of {}, step {} of {}", s.epoch + 1, s.epochs, s.step,
                                   s.stepsPerEpoch);
    if (!s.losses.empty())
        text += fmt::format(", loss {:.3f}", s.losses.back().loss);
    if (s.imagesPerSecond > 0)
        text += fmt::format(", {:.0f} images/s", s.imagesPerSecond);
    if (s.secondsLeft > 0)
        text += fmt::format(", {} left", duration(s.secondsLeft));
    return text;
}

void printEpoch(const training::EpochRecord& r, std::int64_t epochs, double secondsLeft) {
    fmt::print(
        "epoch {:>3} of {}  training {:>8.4f}  validation {:>8.4f}  rms e1 {:.4f} e2 {:.4f} "
        "z {:.4f}  {:.0f} images/s{}\n",
        r.epoch, epochs, r.trainingLoss, r.validationLoss, r.validationRms[0], r.validationRms[1],
        r.validationRms[2], r.imagesPerSecond,
        secondsLeft > 0 ? fmt::format("  {} left", duration(secondsLeft)) : "");
    std::fflush(stdout);
}

/// Shows the trainer's progress until it ends; rethrows what it threw.
void follow(training::Trainer& trainer) {
    std::exception_ptr failure;
    std::atomic<bool> ended = false;
    std::thread thread([&] {
        try {
            trainer.run();
        } catch (...) {
            failure = std::current_exception();
        }
        ended = true;
    });
    ProgressLine line;
    std::size_t printed = trainer.snapshot().history.size();
    const auto catchUp = [&] {
        const training::Snapshot snapshot = trainer.snapshot();
        for (; printed < snapshot.history.size(); ++printed) {
            line.erase();
            printEpoch(snapshot.history[printed], snapshot.epochs, snapshot.secondsLeft);
        }
        if (snapshot.state == training::TrainingState::running)
            line.show(liveLine(snapshot));
    };
    while (!ended) {
        if (interrupted())
            trainer.stop();
        catchUp();
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    thread.join();
    catchUp();
    line.erase();
    if (failure)
        std::rethrow_exception(failure);
}

int train(const Options& options) {
    std::optional<training::RunDirectory> resumed = runToResume(options);
    const training::PreparedData prepared =
        training::prepareData(resumed ? resumed->experiment() : experimentOf(options));
    const Experiment& experiment = prepared.experiment;
    const auto device = device::findDevice(experiment.device.id);
    training::RunDirectory run = resumed ? *resumed
                                 : options.out.empty()
                                     ? training::RunDirectory::create("runs", experiment)
                                     : training::RunDirectory::createAt(options.out, experiment);
    fmt::print("{}: {} training, {} validation, {} test cutouts of {}\n", run.path().string(),
               thousands(static_cast<long long>(prepared.split.training.size())),
               thousands(static_cast<long long>(prepared.split.validation.size())),
               thousands(static_cast<long long>(prepared.split.test.size())), experiment.data.file);
    for (const std::string& note : prepared.notes)
        fmt::print("{}\n", note);
    fmt::print("network {}, batch {}, on {} ({})\n", experiment.network.preset,
               experiment.training.batch, device->info().name, device->info().backend);
    const double fitted = fittedNll(prepared);
    fmt::print("A normal distribution fitted to the labels has a validation NLL of {:.4f}.\n",
               fitted);
    std::fflush(stdout);

    training::Trainer trainer(prepared, device, std::move(run));
    follow(trainer);
    if (trainer.snapshot().state == training::TrainingState::stopped) {
        fmt::print(
            "Stopped; the state is saved. Go on with: shearbench-cli train --resume --out {}\n",
            trainer.directory().path().string());
        return interrupted() ? kInterrupted : 0;
    }
    printOutcome(trainer, prepared, *device);
    return 0;
}

}  // namespace

void addTrain(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("train", "Train a network; keeps everything in a run directory");
    command->add_option("experiment", options->document, "An experiment.json; options change it");
    addFields(*command, *options);
    command->add_option("--out", options->out, "Run directory; without it one under runs/ is made");
    command->add_flag("--resume", options->resume, "Go on with the run in --out, or start it");
    command->callback([options, &action] { action = [options] { return train(*options); }; });
}

}  // namespace shearbench::cli
