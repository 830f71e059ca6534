// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <thread>
#include <utility>

#include "app/cli/checks.h"
#include "app/cli/command.h"
#include "app/cli/differences.h"
#include "app/cli/fields.h"
#include "app/cli/interrupt.h"
#include "app/cli/option_names.h"
#include "app/cli/report.h"
#include "app/cli/schema_options.h"
#include "app/cli/terminal.h"
#include "core/device/check_device.h"
#include "core/device/registry.h"
#include "core/error.h"
#include "core/training/continuation.h"
#include "core/training/generative_sequence.h"
#include "core/training/trainer.h"

namespace shearbench::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
    using Target = Experiment;
    const CLI::App* command = nullptr;
    std::string document;  ///< an experiment.json
    std::string out;
    bool resume = false, fromBest = false;
    /// Applied in order to the experiment that was read or to the defaults.
    std::vector<std::function<void(Experiment&)>> changes;
};

/// What was found in one file does not count for another.
void forgetFound(DataSettings& data) {
    data.checksum.clear();
    data.labelsChecksum.clear();
    data.normalisationScale.clear();
}

void setFile(DataSettings& data, const std::string& file) {
    const std::string path = fs::absolute(file);
    if (path == data.file)
        return;
    data.simulated = SimulatedData();
    data.file = path;
    forgetFound(data);
}

/// Galaxies simulated while they are trained on take the place of a file.
void setSimulated(DataSettings& data, std::int64_t galaxies) {
    if (!data.isSimulated()) {
        forgetFound(data);
        if (!data.file.empty())
            data = withReading(data, {});
        data.file.clear();
    }
    data.simulated.galaxies = galaxies;
}

void addFields(CLI::App& command, Options& options) {
    using E = Experiment;
    addField<std::string>(command, options, "--network",
                          "Which network: deterministic, bayesian, generative",
                          [](E& e, const std::string& v) { choosePreset(e, v); })
        ->check(oneOf({"deterministic", "bayesian", "generative"}));
    addField<std::string>(command, options, "--recipe",
                          "Settings for that network: stable, or paper: as in Arcelin 2021",
                          [](E& e, const std::string& v) { applyRecipe(e, v); });
    addField<std::string>(command, options, "--data", "HDF5 file of cutouts",
                          [](E& e, const std::string& v) { setFile(e.data, v); })
        ->check(notEmpty());
    addField<std::int64_t>(command, options, "--simulate",
                           "Instead of a file: simulate this many galaxies for every epoch, none "
                           "of them twice",
                           [](E& e, std::int64_t v) { setSimulated(e.data, v); })
        ->check(between(std::int64_t{1}, 100'000'000))
        ->excludes("--data");
    addField<std::string>(
        command, options, "--simulate-kind",
        "Which galaxies; the kinds are listed by: shearbench-cli simulate --help",
        [](E& e, const std::string& v) { e.data.simulated.recipe = recipePreset(v).recipe; });
    addField<std::uint64_t>(command, options, "--simulate-seed", "Same seed, same galaxies",
                            [](E& e, std::uint64_t v) { e.data.simulated.seed = v; })
        ->check(wholeNumber());
    addReadingOptions(command, [&options](ReadingChange change) {
        options.changes.push_back([change](E& e) { change(e.data); });
    });
    addField<std::int64_t>(command, options, "--shuffle-window",
                           "Images shuffled among each other where they are read while training; "
                           "0: all; -1: all where they fit into memory",
                           [](E& e, std::int64_t v) { e.data.shuffleWindow = v; });
    addField<std::uint64_t>(command, options, "--split-seed", "Which rows train, validate and test",
                            [](E& e, std::uint64_t v) { e.data.splitSeed = v; })
        ->check(wholeNumber());
    addField<std::int64_t>(command, options, "--training-images",
                           "Train on at most so many of the training images; 0: all",
                           [](E& e, std::int64_t v) { e.data.trainingImages = v; });
    addField<std::string>(command, options, "--normalisation",
                          "asinh: asinh(x / sky noise), band by band; none: electrons as they are; "
                          "generative: unit_asinh, tanh_asinh",
                          [](E& e, const std::string& v) { e.data.normalisation = v; });
    addField<bool>(command, options, "--turns-and-flips",
                   "Augment by quarter turns and flips: true or false",
                   [](E& e, bool v) { e.data.turnsAndFlips = v; });
    addField<std::vector<std::string>>(
        command, options, "--fixed-layers",
        "Layers of a Bayesian network whose weights are numbers, for instance conv1,conv2",
        [](E& e, const std::vector<std::string>& v) { e.network.fixedLayers = v; })
        ->delimiter(',');
    addField<double>(
        command, options, "--rho-start",
        "Of Bayesian weights or latent features: their deviations start at log(1 + exp(rho))",
        [](E& e, double v) { e.network.rhoStart = v; });
    addField<std::string>(command, options, "--kernel-start",
                          "Start values of kernels: glorot_uniform, he_normal",
                          [](E& e, const std::string& v) { e.network.kernelStart = v; });
    addField<std::string>(command, options, "--device", "As listed by: shearbench-cli devices",
                          [](E& e, const std::string& v) { e.device.id = v; });
    addField<int>(command, options, "--threads", "Threads to compute with; 0: all cores",
                  [](E& e, int v) { e.device.threads = v; });
    addField<double>(command, options, "--memory-cap",
                     "Memory the device may use, in MB; 0: all it has",
                     [](E& e, double v) { e.device.memoryCapMB = v; });
    addField<int>(command, options, "--batch", "Images per step",
                  [](E& e, int v) { e.training.batch = v; });
    addField<int>(command, options, "--epochs", "Passes over the training images",
                  [](E& e, int v) { e.training.epochs = v; });
    addField<std::uint64_t>(command, options, "--seed", "Start values, order, augmentation",
                            [](E& e, std::uint64_t v) { e.training.seed = v; })
        ->check(wholeNumber());
    addField<double>(command, options, "--learning-rate", "Highest learning rate",
                     [](E& e, double v) { e.training.learningRate = v; });
    addField<std::string>(command, options, "--schedule", "constant or cosine",
                          [](E& e, const std::string& v) { e.training.schedule = v; });
    addField<int>(command, options, "--warmup", "Steps of rising learning rate",
                  [](E& e, int v) { e.training.warmupSteps = v; });
    addField<double>(command, options, "--clip", "Largest gradient norm; 0: none",
                     [](E& e, double v) { e.training.clipNorm = v; });
    addField<double>(command, options, "--kl-weight",
                     "Of Bayesian weights: factor on their divergence from the prior",
                     [](E& e, double v) { e.training.klWeight = v; });
    addField<int>(command, options, "--kl-warmup", "Epochs over which that factor rises",
                  [](E& e, int v) { e.training.klWarmupEpochs = v; });
    addField<double>(command, options, "--latent-kl",
                     "Generative: factor of the latent features' divergence from N(0, 1)",
                     [](E& e, double v) { e.generative.klCoefficient = v; });
    addField<int>(command, options, "--latent-kl-warmup", "Epochs over which that factor rises",
                  [](E& e, int v) { e.generative.klWarmupEpochs = v; });
    addField<std::string>(command, options, "--reconstruction",
                          "Generative: squared_error or cross_entropy",
                          [](E& e, const std::string& v) { e.generative.reconstruction = v; });
    addField<int>(command, options, "--flow-epochs", "Generative: passes over the latent samples",
                  [](E& e, int v) { e.generative.flowEpochs = v; });
    addField<double>(command, options, "--flow-learning-rate", "Generative: the flow's rate",
                     [](E& e, double v) { e.generative.flowLearningRate = v; });
    addField<std::int64_t>(command, options, "--count", "Generative: galaxies to make at the end",
                           [](E& e, std::int64_t v) { e.generative.count = v; });
    addField<std::string>(command, options, "--name", "Name of the run",
                          [](E& e, const std::string& v) { e.name = v; });
}

/// `experiment` with the options that were given. They were added in the order in which they are
/// applied: a recipe names several fields at once, so fields given one by one win over it.
Experiment changed(Experiment experiment, const Options& options) {
    for (const auto& change : options.changes)
        change(experiment);
    experiment.training.recipe = honestRecipe(experiment);
    return experiment;
}

Experiment newExperiment(const Options& options) {
    Experiment experiment = changed(
        options.document.empty() ? Experiment() : readExperiment(options.document), options);
    experiment.provenance = {};
    if (!experiment.data.isChosen())
        throw Error(ErrorKind::usage, "There is nothing to train on.",
                    "Name a file of cutouts with --data, simulate them with --simulate, or name an "
                    "experiment document.");
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
    std::error_code problem;
    const bool begun = fs::exists(fs::path(options.out) / "experiment.json", problem);
    if (begun || problem)
        return training::RunDirectory::open(options.out);
    if (options.fromBest || (options.document.empty() && options.changes.empty()))
        throw Error(ErrorKind::usage,
                    fmt::format("There is no run in {} to go on with.", options.out),
                    "Name the directory of a run with --out.");
    return std::nullopt;
}

training::RunDirectory::Kept keptOf(const Options& options) {
    return options.fromBest ? training::RunDirectory::Kept::best
                            : training::RunDirectory::Kept::last;
}

/// What `run` goes on with: its own experiment and the options given now.
Experiment resumedExperiment(const training::RunDirectory& run, const Options& options) {
    if (!options.document.empty())
        fmt::print(stderr, "Resuming {}: its own experiment counts, not {}.\n", options.out,
                   options.document);
    return training::continuation(run, changed(run.experiment(), options), keptOf(options));
}

std::string liveLine(const training::Snapshot& s) {
    if (s.stage == "generation")
        return fmt::format("{} of {} galaxies, {:.0f} a second, {} left", s.step, s.stepsPerEpoch,
                           s.imagesPerSecond, duration(s.secondsLeft));
    std::string text =
        fmt::format("{}{}epoch {} of {}, step {} of {}", s.stage, s.stage.empty() ? "" : ": ",
                    s.epoch + 1, s.epochs, s.step, s.stepsPerEpoch);
    if (!s.losses.empty())
        text += fmt::format(", loss {:.3f}", s.losses.back().loss);
    if (s.imagesPerSecond > 0)
        text += fmt::format(", {:.0f} images/s", s.imagesPerSecond);
    if (s.secondsLeft > 0)
        text += fmt::format(", {} left", duration(s.secondsLeft));
    return text;
}

void printEpoch(const training::EpochRecord& r, const std::string& stage, std::int64_t epochs,
                double secondsLeft) {
    if (!stage.empty()) {
        fmt::print(
            "{} epoch {:>3} of {}  training {:>9.4f}  validation {:>9.4f}  {:.0f} a second{}\n",
            stage, r.epoch, epochs, r.trainingLoss, r.validationLoss, r.imagesPerSecond,
            secondsLeft > 0 ? fmt::format("  {} left", duration(secondsLeft)) : "");
        std::fflush(stdout);
        return;
    }
    fmt::print(
        "epoch {:>3} of {}  training {:>8.4f}  validation {:>8.4f}  rms e1 {:.4f} e2 {:.4f} "
        "z {:.4f}  {:.0f} images/s{}\n",
        r.epoch, epochs, r.trainingLoss, r.validationLoss, r.validationRms[0], r.validationRms[1],
        r.validationRms[2], r.imagesPerSecond,
        secondsLeft > 0 ? fmt::format("  {} left", duration(secondsLeft)) : "");
    std::fflush(stdout);
}

/// Prints every epoch once, also of stages that are over between two looks.
class EpochPrinter {
  public:
    /// Epochs that were there before are not printed.
    EpochPrinter(const training::RunDirectory& run, const Experiment& experiment)
        : run_(run), experiment_(experiment) {
        const bool stages = experiment.network.preset == "generative";
        printed_[stages ? kAutoencoder : ""] = recordsOf(kAutoencoder).size();
        printed_[kFlow] = recordsOf(kFlow).size();
    }

    void show(const training::Snapshot& snapshot, ProgressLine& line) {
        if (snapshot.stage == kFlow || snapshot.stage == kGeneration)
            finish(kAutoencoder, experiment_.training.epochs, line);
        if (snapshot.stage == kGeneration)
            finish(kFlow, experiment_.generative.flowEpochs, line);
        // A run goes on from its last state; epochs after that are made again.
        std::size_t& printed = printed_[snapshot.stage];
        if (snapshot.epochs > 0)
            printed = std::min(printed, snapshot.history.size());
        print(snapshot.stage, snapshot.history, snapshot.epochs, snapshot.secondsLeft, line);
    }

  private:
    static constexpr const char *kAutoencoder = "autoencoder", *kFlow = "flow",
                                *kGeneration = "generation";

    /// Empty where they cannot be read, which is for training to say.
    std::vector<training::EpochRecord> recordsOf(const std::string& stage) const {
        try {
            if (stage == kAutoencoder)
                return run_.metrics();
            if (const auto flow = training::flowOf(run_))
                return flow->metrics();
        } catch (const Error&) {
        }
        return {};
    }

    void finish(const std::string& stage, std::int64_t epochs, ProgressLine& line) {
        if (finished_.insert(stage).second)
            print(stage, recordsOf(stage), epochs, 0, line);
    }

    void print(const std::string& stage, const std::vector<training::EpochRecord>& records,
               std::int64_t epochs, double secondsLeft, ProgressLine& line) {
        std::size_t& printed = printed_[stage];
        for (; printed < records.size(); ++printed) {
            line.erase();
            printEpoch(records[printed], stage, epochs, secondsLeft);
            if (const std::string replaced = replacedSentence(records[printed]); !replaced.empty())
                fmt::print("{}\n", replaced);
        }
    }

    const training::RunDirectory run_;
    const Experiment experiment_;
    std::map<std::string, std::size_t> printed_;
    std::set<std::string> finished_;
};

/// Shows the trainer's progress until it ends; rethrows what it threw.
void follow(training::Trainer& trainer, const Experiment& experiment,
            const device::CheckDevice* check) {
    std::size_t epochs = 0;
    std::string imagePlace;
    EpochPrinter printer(trainer.directory(), experiment);
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
    const auto catchUp = [&] {
        const training::Snapshot snapshot = trainer.snapshot();
        if (!snapshot.imagePlace.empty() &&
            std::exchange(imagePlace, snapshot.imagePlace) != snapshot.imagePlace) {
            line.erase();
            fmt::print("{}\n", imagePlace);
        }
        printer.show(snapshot, line);
        if (check && std::exchange(epochs, snapshot.history.size()) < snapshot.history.size())
            fmt::print("    {}\n", differencesLine(check->latest()));
        if (snapshot.state == training::TrainingState::running)
            line.show(liveLine(snapshot));
        else if (snapshot.state == training::TrainingState::preparing)
            line.show(snapshot.message);
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
    const std::optional<training::RunDirectory> resumed = runToResume(options);
    const Experiment wanted = namingOptions(*options.command, [&] {
        return resumed ? resumedExperiment(*resumed, options) : newExperiment(options);
    });
    if (resumed && training::isFinished(*resumed, wanted, keptOf(options))) {
        fmt::print(
            "The run {} was finished already ({}); nothing was changed. To train it longer, "
            "ask for more --epochs.\n",
            resumed->path().string(), counted(wanted.training.epochs, "epoch"));
        return 0;
    }
    training::PreparedData prepared = training::prepareData(wanted);
    const Experiment& experiment = prepared.experiment;
    const auto device = device::findDevice(experiment.device.id);
    training::requireTrainable(prepared, *device);
    if (!training::checkPixels(prepared, [] { return !interrupted(); })) {
        fmt::print(stderr, "Interrupted before training began; nothing was changed.\n");
        return kInterrupted;
    }
    if (options.fromBest)
        resumed->returnToBest();
    training::RunDirectory run = resumed ? *resumed
                                 : options.out.empty()
                                     ? training::RunDirectory::create("runs", experiment)
                                     : training::RunDirectory::createAt(options.out, experiment);
    fmt::print("{}: {} training, {} validation, {} test cutouts of {}\n", run.path().string(),
               thousands(static_cast<long long>(prepared.split.training.size())),
               thousands(static_cast<long long>(prepared.split.validation.size())),
               thousands(static_cast<long long>(prepared.split.test.size())),
               prepared.source->schema().file);
    for (const std::vector<std::string>* notes :
         {&prepared.source->schema().notes, &std::as_const(prepared.notes)})
        for (const std::string& note : *notes)
            fmt::print("{}\n", note);
    fmt::print("network {}, batch {}, on {} ({})\n", experiment.network.preset,
               experiment.training.batch, device->info().name, device->info().backend);
    if (const std::optional<double> fitted = fittedNll(prepared))
        fmt::print("A normal distribution fitted to the labels has a validation NLL of {:.4f}.\n",
                   *fitted);
    std::fflush(stdout);

    training::Trainer trainer(prepared, device, std::move(run));
    follow(trainer, experiment, dynamic_cast<const device::CheckDevice*>(device.get()));
    if (trainer.snapshot().state == training::TrainingState::stopped) {
        fmt::print(
            "Stopped; the state is saved. Go on with: shearbench-cli train --resume --out {}\n",
            trainer.directory().path().string());
        return interrupted() ? kInterrupted : 0;
    }
    printOutcome(trainer, prepared, *device);
    return interrupted() ? kInterrupted : 0;
}

}  // namespace

void addTrain(CLI::App& app, Action& action) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        app.add_subcommand("train", "Train a network; keeps everything in a run directory");
    command->add_option("experiment", options->document, "An experiment.json; options change it");
    addFields(*command, *options);
    command->add_option("--out", options->out, "Run directory; without it one under runs/ is made")
        ->check(notEmpty());
    options->command = command;
    CLI::Option* const resume = command->add_flag(
        "--resume", options->resume,
        "Go on with the run in --out, or start it; learning rate, schedule, clipping, epochs, "
        "device and, between two epochs, batch may be changed; segments.json there tells which "
        "epochs were trained how");
    command
        ->add_flag("--from-best", options->fromBest,
                   "With --resume: go back to the best epoch first; later ones are dropped")
        ->needs(resume);
    command->callback([options, &action] { action = [options] { return train(*options); }; });
}

}  // namespace shearbench::cli
