// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/prepare.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "core/data/cutout_file.h"
#include "core/data/loader.h"
#include "core/data/normalisation.h"
#include "core/data/simulator/simulated_source.h"
#include "core/data/targets.h"
#include "core/device/host.h"
#include "core/error.h"
#include "core/files.h"
#include "core/network/presets.h"

namespace shearbench::training {
namespace {

void requireSameFile(const DataSettings& settings, const std::string& checksum) {
    if (settings.checksum.empty() || settings.checksum == checksum)
        return;
    throw Error(ErrorKind::data,
                fmt::format("The data file {} is not the one this experiment was made with: its "
                            "checksum is {}, {} was expected.",
                            settings.file, checksum, settings.checksum),
                "Bring the original file back, or clear data.checksum to start a new run with this "
                "one.");
}

/// Writes what was found in the file over what the experiment left open.
void completeColumns(DataSettings& settings, const data::Schema& schema) {
    for (std::size_t i = 0; i < settings.targets.size(); ++i)
        if (settings.targets[i].empty())
            settings.targets[i] = schema.targets[i];
    if (settings.group.empty())
        settings.group = schema.group.empty() ? "none" : schema.group;
}

/// The same for the scales; `training` are the rows that are trained on.
void completeNormalisation(DataSettings& settings, const data::CutoutSource& source,
                           std::span<const std::int64_t> training) {
    const data::Schema& schema = source.schema();
    if (settings.normalisation == "none") {
        settings.normalisationScale.clear();
        return;
    }
    if (settings.normalisationScale.empty())
        settings.normalisationScale = settings.normalisation == "asinh"
                                          ? data::skySigma(source)
                                          : data::meanMaxima(source, training);
    if (settings.normalisationScale.size() != static_cast<std::size_t>(schema.channels))
        throw Error(ErrorKind::usage,
                    fmt::format("The experiment's data.normalisation_scale has {} numbers; the "
                                "images of {} have {} bands, each needs one.",
                                settings.normalisationScale.size(), schema.file, schema.channels),
                    "Leave the list empty to have them found in the cutouts.");
}

/// Takes rows whose image is not finite out of the split; returns how many there were.
std::int64_t dropNonFinite(const data::CutoutSource& source, data::Split& split) {
    std::int64_t dropped = 0;
    std::vector<float> image(data::imageSize(source.schema()));
    for (std::vector<std::int64_t>* rows : {&split.training, &split.validation, &split.test})
        dropped += std::erase_if(*rows, [&](std::int64_t row) {
            source.readImages({&row, 1}, image);
            return !std::all_of(image.begin(), image.end(),
                                [](float pixel) { return std::isfinite(pixel); });
        });
    return dropped;
}

bool fitsIntoMemory(const data::Schema& schema) {
    const double bytes = static_cast<double>(schema.count) *
                         static_cast<double>(data::imageSize(schema)) * sizeof(float);
    return bytes <= static_cast<double>(freeMemory()) / 2;
}

PreparedData prepare(Experiment experiment, std::shared_ptr<const data::CutoutSource> source,
                     bool inMemory) {
    const data::Schema& schema = source->schema();
    network::makeNetwork(experiment.network, {schema.channels, schema.height, schema.width});
    completeColumns(experiment.data, schema);
    PreparedData prepared{std::move(source), {}, std::move(experiment), {}};
    DataSettings& settings = prepared.experiment.data;
    const data::UsableRows usable = data::usableRows(
        *prepared.source,
        needsLabels(prepared.experiment) ? settings.targets : std::array<std::string, 3>());
    if (!usable.sentence.empty())
        prepared.notes.push_back(usable.sentence);
    prepared.split =
        data::splitSource(*prepared.source, usable, settings.group, settings.validationFraction,
                          settings.testFraction, settings.splitSeed);
    std::vector<std::int64_t>& training = prepared.split.training;
    if (const auto most = static_cast<std::size_t>(settings.trainingImages);
        most > 0 && training.size() > most)
        training.resize(most);
    if (inMemory)
        if (const std::int64_t dropped = dropNonFinite(*prepared.source, prepared.split))
            prepared.notes.push_back(
                fmt::format("{} of {} rows are left out: their images hold pixels that are not "
                            "finite.",
                            dropped, schema.count));
    completeNormalisation(settings, *prepared.source, prepared.split.training);
    const auto batch = static_cast<std::size_t>(prepared.experiment.training.batch);
    if (prepared.split.training.size() < batch)
        throw Error(ErrorKind::usage,
                    fmt::format("{} has {} images to train on, fewer than one batch of {}.{}{}",
                                schema.file, prepared.split.training.size(), batch,
                                prepared.notes.empty() ? "" : " ", fmt::join(prepared.notes, " ")),
                    "Use a smaller batch or more images.");
    return prepared;
}

}  // namespace

PreparedData prepareData(const Experiment& experiment) {
    check(experiment);
    const DataSettings& settings = experiment.data;
    std::error_code ignored;
    if (settings.isSimulated())
        return prepare(experiment,
                       std::make_shared<data::simulator::SimulatedSource>(settings.simulated),
                       false);
    if (settings.file.empty())
        throw Error(ErrorKind::usage, "The experiment names no file of cutouts.",
                    "Set data.file to an HDF5 file of galaxy cutouts, or data.simulated.galaxies "
                    "to how many galaxies to simulate.");
    Experiment completed = experiment;
    completed.data.file = std::filesystem::absolute(settings.file).string();
    // First of all: with another file the columns would be missing for no visible reason.
    if (!settings.checksum.empty() && std::filesystem::is_regular_file(settings.file, ignored))
        requireSameFile(settings, quickChecksum(settings.file));
    std::shared_ptr<const data::CutoutSource> source = std::make_shared<data::CutoutFile>(
        completed.data.file,
        data::SchemaRequest{settings.images, settings.layout, settings.targets, settings.group});
    completed.data.checksum = quickChecksum(settings.file);
    completed.data.images = source->schema().images.path;
    completed.data.layout = data::toString(source->schema().layout);
    const bool inMemory = fitsIntoMemory(source->schema());
    if (inMemory)
        source = data::keepInMemory(std::move(source));
    return prepare(std::move(completed), std::move(source), inMemory);
}

PreparedData prepareData(const Experiment& experiment,
                         std::shared_ptr<const data::CutoutSource> source) {
    check(experiment);
    return prepare(experiment, std::move(source), true);
}

network::Network networkOf(const PreparedData& prepared) {
    const data::Schema& schema = prepared.source->schema();
    const Experiment& experiment = prepared.experiment;
    network::Network network =
        network::makeNetwork(experiment.network, {schema.channels, schema.height, schema.width});
    if (network.loss() == network::LossKind::squaredError &&
        experiment.generative.reconstruction == "cross_entropy")
        network.loss(network::LossKind::binaryCrossEntropy);
    return network;
}

bool needsLabels(const Experiment& experiment) {
    return experiment.network.preset != "generative" && experiment.network.preset != "flow";
}

device::SessionOptions sessionOptions(const Experiment& experiment) {
    return {.batch = experiment.training.batch,
            .threads = experiment.device.threads,
            .memoryCapBytes = static_cast<std::uint64_t>(experiment.device.memoryCapMB * 1e6)};
}

void requireTrainable(const PreparedData& prepared, const device::Device& device) {
    if (needsLabels(prepared.experiment))
        data::readTargets(*prepared.source, prepared.experiment.data.targets);
    if (prepared.experiment.data.turnsAndFlips)
        data::requireTurnable(prepared.source->schema());
    const network::Network network = networkOf(prepared);
    const device::SessionOptions options = sessionOptions(prepared.experiment);
    device::checkFits(device, network, device.plan(network, options), options);
}

std::uint64_t freeMemory() {
    std::ifstream information("/proc/meminfo");
    std::uint64_t available = device::host().memoryBytes;
    for (std::string line; std::getline(information, line);) {
        constexpr std::string_view kField = "MemAvailable:";
        if (!line.starts_with(kField))
            continue;
        const std::size_t start = line.find_first_not_of(' ', kField.size());
        std::uint64_t kibibytes = 0;
        if (start != std::string::npos)
            std::from_chars(line.data() + start, line.data() + line.size(), kibibytes);
        if (kibibytes > 0)
            available = std::min(available, kibibytes * 1024);
    }
    return available;
}

}  // namespace shearbench::training
