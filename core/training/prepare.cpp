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
#include "core/data/memory_source.h"
#include "core/data/normalisation.h"
#include "core/data/quality.h"
#include "core/data/schema_request.h"
#include "core/data/simulator/simulated_source.h"
#include "core/data/targets.h"
#include "core/device/host.h"
#include "core/error.h"
#include "core/files.h"
#include "core/network/presets.h"
#include "core/training/held_back_images.h"
#include "core/words.h"

namespace shearbench::training {
namespace {

void requireSameFile(const std::string& file, const std::string& expected) {
    const std::string checksum = quickChecksum(file);
    if (checksum == expected)
        return;
    throw Error(ErrorKind::data,
                fmt::format("The data file {} is not the one this experiment was made with: its "
                            "checksum is {}, {} was expected.",
                            file, checksum, expected),
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

void requireSameFiles(const DataSettings& settings) {
    std::error_code ignored;
    if (!settings.checksum.empty() && std::filesystem::is_regular_file(settings.file, ignored))
        requireSameFile(settings.file, settings.checksum);
    if (!settings.labelsChecksum.empty() &&
        std::filesystem::is_regular_file(settings.labels, ignored))
        requireSameFile(settings.labels, settings.labelsChecksum);
}

/// Of rows that cannot all be looked at before training, some.
std::vector<std::int64_t> someOf(std::span<const std::int64_t> rows) {
    constexpr std::size_t kMost = 1000;
    std::vector<std::int64_t> some;
    for (std::size_t i = 0; i < std::min(rows.size(), kMost); ++i)
        some.push_back(rows[i * rows.size() / std::min(rows.size(), kMost)]);
    return some;
}

/// Beyond it, single precision overflows.
constexpr double kLargestScale = 1e30;

[[noreturn]] void refuseHugePixels(const data::CutoutSource& source, std::size_t band,
                                   double scale) {
    constexpr std::int64_t kLookedAt = 200;
    const data::Schema& schema = source.schema();
    const std::size_t size = data::imageSize(schema),
                      pixels = size / static_cast<std::size_t>(schema.channels);
    std::vector<float> image(size);
    float largest = 0;
    for (const std::int64_t row : data::sampleRows(schema, kLookedAt)) {
        source.readImages({&row, 1}, image);
        for (const float value : std::span(image).subspan(band * pixels, pixels))
            if (std::isfinite(value) && std::fabs(value) > std::fabs(largest))
                largest = value;
    }
    throw Error(
        ErrorKind::data,
        fmt::format("Band {} of {} holds values as large as {:.3g}; their scale, {:.3g}, is "
                    "beyond the {:g} that can be computed with.",
                    band < schema.bands.size() ? schema.bands[band] : fmt::to_string(band + 1),
                    schema.file, largest, scale, kLargestScale),
        "Check the unit of the images: electrons are expected.");
}

/// The same for the scales; `training` are the rows that are trained on.
void completeNormalisation(DataSettings& settings, const data::CutoutSource& source,
                           std::span<const std::int64_t> training, bool inMemory) {
    const data::Schema& schema = source.schema();
    if (settings.normalisation == "none") {
        settings.normalisationScale.clear();
        return;
    }
    if (settings.normalisationScale.empty())
        settings.normalisationScale =
            settings.normalisation != "tanh_asinh"  ? data::skySigma(source)
            : inMemory || source.changesWithEpoch() ? data::meanMaxima(source, training)
                                                    : data::meanMaxima(source, someOf(training));
    if (settings.normalisationScale.size() != static_cast<std::size_t>(schema.channels))
        throw Error(ErrorKind::usage,
                    fmt::format("The experiment's data.normalisation_scale has {} numbers; the "
                                "images of {} have {} bands, each needs one.",
                                settings.normalisationScale.size(), schema.file, schema.channels),
                    "Leave the list empty to have them found in the cutouts.");
    for (std::size_t band = 0; band < settings.normalisationScale.size(); ++band)
        if (settings.normalisationScale[band] > kLargestScale)
            refuseHugePixels(source, band, settings.normalisationScale[band]);
}

void requireNetworkTakes(const Experiment& experiment, const data::Schema& schema) {
    constexpr int kMultiple = 16;
    const network::Shape shape{schema.channels, schema.height, schema.width};
    try {
        network::makeNetwork(experiment.network, shape);
    } catch (const Error& problem) {
        if (schema.height % kMultiple == 0 && schema.width % kMultiple == 0)
            throw;
        throw Error(
            problem.kind(),
            fmt::format("{} The images of {} are {} x {} pixels.", problem.what(), schema.file,
                        schema.height, schema.width),
            "Sides have to be multiples of 16: crop or pad about the centre with --stamp 64, or in "
            "the dataset profile.");
    }
}

/// Takes rows whose image is not finite out of `rows`; false when stopped.
bool dropNonFinite(const data::CutoutSource& source, std::vector<std::int64_t>& rows,
                   const std::function<bool()>& proceed, std::int64_t& dropped) {
    bool stopped = false;
    std::vector<std::int64_t> finite = data::finiteRows(
        source, rows,
        [&](std::int64_t, std::int64_t) { return !(stopped = proceed && !proceed()); });
    if (stopped)
        return false;
    dropped += static_cast<std::int64_t>(rows.size() - finite.size());
    rows = std::move(finite);
    return true;
}

void requireBatch(const PreparedData& prepared) {
    const auto batch = static_cast<std::size_t>(prepared.experiment.training.batch);
    if (prepared.split.training.size() < batch)
        throw Error(
            ErrorKind::usage,
            fmt::format("{} has {} to train on, fewer than one batch of {}.{}{}",
                        prepared.source->schema().file,
                        counted(static_cast<long long>(prepared.split.training.size()), "image"),
                        batch, prepared.notes.empty() ? "" : " ", fmt::join(prepared.notes, " ")),
            "Use a smaller batch or more images.");
}

/// Decides how images are read while training, unless the experiment says so.
void planReading(PreparedData& prepared) {
    DataSettings& settings = prepared.experiment.data;
    const data::Schema& schema = prepared.source->schema();
    const bool made = prepared.source->changesWithEpoch();
    if (settings.shuffleWindow < 0 || made)
        settings.shuffleWindow = prepared.inMemory || made ? 0 : data::usualWindow(schema);
    const data::LoaderSettings loader{.rows = prepared.split.training,
                                      .batch = prepared.experiment.training.batch,
                                      .window = settings.shuffleWindow};
    prepared.imageBytes = data::loaderBytes(schema, loader) +
                          HeldBackImages::bytesKept(schema, prepared.split.validation.size()) +
                          (prepared.inMemory ? data::bytesInMemory(*prepared.source) : 0);
    if (made)
        prepared.pixelsChecked = true;
    if (prepared.inMemory || made)
        return;
    constexpr double kGigabyte = 1e9;
    const double all = static_cast<double>(data::bytesInMemory(*prepared.source)) / kGigabyte,
                 kept = static_cast<double>(prepared.imageBytes) / kGigabyte;
    prepared.notes.push_back(
        settings.shuffleWindow == 0
            ? fmt::format("The images ({:.1f} GB) do not fit into memory; each is read when its "
                          "turn comes.",
                          all)
            : fmt::format("The images ({:.1f} GB) do not fit into memory: they are read while "
                          "training, shuffled among {}, {:.2f} GB of them in memory.",
                          all, settings.shuffleWindow, kept));
}

/// Says of which target there is nothing to learn.
void noteConstantTargets(PreparedData& prepared) {
    if (!needsLabels(prepared.experiment) || prepared.source->changesWithEpoch())
        return;
    const auto& targets = prepared.experiment.data.targets;
    const data::Quality quality = data::checkTargets(*prepared.source, targets);
    for (std::size_t i = 0; i < targets.size(); ++i)
        if (quality.usable > 1 && quality.least[i] == quality.most[i])
            prepared.notes.push_back(
                fmt::format("Warning: {} is {} for all images: there is nothing to learn about it.",
                            targets[i], quality.least[i]));
}

/// Says where images show nothing.
void noteBlankImages(PreparedData& prepared) {
    if (prepared.source->changesWithEpoch())
        return;
    const data::PixelQuality quality = data::checkPixels(*prepared.source);
    if (quality.blankImages > 0)
        prepared.notes.push_back(
            fmt::format("Warning: {} of the {} that were looked at hold the same value in every "
                        "pixel: there is nothing to see in them.",
                        quality.blankImages, counted(quality.images, "image")));
}

PreparedData prepare(Experiment experiment, std::shared_ptr<const data::CutoutSource> source,
                     bool inMemory) {
    const data::Schema& schema = source->schema();
    requireNetworkTakes(experiment, schema);
    completeColumns(experiment.data, schema);
    PreparedData prepared{.source = std::move(source),
                          .split = {},
                          .experiment = std::move(experiment),
                          .notes = {},
                          .inMemory = inMemory};
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
    noteConstantTargets(prepared);
    completeNormalisation(settings, *prepared.source, training, inMemory);
    planReading(prepared);
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
    requireSameFiles(settings);
    const auto file = std::make_shared<const data::CutoutFile>(completed.data.file,
                                                               data::schemaRequest(completed.data));
    data::completeReading(completed.data, file->schema());
    completed.data.checksum = quickChecksum(settings.file);
    completed.data.labelsChecksum =
        file->schema().labels.empty() ? "" : quickChecksum(file->schema().labels);
    if (!data::fitsIntoMemory(*file))
        return prepare(std::move(completed), file, false);
    const auto cache = std::make_shared<const data::CachedSource>(file);
    PreparedData prepared = prepare(std::move(completed), cache, true);
    prepared.cache = cache;
    return prepared;
}

PreparedData prepareData(const Experiment& experiment,
                         std::shared_ptr<const data::CutoutSource> source) {
    check(experiment);
    PreparedData prepared = prepare(experiment, std::move(source), true);
    checkPixels(prepared);
    return prepared;
}

bool checkPixels(PreparedData& prepared, const std::function<bool()>& proceed) {
    if (prepared.pixelsChecked)
        return true;
    if (prepared.cache &&
        !prepared.cache->fill([&](std::int64_t, std::int64_t) { return !proceed || proceed(); }))
        return false;
    std::int64_t dropped = 0;
    for (std::vector<std::int64_t>* rows :
         {&prepared.split.training, &prepared.split.validation, &prepared.split.test}) {
        const bool wanted = prepared.inMemory || rows == &prepared.split.validation;
        if (wanted && !dropNonFinite(*prepared.source, *rows, proceed, dropped))
            return false;
    }
    prepared.pixelsChecked = true;
    if (prepared.split.training.empty() && dropped > 0)
        data::throwNothingFinite(prepared.source->schema());
    noteBlankImages(prepared);
    if (dropped > 0)
        prepared.notes.push_back(
            fmt::format("{} of {} rows are left out: their images hold pixels that are not finite.",
                        dropped, prepared.source->schema().count));
    requireBatch(prepared);
    return true;
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
            .memoryCapBytes =
                static_cast<std::uint64_t>(std::llround(experiment.device.memoryCapMB * 1e6))};
}

void requireTrainable(const PreparedData& prepared, const device::Device& device) {
    requireBatch(prepared);
    if (needsLabels(prepared.experiment))
        data::readTargets(*prepared.source, prepared.experiment.data.targets);
    if (prepared.experiment.data.turnsAndFlips)
        data::requireTurnable(prepared.source->schema());
    const network::Network network = networkOf(prepared);
    const device::SessionOptions options = sessionOptions(prepared.experiment);
    device::checkFits(device, network, device.plan(network, options), options);
}

}  // namespace shearbench::training
