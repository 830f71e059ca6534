// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "core/error.h"
#include "core/experiment.h"

namespace shearbench {

namespace {

constexpr const char* kStable = "stable";
constexpr const char* kPaper = "paper";

bool isGenerative(const Experiment& experiment) {
    return experiment.network.preset == "generative";
}

bool isWithinSigmoid(const std::string& normalisation) {
    return normalisation == "tanh_asinh" || normalisation == "unit_asinh";
}

void normalise(DataSettings& data, const std::string& normalisation) {
    if (data.normalisation == normalisation)
        return;
    data.normalisation = normalisation;
    data.normalisationScale.clear();
}

/// Everything that recipes name, as the structures start: the deterministic network's "stable".
void applyDefaults(Experiment& experiment) {
    const TrainingSettings training;
    const NetworkSettings network;
    const GenerativeSettings generative;
    TrainingSettings& to = experiment.training;
    to.learningRate = training.learningRate;
    to.schedule = training.schedule;
    to.finalFraction = training.finalFraction;
    to.warmupSteps = training.warmupSteps;
    to.clipNorm = training.clipNorm;
    to.klWeight = training.klWeight;
    to.klWarmupEpochs = training.klWarmupEpochs;
    experiment.network.rhoStart = network.rhoStart;
    experiment.network.kernelStart = network.kernelStart;
    experiment.generative.reconstruction = generative.reconstruction;
    experiment.generative.klCoefficient = generative.klCoefficient;
    experiment.generative.klWarmupEpochs = generative.klWarmupEpochs;
    normalise(experiment.data, isGenerative(experiment) ? "unit_asinh" : "asinh");
}

void applyStable(Experiment& experiment) {
    applyDefaults(experiment);
    if (experiment.network.preset == "bayesian") {
        experiment.network.kernelStart = "glorot_uniform";
        experiment.network.rhoStart = -6;
        experiment.training.klWeight = 0.1;
    } else if (isGenerative(experiment)) {
        experiment.network.kernelStart = "he_normal";
        experiment.network.rhoStart = -4;
        experiment.training.learningRate = 8e-4;
        experiment.training.clipNorm = 10;
        experiment.generative.klCoefficient = 2e-4;
        experiment.generative.klWarmupEpochs = 5;
    }
}

void applyPaper(Experiment& experiment) {
    applyDefaults(experiment);
    TrainingSettings& training = experiment.training;
    training.learningRate = experiment.network.preset == "deterministic" ? 1e-3 : 1e-4;
    training.schedule = "constant";
    training.finalFraction = 1;
    training.warmupSteps = 0;
    training.clipNorm = 0;
    if (isGenerative(experiment)) {
        experiment.network.rhoStart = 0;
        normalise(experiment.data, "tanh_asinh");
    }
}

}  // namespace

void applyRecipe(Experiment& experiment, const std::string& recipe) {
    if (recipe == kStable)
        applyStable(experiment);
    else if (recipe == kPaper)
        applyPaper(experiment);
    else
        throw Error(ErrorKind::usage,
                    fmt::format("There is no training recipe \"{}\"; \"{}\" and \"{}\" are known.",
                                recipe, kStable, kPaper),
                    "Choose one of them, or state the values.");
    experiment.training.recipe = recipe;
}

std::string honestRecipe(const Experiment& experiment) {
    const std::string& recipe = experiment.training.recipe;
    if (recipe != kStable && recipe != kPaper)
        return "custom";
    Experiment named = experiment;
    applyRecipe(named, recipe);
    return named == experiment ? recipe : "custom";
}

void choosePreset(Experiment& experiment, const std::string& preset) {
    experiment.network.preset = preset;
    if (experiment.training.recipe == kStable || experiment.training.recipe == kPaper)
        applyRecipe(experiment, experiment.training.recipe);
    else if (isGenerative(experiment) != isWithinSigmoid(experiment.data.normalisation))
        normalise(experiment.data, isGenerative(experiment) ? "unit_asinh" : "asinh");
}

}  // namespace shearbench
