// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training_command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

namespace shearbench {

namespace {

constexpr const char* kProgram = "shearbench-cli train";

std::string textOf(const std::string& value) {
    return value;
}

std::string textOf(bool value) {
    return value ? "true" : "false";
}

std::string textOf(const std::vector<std::string>& names) {
    return fmt::format("{}", fmt::join(names, ","));
}

template <class Number>
std::string textOf(Number value) {
    return fmt::format("{}", value);
}

/// Options, and the experiment that they make: it starts as the command line starts and follows
/// every option.
class Options {
  public:
    explicit Options(const Experiment& wanted) : wanted_(wanted) {
        choosePreset(made_, wanted.network.preset);
        write("--network", wanted.network.preset);
        const std::string& recipe = wanted.training.recipe;
        if (recipe != made_.training.recipe && recipe != "custom") {
            applyRecipe(made_, recipe);
            write("--recipe", recipe);
        }
        made_.name = wanted.name;
        if (!wanted.name.empty())
            write("--name", wanted.name);
    }

    void write(const char* option, const std::string& value) {
        text_ += fmt::format(" {} {}", option, shellWord(value));
    }

    /// The option that sets this field, where it is not what it would be without.
    template <class Part, class Value>
    void add(const char* option, Part Experiment::*part, Value Part::*field) {
        add(option, wanted_.*part.*field, made_.*part.*field);
    }

    template <class Value>
    void add(const char* option, const Value& wanted, Value& made) {
        if (wanted == made)
            return;
        write(option, textOf(wanted));
        made = wanted;
    }

    const Experiment& wanted() const { return wanted_; }
    Experiment& made() { return made_; }
    const std::string& text() const { return text_; }

  private:
    const Experiment& wanted_;
    Experiment made_;
    std::string text_;
};

void addSource(Options& options) {
    const DataSettings& data = options.wanted().data;
    if (!data.isSimulated()) {
        options.add("--data", &Experiment::data, &DataSettings::file);
        return;
    }
    const SimulatedData& wanted = data.simulated;
    SimulatedData& made = options.made().data.simulated;
    options.add("--simulate", wanted.galaxies, made.galaxies);
    for (const RecipePreset& preset : recipePresets())
        if (preset.recipe == wanted.recipe && !(made.recipe == wanted.recipe)) {
            options.write("--simulate-kind", preset.name);
            made.recipe = wanted.recipe;
        }
    options.add("--simulate-seed", wanted.seed, made.seed);
}

void addReading(Options& options) {
    using D = DataSettings;
    const auto add = [&](const char* option, auto D::*field) {
        options.add(option, &Experiment::data, field);
    };
    add("--images", &D::images);
    add("--layout", &D::layout);
    add("--variant", &D::variant);
    add("--band-names", &D::bandNames);
    add("--bands", &D::bands);
    add("--pixel-scale", &D::pixelScaleArcsec);
    add("--stamp", &D::stamp);
    add("--labels", &D::labels);
    const auto& targets = options.wanted().data.targets;
    auto& made = options.made().data.targets;
    options.add("--e1", targets[0], made[0]);
    options.add("--e2", targets[1], made[1]);
    options.add("--redshift", targets[2], made[2]);
    add("--ellipticity", &D::ellipticity);
    add("--shape", &D::shape);
    add("--group", &D::group);
    add("--shuffle-window", &D::shuffleWindow);
    add("--split-seed", &D::splitSeed);
    add("--training-images", &D::trainingImages);
    add("--normalisation", &D::normalisation);
    add("--turns-and-flips", &D::turnsAndFlips);
}

void addTraining(Options& options) {
    using E = Experiment;
    using N = NetworkSettings;
    using G = GenerativeSettings;
    using T = TrainingSettings;
    options.add("--fixed-layers", &E::network, &N::fixedLayers);
    options.add("--rho-start", &E::network, &N::rhoStart);
    options.add("--kernel-start", &E::network, &N::kernelStart);
    options.add("--device", &E::device, &DeviceSettings::id);
    options.add("--threads", &E::device, &DeviceSettings::threads);
    options.add("--memory-cap", &E::device, &DeviceSettings::memoryCapMB);
    options.add("--batch", &E::training, &T::batch);
    options.add("--epochs", &E::training, &T::epochs);
    options.add("--seed", &E::training, &T::seed);
    options.add("--learning-rate", &E::training, &T::learningRate);
    options.add("--schedule", &E::training, &T::schedule);
    options.add("--warmup", &E::training, &T::warmupSteps);
    options.add("--clip", &E::training, &T::clipNorm);
    options.add("--kl-weight", &E::training, &T::klWeight);
    options.add("--kl-warmup", &E::training, &T::klWarmupEpochs);
    options.add("--latent-kl", &E::generative, &G::klCoefficient);
    options.add("--latent-kl-warmup", &E::generative, &G::klWarmupEpochs);
    options.add("--reconstruction", &E::generative, &G::reconstruction);
    options.add("--flow-epochs", &E::generative, &G::flowEpochs);
    options.add("--count", &E::generative, &G::count);
}

/// What options do not say: found in the data, or no part of a training.
Experiment stated(Experiment experiment) {
    experiment.data.checksum.clear();
    experiment.data.labelsChecksum.clear();
    experiment.data.normalisationScale.clear();
    experiment.benchmark = {};
    experiment.provenance = {};
    return experiment;
}

}  // namespace

std::string shellWord(const std::string& word) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+@%";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos)
        return word;
    std::string quoted = "'";
    for (const char c : word)
        quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return quoted + "'";
}

std::string trainingCommand(const Experiment& experiment) {
    const Experiment wanted = stated(experiment);
    Options options(wanted);
    addSource(options);
    addReading(options);
    addTraining(options);
    // Whatever the recipe is called, its values count.
    Experiment made = stated(options.made());
    made.training.recipe = wanted.training.recipe;
    if (made == wanted)
        return kProgram + options.text();
    return fmt::format("{} experiment.json", kProgram);
}

}  // namespace shearbench
