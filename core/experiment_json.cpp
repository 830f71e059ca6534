// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <fstream>

#include "core/error.h"
#include "core/experiment.h"
#include "core/experiment_reading.h"
#include "core/files.h"
#include "core/galaxy_recipe_json.h"
#include "core/json_fields.h"

namespace shearbench {
namespace {

using nlohmann::ordered_json;

constexpr const char* kFormat = "shearbench-experiment";
constexpr int kVersion = 1;

constexpr auto kDataFields = [](auto& data, auto&& field) {
    kReadingFields(data, field);
    field("checksum", data.checksum);
    field("labels", data.labels);
    field("labels_checksum", data.labelsChecksum);
    field("shuffle_window", data.shuffleWindow);
    field("split_seed", data.splitSeed);
    field("validation_fraction", data.validationFraction);
    field("test_fraction", data.testFraction);
    field("training_images", data.trainingImages);
    field("normalisation", data.normalisation);
    field("normalisation_scale", data.normalisationScale);
    field("turns_and_flips", data.turnsAndFlips);
};

constexpr auto kSimulatedFields = [](auto& simulated, auto&& field) {
    field("galaxies", simulated.galaxies);
    field("seed", simulated.seed);
    kRecipeFields(simulated.recipe, field);
};

constexpr auto kNetworkFields = [](auto& network, auto&& field) {
    field("preset", network.preset);
    field("fixed_layers", network.fixedLayers);
    field("rho_start", network.rhoStart);
    field("kernel_start", network.kernelStart);
};

constexpr auto kDeviceFields = [](auto& device, auto&& field) {
    field("id", device.id);
    field("threads", device.threads);
    field("memory_cap_mb", device.memoryCapMB);
};

constexpr auto kTrainingFields = [](auto& training, auto&& field) {
    field("batch", training.batch);
    field("epochs", training.epochs);
    field("seed", training.seed);
    field("recipe", training.recipe);
    field("learning_rate", training.learningRate);
    field("schedule", training.schedule);
    field("final_fraction", training.finalFraction);
    field("warmup_steps", training.warmupSteps);
    field("clip_norm", training.clipNorm);
    field("kl_weight", training.klWeight);
    field("kl_warmup_epochs", training.klWarmupEpochs);
};

constexpr auto kGenerativeFields = [](auto& generative, auto&& field) {
    field("reconstruction", generative.reconstruction);
    field("kl_coefficient", generative.klCoefficient);
    field("kl_warmup_epochs", generative.klWarmupEpochs);
    field("flow_batch", generative.flowBatch);
    field("flow_epochs", generative.flowEpochs);
    field("flow_draws", generative.flowDraws);
    field("flow_learning_rate", generative.flowLearningRate);
    field("count", generative.count);
    field("temperature", generative.temperature);
};

constexpr auto kBenchmarkFields = [](auto& benchmark, auto&& field) {
    field("protocol", benchmark.protocol);
    field("networks", benchmark.networks);
    field("devices", benchmark.devices);
    field("batches", benchmark.batches);
    field("image_counts", benchmark.imageCounts);
    field("images", benchmark.images);
    field("warmup_epochs", benchmark.warmupEpochs);
    field("epochs", benchmark.epochs);
    field("budget_seconds", benchmark.budgetSeconds);
    field("half_width_percent", benchmark.halfWidthPercent);
    field("image_size", benchmark.imageSize);
};

constexpr auto kProvenanceFields = [](auto& provenance, auto&& field) {
    field("version", provenance.version);
    field("device", provenance.device);
    field("started", provenance.started);
};

ordered_json dataJson(const DataSettings& data) {
    ordered_json json;
    json["file"] = data.file;
    if (data.isSimulated())
        json["simulated"] = writeFields(data.simulated, kSimulatedFields);
    json.update(writeFields(data, kDataFields));
    return json;
}

ordered_json trainingJson(const Experiment& experiment) {
    TrainingSettings training = experiment.training;
    training.recipe = honestRecipe(experiment);
    return writeFields(training, kTrainingFields);
}

template <class Settings, class Fields>
void readAll(JsonReader reader, Settings& settings, const Fields& fields) {
    readFields(reader, settings, fields);
    reader.finish();
}

void readData(JsonReader reader, DataSettings& data) {
    reader.read("file", data.file);
    readAll(reader.object("simulated"), data.simulated, kSimulatedFields);
    readAll(std::move(reader), data, kDataFields);
}

/// The recipe comes before all other fields: those that are there win over its values.
void readRecipeName(JsonReader& reader, Experiment& experiment) {
    std::string& recipe = experiment.training.recipe;
    if (!reader.read("recipe", recipe))
        return;
    if (recipe == "stable" || recipe == "paper")
        applyRecipe(experiment, recipe);
    else if (recipe != "custom")
        reader.fail("recipe",
                    fmt::format("is \"{}\"; one of \"stable\", \"paper\", \"custom\" was expected",
                                recipe));
}

}  // namespace

std::string toJson(const Experiment& experiment) {
    ordered_json json;
    json["format"] = kFormat;
    json["version"] = kVersion;
    json["name"] = experiment.name;
    json["data"] = dataJson(experiment.data);
    json["network"] = writeFields(experiment.network, kNetworkFields);
    json["device"] = writeFields(experiment.device, kDeviceFields);
    json["training"] = trainingJson(experiment);
    if (experiment.generative != GenerativeSettings{} || experiment.network.preset == "generative")
        json["generative"] = writeFields(experiment.generative, kGenerativeFields);
    if (experiment.benchmark != BenchmarkSettings{})
        json["benchmark"] = writeFields(experiment.benchmark, kBenchmarkFields);
    if (experiment.provenance != Provenance{})
        json["provenance"] = writeFields(experiment.provenance, kProvenanceFields);
    try {
        return json.dump(2) + "\n";
    } catch (const ordered_json::exception&) {
        throw Error(ErrorKind::usage,
                    "A name in the experiment is not valid UTF-8 and cannot be written as JSON.",
                    "Rename the file or column concerned.");
    }
}

Experiment experimentFromJson(const std::string& text, const std::string& source) {
    const nlohmann::json document = parseJson(text, source, ErrorKind::usage);
    JsonReader reader(document, source, ErrorKind::usage);
    std::string format;
    int version = 0;
    if (!reader.read("format", format) || format != kFormat)
        throw Error(
            ErrorKind::usage,
            fmt::format("{} is no experiment: its field \"format\" is {}; \"{}\" was expected.",
                        source, reader.has("format") ? '"' + format + '"' : "missing", kFormat),
            "Choose an experiment.json that Shearbench wrote.");
    if (!reader.read("version", version) || version != kVersion)
        throw Error(
            ErrorKind::usage,
            fmt::format("{}: experiments of version {} cannot be read; version {} was expected.",
                        source, version, kVersion),
            "Use the Shearbench that wrote it.");
    Experiment experiment;
    reader.read("name", experiment.name);
    JsonReader network = reader.object("network"), training = reader.object("training");
    network.read("preset", experiment.network.preset);
    choosePreset(experiment, experiment.network.preset);
    readRecipeName(training, experiment);
    readAll(std::move(network), experiment.network, kNetworkFields);
    readData(reader.object("data"), experiment.data);
    readAll(reader.object("generative"), experiment.generative, kGenerativeFields);
    readAll(reader.object("device"), experiment.device, kDeviceFields);
    readAll(std::move(training), experiment.training, kTrainingFields);
    readAll(reader.object("benchmark"), experiment.benchmark, kBenchmarkFields);
    readAll(reader.object("provenance"), experiment.provenance, kProvenanceFields);
    reader.finish();
    experiment.training.recipe = honestRecipe(experiment);
    try {
        check(experiment);
    } catch (const Error& problem) {
        throw Error(ErrorKind::usage, fmt::format("{}: {}", source, problem.what()),
                    problem.remedy());
    }
    return experiment;
}

Experiment readExperiment(const std::filesystem::path& file) {
    requireFile(file);
    std::string start(4, '\0');
    std::ifstream(file, std::ios::binary).read(start.data(), 4);
    if (start == "\x89HDF")
        throw Error(ErrorKind::usage,
                    fmt::format("{} is an HDF5 file; an experiment, which is JSON, was expected.",
                                file.string()),
                    fmt::format("If it holds cutouts, did you mean --data {}?", file.string()));
    return experimentFromJson(readText(file, 1 << 20), file.string());
}

void writeExperiment(const Experiment& experiment, const std::filesystem::path& file) {
    writeText(file, toJson(experiment));
}

}  // namespace shearbench
