// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/experiment.h"
#include "core/field_error.h"

namespace shearbench {
namespace {

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

/// Columns have names in simulated galaxies too.
void checkNothingRead(const DataSettings& data) {
    const std::pair<const char*, bool> stated[] = {
        {"data.file", !data.file.empty()},
        {"data.images", !data.images.empty()},
        {"data.layout", !data.layout.empty()},
        {"data.variant", data.variant >= 0},
        {"data.band_names", !data.bandNames.empty()},
        {"data.bands", !data.bands.empty()},
        {"data.pixel_scale_arcsec", data.pixelScaleArcsec != 0},
        {"data.stamp", data.stamp != 0},
        {"data.labels", !data.labels.empty()},
        {"data.ellipticity", !data.ellipticity.empty()},
        {"data.shape", !data.shape.empty()},
    };
    for (const auto& [field, isStated] : stated)
        if (isStated)
            refuse(field, "stated",
                   "with data.simulated.galaxies above 0, where no file is read, only its default");
}

void checkData(const DataSettings& data) {
    constexpr std::size_t kLongest = 4096;
    checkText("data.file", data.file, kLongest);
    checkWhole("data.simulated.galaxies", data.simulated.galaxies, 0, 100'000'000);
    check(data.simulated.recipe);
    if (data.isSimulated())
        checkNothingRead(data);
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

}  // namespace

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

}  // namespace shearbench
