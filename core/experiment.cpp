// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>

#include "core/error.h"
#include "core/experiment_reading.h"
#include "core/field_error.h"
#include "core/files.h"
#include "core/galaxy_recipe_json.h"
#include "core/json_reader.h"

namespace shearbench {
namespace {

using nlohmann::ordered_json;

constexpr const char* kFormat = "shearbench-experiment";
constexpr int kVersion = 1;

[[noreturn]] void refuse(const std::string& field, const std::string& found,
                         const std::string& allowed) {
    throw FieldError(
        field, found, allowed + " is allowed",
        fmt::format("The experiment's {} is {}; {} is allowed.", field, found, allowed),
        fmt::format("Set {} accordingly.", field));
}

void checkWhole(const std::string& field, std::int64_t value, std::int64_t low, std::int64_t high) {
    if (value < low || value > high)
        refuse(field, fmt::to_string(value), fmt::format("{} to {}", low, high));
}

/// `low < value <= high`, or `low <= value` where the bound itself is allowed.
void checkNumber(const std::string& field, double value, double low, bool lowAllowed, double high) {
    const bool fine =
        std::isfinite(value) && (lowAllowed ? value >= low : value > low) && value <= high;
    if (!fine)
        refuse(
            field, fmt::to_string(value),
            fmt::format("a number {} {}, at most {},", lowAllowed ? "from" : "above", low, high));
}

void checkChoice(const std::string& field, const std::string& value,
                 const std::vector<std::string>& choices) {
    if (std::find(choices.begin(), choices.end(), value) == choices.end())
        refuse(field, '"' + value + '"',
               fmt::format("one of \"{}\"", fmt::join(choices, "\", \"")));
}

void checkText(const std::string& field, const std::string& value, std::size_t longest) {
    if (value.size() > longest)
        refuse(field, fmt::format("{} bytes long", value.size()),
               fmt::format("at most {}", longest));
    const auto control = [](char c) { return static_cast<unsigned char>(c) < 32 || c == 127; };
    if (std::any_of(value.begin(), value.end(), control))
        refuse(field, "a text with control characters", "plain text");
}

void checkReading(const DataSettings& data) {
    constexpr std::size_t kLongest = 4096, kMostBands = 1024;
    checkWhole("data.variant", data.variant, -1, 64);
    checkNumber("data.pixel_scale_arcsec", data.pixelScaleArcsec, 0, true, 1000);
    checkChoice("data.ellipticity", data.ellipticity, {"", "reduced-shear", "distortion"});
    checkText("data.shape", data.shape, kLongest);
    checkText("data.labels", data.labels, kLongest);
    checkText("data.labels_checksum", data.labelsChecksum, kLongest);
    checkWhole("data.stamp", data.stamp, 0, 4096);
    for (const auto& [field, names] :
         {std::pair{"data.band_names", &data.bandNames}, std::pair{"data.bands", &data.bands}}) {
        if (names->size() > kMostBands)
            refuse(field, fmt::format("a list of {} names", names->size()), "one per band");
        for (const std::string& name : *names)
            checkText(field, name, kLongest);
    }
}

void checkData(const DataSettings& data) {
    constexpr std::size_t kLongest = 4096;
    checkText("data.file", data.file, kLongest);
    checkWhole("data.simulated.galaxies", data.simulated.galaxies, 0, 100'000'000);
    check(data.simulated.recipe);
    if (data.isSimulated() && !data.file.empty())
        refuse("data.file", '"' + data.file + '"',
               "with data.simulated.galaxies above 0, where no file is read, only an empty text");
    checkText("data.images", data.images, kLongest);
    checkText("data.group", data.group, kLongest);
    checkText("data.checksum", data.checksum, kLongest);
    for (const std::string& target : data.targets)
        checkText("data.targets", target, kLongest);
    if (!data.layout.empty())
        checkChoice("data.layout", data.layout, {"NCHW", "NHWC", "NHW", "NVCHW", "NVHWC"});
    checkReading(data);
    constexpr std::int64_t kMostRows = std::int64_t{1} << 31;
    checkWhole("data.shuffle_window", data.shuffleWindow, -1, kMostRows);
    checkNumber("data.validation_fraction", data.validationFraction, 0, true, 0.99);
    checkNumber("data.test_fraction", data.testFraction, 0, true, 0.99);
    checkWhole("data.training_images", data.trainingImages, 0, std::int64_t{1} << 40);
    if (data.validationFraction + data.testFraction >= 1)
        refuse("data.validation_fraction and data.test_fraction",
               fmt::format("{} and {}", data.validationFraction, data.testFraction),
               "a sum below 1, so that images are left for training,");
    checkChoice("data.normalisation", data.normalisation,
                {"none", "asinh", "tanh_asinh", "unit_asinh"});
    if (data.normalisationScale.size() > 1024)
        refuse("data.normalisation_scale",
               fmt::format("a list of {} numbers", data.normalisationScale.size()), "one per band");
    for (const double scale : data.normalisationScale)
        checkNumber("data.normalisation_scale", scale, 0, false, 1e30);
}

void checkGenerative(const Experiment& experiment) {
    const GenerativeSettings& generative = experiment.generative;
    checkChoice("generative.reconstruction", generative.reconstruction,
                {"squared_error", "cross_entropy"});
    checkNumber("generative.kl_coefficient", generative.klCoefficient, 0, true, 1e6);
    checkWhole("generative.kl_warmup_epochs", generative.klWarmupEpochs, 0, 1'000'000);
    checkWhole("generative.flow_batch", generative.flowBatch, 1, 65536);
    checkWhole("generative.flow_epochs", generative.flowEpochs, 1, 1'000'000);
    checkWhole("generative.flow_draws", generative.flowDraws, 1, 1000);
    checkNumber("generative.flow_learning_rate", generative.flowLearningRate, 0, false, 1000);
    checkWhole("generative.count", generative.count, 0, std::int64_t{1} << 40);
    checkNumber("generative.temperature", generative.temperature, 0, true, 10);
    if (experiment.network.preset == "generative")
        checkChoice("data.normalisation", experiment.data.normalisation,
                    {"tanh_asinh", "unit_asinh"});
}

ordered_json generativeJson(const GenerativeSettings& generative) {
    ordered_json json;
    json["reconstruction"] = generative.reconstruction;
    json["kl_coefficient"] = generative.klCoefficient;
    json["kl_warmup_epochs"] = generative.klWarmupEpochs;
    json["flow_batch"] = generative.flowBatch;
    json["flow_epochs"] = generative.flowEpochs;
    json["flow_draws"] = generative.flowDraws;
    json["flow_learning_rate"] = generative.flowLearningRate;
    json["count"] = generative.count;
    json["temperature"] = generative.temperature;
    return json;
}

ordered_json dataJson(const DataSettings& data) {
    ordered_json json;
    json["file"] = data.file;
    if (data.isSimulated()) {
        ordered_json& simulated = json["simulated"];
        simulated["galaxies"] = data.simulated.galaxies;
        simulated["seed"] = data.simulated.seed;
        simulated.update(recipeJson(data.simulated.recipe));
    }
    writeReading(json, data);
    json["checksum"] = data.checksum;
    json["labels"] = data.labels;
    json["labels_checksum"] = data.labelsChecksum;
    json["shuffle_window"] = data.shuffleWindow;
    json["split_seed"] = data.splitSeed;
    json["validation_fraction"] = data.validationFraction;
    json["test_fraction"] = data.testFraction;
    json["training_images"] = data.trainingImages;
    json["normalisation"] = data.normalisation;
    json["normalisation_scale"] = data.normalisationScale;
    json["turns_and_flips"] = data.turnsAndFlips;
    return json;
}

ordered_json trainingJson(const Experiment& experiment) {
    const TrainingSettings& training = experiment.training;
    ordered_json json;
    json["batch"] = training.batch;
    json["epochs"] = training.epochs;
    json["seed"] = training.seed;
    json["recipe"] = honestRecipe(experiment);
    json["learning_rate"] = training.learningRate;
    json["schedule"] = training.schedule;
    json["final_fraction"] = training.finalFraction;
    json["warmup_steps"] = training.warmupSteps;
    json["clip_norm"] = training.clipNorm;
    json["kl_weight"] = training.klWeight;
    json["kl_warmup_epochs"] = training.klWarmupEpochs;
    return json;
}

void checkBenchmark(const BenchmarkSettings& benchmark) {
    checkChoice("benchmark.protocol", benchmark.protocol, {"quick", "paper"});
    const auto checkSizes = [](const std::string& field, const std::vector<int>& sizes, int most) {
        if (sizes.size() > 1000)
            refuse(field, fmt::format("a list of {} numbers", sizes.size()), "at most 1000");
        for (const int size : sizes)
            checkWhole(field, size, 1, most);
    };
    checkSizes("benchmark.batches", benchmark.batches, 4096);
    checkSizes("benchmark.image_counts", benchmark.imageCounts, 1'000'000);
    for (const auto* names : {&benchmark.networks, &benchmark.devices})
        for (const std::string& name : *names) {
            if (name.empty())
                refuse("benchmark.networks and benchmark.devices", "an empty name", "a name");
            checkText("benchmark.networks and benchmark.devices", name, 100);
        }
    checkWhole("benchmark.images", benchmark.images, 1, 10'000'000);
    checkWhole("benchmark.warmup_epochs", benchmark.warmupEpochs, 0, 1'000'000);
    checkWhole("benchmark.epochs", benchmark.epochs, 1, 1'000'000);
    checkNumber("benchmark.budget_seconds", benchmark.budgetSeconds, 0, false, 1e6);
    checkNumber("benchmark.half_width_percent", benchmark.halfWidthPercent, 0, false, 100);
    checkWhole("benchmark.image_size", benchmark.imageSize, 16, 4096);
}

ordered_json benchmarkJson(const BenchmarkSettings& benchmark) {
    ordered_json json;
    json["protocol"] = benchmark.protocol;
    json["networks"] = benchmark.networks;
    json["devices"] = benchmark.devices;
    json["batches"] = benchmark.batches;
    json["image_counts"] = benchmark.imageCounts;
    json["images"] = benchmark.images;
    json["warmup_epochs"] = benchmark.warmupEpochs;
    json["epochs"] = benchmark.epochs;
    json["budget_seconds"] = benchmark.budgetSeconds;
    json["half_width_percent"] = benchmark.halfWidthPercent;
    json["image_size"] = benchmark.imageSize;
    return json;
}

void readBenchmark(JsonReader reader, BenchmarkSettings& benchmark) {
    reader.read("protocol", benchmark.protocol);
    reader.read("networks", benchmark.networks);
    reader.read("devices", benchmark.devices);
    reader.read("batches", benchmark.batches);
    reader.read("image_counts", benchmark.imageCounts);
    reader.read("images", benchmark.images);
    reader.read("warmup_epochs", benchmark.warmupEpochs);
    reader.read("epochs", benchmark.epochs);
    reader.read("budget_seconds", benchmark.budgetSeconds);
    reader.read("half_width_percent", benchmark.halfWidthPercent);
    reader.read("image_size", benchmark.imageSize);
    reader.finish();
}

void readData(JsonReader reader, DataSettings& data) {
    reader.read("file", data.file);
    JsonReader simulated = reader.object("simulated");
    simulated.read("galaxies", data.simulated.galaxies);
    simulated.read("seed", data.simulated.seed);
    readRecipe(simulated, data.simulated.recipe);
    simulated.finish();
    readReading(reader, data);
    reader.read("checksum", data.checksum);
    reader.read("labels", data.labels);
    reader.read("labels_checksum", data.labelsChecksum);
    reader.read("shuffle_window", data.shuffleWindow);
    reader.read("split_seed", data.splitSeed);
    reader.read("validation_fraction", data.validationFraction);
    reader.read("test_fraction", data.testFraction);
    reader.read("training_images", data.trainingImages);
    reader.read("normalisation", data.normalisation);
    reader.read("normalisation_scale", data.normalisationScale);
    reader.read("turns_and_flips", data.turnsAndFlips);
    reader.finish();
}

void readGenerative(JsonReader reader, GenerativeSettings& generative) {
    reader.read("reconstruction", generative.reconstruction);
    reader.read("kl_coefficient", generative.klCoefficient);
    reader.read("kl_warmup_epochs", generative.klWarmupEpochs);
    reader.read("flow_batch", generative.flowBatch);
    reader.read("flow_epochs", generative.flowEpochs);
    reader.read("flow_draws", generative.flowDraws);
    reader.read("flow_learning_rate", generative.flowLearningRate);
    reader.read("count", generative.count);
    reader.read("temperature", generative.temperature);
    reader.finish();
}

/// The recipe comes before all other fields: those that are there win over its values.
void readRecipeName(JsonReader& reader, Experiment& experiment) {
    std::string& recipe = experiment.training.recipe;
    if (!reader.read("recipe", recipe))
        return;
    checkChoice("training.recipe", recipe, {"stable", "paper", "custom"});
    if (recipe != "custom")
        applyRecipe(experiment, recipe);
}

void readTraining(JsonReader reader, TrainingSettings& training) {
    reader.read("batch", training.batch);
    reader.read("epochs", training.epochs);
    reader.read("seed", training.seed);
    reader.read("learning_rate", training.learningRate);
    reader.read("schedule", training.schedule);
    reader.read("final_fraction", training.finalFraction);
    reader.read("warmup_steps", training.warmupSteps);
    reader.read("clip_norm", training.clipNorm);
    reader.read("kl_weight", training.klWeight);
    reader.read("kl_warmup_epochs", training.klWarmupEpochs);
    reader.finish();
}

}  // namespace

DataSettings readingOf(const DataSettings& settings) {
    return withReading({}, settings);
}

DataSettings withReading(DataSettings settings, const DataSettings& reading) {
    settings.images = reading.images;
    settings.layout = reading.layout;
    settings.targets = reading.targets;
    settings.group = reading.group;
    settings.variant = reading.variant;
    settings.bandNames = reading.bandNames;
    settings.bands = reading.bands;
    settings.pixelScaleArcsec = reading.pixelScaleArcsec;
    settings.ellipticity = reading.ellipticity;
    settings.shape = reading.shape;
    settings.stamp = reading.stamp;
    return settings;
}

double learningRateAt(const TrainingSettings& settings, std::int64_t step, std::int64_t steps) {
    const std::int64_t warmup = std::min<std::int64_t>(settings.warmupSteps, steps / 10);
    if (step < warmup)
        return settings.learningRate * static_cast<double>(step + 1) / static_cast<double>(warmup);
    if (settings.schedule == "constant")
        return settings.learningRate;
    const double length = static_cast<double>(std::max<std::int64_t>(1, steps - 1 - warmup));
    const double done = std::min(1.0, static_cast<double>(step - warmup) / length);
    const double fraction = 0.5 * (1 + std::cos(std::numbers::pi * done));
    return settings.learningRate *
           (settings.finalFraction + (1 - settings.finalFraction) * fraction);
}

double klWeightAt(const TrainingSettings& settings, std::int64_t step, std::int64_t stepsPerEpoch) {
    const double warmup = static_cast<double>(settings.klWarmupEpochs) *
                          static_cast<double>(std::max<std::int64_t>(1, stepsPerEpoch));
    if (static_cast<double>(step) + 1 >= warmup)
        return settings.klWeight;
    return settings.klWeight * (static_cast<double>(step) + 1) / warmup;
}

void check(const Experiment& experiment) {
    checkText("name", experiment.name, 100);
    checkData(experiment.data);
    if (experiment.network.preset.empty())
        refuse("network.preset", "empty", "the name of a network");
    checkText("network.preset", experiment.network.preset, 100);
    if (experiment.network.fixedLayers.size() > 1000)
        refuse("network.fixed_layers",
               fmt::format("a list of {} names", experiment.network.fixedLayers.size()),
               "names of layers");
    for (const std::string& layer : experiment.network.fixedLayers)
        checkText("network.fixed_layers", layer, 100);
    checkNumber("network.rho_start", experiment.network.rhoStart, -60, true, 20);
    checkChoice("network.kernel_start", experiment.network.kernelStart,
                {"", "glorot_uniform", "he_normal"});
    if (experiment.device.id.empty())
        refuse("device.id", "empty", "the name of a device");
    checkText("device.id", experiment.device.id, 100);
    checkWhole("device.threads", experiment.device.threads, 0, 1024);
    checkNumber("device.memory_cap_mb", experiment.device.memoryCapMB, 0, true, 1e9);
    const TrainingSettings& training = experiment.training;
    checkWhole("training.batch", training.batch, 1, 4096);
    checkWhole("training.epochs", training.epochs, 1, 1'000'000);
    checkChoice("training.recipe", training.recipe, {"stable", "paper", "custom"});
    checkNumber("training.learning_rate", training.learningRate, 0, false, 1000);
    checkChoice("training.schedule", training.schedule, {"constant", "cosine"});
    checkNumber("training.final_fraction", training.finalFraction, 0, true, 1);
    checkWhole("training.warmup_steps", training.warmupSteps, 0, 1'000'000'000);
    checkNumber("training.clip_norm", training.clipNorm, 0, true, 1e30);
    checkNumber("training.kl_weight", training.klWeight, 0, true, 1e6);
    checkWhole("training.kl_warmup_epochs", training.klWarmupEpochs, 0, 1'000'000);
    checkGenerative(experiment);
    checkBenchmark(experiment.benchmark);
}

std::string displayName(const Experiment& experiment) {
    if (!experiment.name.empty())
        return experiment.name;
    return fmt::format("{}_b{}", experiment.network.preset, experiment.training.batch);
}

std::string toJson(const Experiment& experiment) {
    ordered_json json;
    json["format"] = kFormat;
    json["version"] = kVersion;
    json["name"] = experiment.name;
    json["data"] = dataJson(experiment.data);
    json["network"]["preset"] = experiment.network.preset;
    json["network"]["fixed_layers"] = experiment.network.fixedLayers;
    json["network"]["rho_start"] = experiment.network.rhoStart;
    json["network"]["kernel_start"] = experiment.network.kernelStart;
    json["device"]["id"] = experiment.device.id;
    json["device"]["threads"] = experiment.device.threads;
    json["device"]["memory_cap_mb"] = experiment.device.memoryCapMB;
    json["training"] = trainingJson(experiment);
    if (experiment.generative != GenerativeSettings{} || experiment.network.preset == "generative")
        json["generative"] = generativeJson(experiment.generative);
    if (experiment.benchmark != BenchmarkSettings{})
        json["benchmark"] = benchmarkJson(experiment.benchmark);
    if (experiment.provenance != Provenance{}) {
        json["provenance"]["version"] = experiment.provenance.version;
        json["provenance"]["device"] = experiment.provenance.device;
        json["provenance"]["started"] = experiment.provenance.started;
    }
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
    JsonReader network = reader.object("network");
    network.read("preset", experiment.network.preset);
    choosePreset(experiment, experiment.network.preset);
    JsonReader training = reader.object("training");
    readRecipeName(training, experiment);
    network.read("fixed_layers", experiment.network.fixedLayers);
    network.read("rho_start", experiment.network.rhoStart);
    network.read("kernel_start", experiment.network.kernelStart);
    network.finish();
    readData(reader.object("data"), experiment.data);
    readGenerative(reader.object("generative"), experiment.generative);
    JsonReader device = reader.object("device");
    device.read("id", experiment.device.id);
    device.read("threads", experiment.device.threads);
    device.read("memory_cap_mb", experiment.device.memoryCapMB);
    device.finish();
    readTraining(std::move(training), experiment.training);
    readBenchmark(reader.object("benchmark"), experiment.benchmark);
    JsonReader provenance = reader.object("provenance");
    provenance.read("version", experiment.provenance.version);
    provenance.read("device", experiment.provenance.device);
    provenance.read("started", experiment.provenance.started);
    provenance.finish();
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
