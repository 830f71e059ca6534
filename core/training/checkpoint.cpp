// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/checkpoint.h"

#include <fmt/format.h>

#include <cmath>

#include "core/data/hdf5.h"
#include "core/error.h"
#include "core/files.h"
#include "core/model/parameters_file.h"
#include "core/network/presets.h"

namespace shearbench::training {
namespace {

using data::h5::File;

constexpr const char* kFormat = "shearbench-checkpoint";
constexpr std::int64_t kVersion = 1;

[[noreturn]] void refuse(const File& file, const std::string& problem) {
    throw Error(ErrorKind::data,
                fmt::format("The checkpoint {} {}.", file.path().string(), problem));
}

/// For a checkpoint in a run that cannot be read.
std::string remedyFor(const std::filesystem::path& path) {
    const std::filesystem::path best = path.parent_path() / "best.h5";
    std::error_code ignored;
    if (path.filename() == best.filename() || !std::filesystem::exists(best, ignored))
        return "Use the run's last state (--last), or start a new run.";
    return fmt::format(
        "Go on from the best epoch: shearbench-cli train --resume --from-best --out {}",
        path.parent_path().string());
}

std::int64_t readCount(const File& file, const std::string& name, std::int64_t most) {
    const std::int64_t value = file.readInteger("/", name);
    if (value < 0 || value > most)
        refuse(file, fmt::format("says {} = {}; 0 to {} was expected", name, value, most));
    return value;
}

double readFinite(const File& file, const std::string& name) {
    const double value = file.readNumber("/", name);
    if (!std::isfinite(value))
        refuse(file, fmt::format("says {} = {}; a finite number was expected", name, value));
    return value;
}

network::Network readNetwork(const File& file, const NetworkSettings& settings) {
    if (!file.hasAttribute("/", "format") || file.readText("/", "format") != kFormat)
        refuse(file,
               "was not written by Shearbench: its attribute \"format\" is missing or another");
    if (const std::int64_t version = file.readInteger("/", "version"); version != kVersion)
        refuse(file, fmt::format("has version {}; {} was expected", version, kVersion));
    if (const std::string found = file.readText("/", "network"); found != settings.preset)
        refuse(file, fmt::format("holds a network \"{}\"; the experiment has \"{}\"", found,
                                 settings.preset));
    constexpr std::int64_t kLargest = 16384;
    return network::makeNetwork(settings, {static_cast<int>(readCount(file, "channels", kLargest)),
                                           static_cast<int>(readCount(file, "height", kLargest)),
                                           static_cast<int>(readCount(file, "width", kLargest))});
}

}  // namespace

bool Checkpoint::operator==(const Checkpoint& other) const {
    return input == other.input && parameters == other.parameters &&
           optimiser.firstMoment == other.optimiser.firstMoment &&
           optimiser.secondMoment == other.optimiser.secondMoment &&
           optimiser.updates == other.optimiser.updates && stepsPerEpoch == other.stepsPerEpoch &&
           epoch == other.epoch && step == other.step && lossSum == other.lossSum &&
           klSum == other.klSum && gradientNorm == other.gradientNorm && seconds == other.seconds &&
           loaderWait == other.loaderWait && replaced == other.replaced &&
           history == other.history && bestEpoch == other.bestEpoch && bestLoss == other.bestLoss;
}

void writeCheckpoint(const std::filesystem::path& path, const NetworkSettings& settings,
                     const Checkpoint& checkpoint) {
    const network::Network network = network::makeNetwork(settings, checkpoint.input);
    std::vector<std::string> history;
    for (const EpochRecord& record : checkpoint.history)
        history.push_back(toJsonLine(record));
    replaceFile(path, [&](const std::filesystem::path& beside) {
        File file = File::create(beside);
        file.writeText("/", "format", kFormat);
        file.writeInteger("/", "version", kVersion);
        file.writeText("/", "network", settings.preset);
        file.writeInteger("/", "channels", checkpoint.input.channels);
        file.writeInteger("/", "height", checkpoint.input.height);
        file.writeInteger("/", "width", checkpoint.input.width);
        file.writeInteger("/", "steps_per_epoch", checkpoint.stepsPerEpoch);
        file.writeInteger("/", "epoch", checkpoint.epoch);
        file.writeInteger("/", "step", checkpoint.step);
        file.writeInteger("/", "updates", checkpoint.optimiser.updates);
        file.writeNumber("/", "loss_sum", checkpoint.lossSum);
        file.writeNumber("/", "kl_sum", checkpoint.klSum);
        file.writeNumber("/", "gradient_norm", checkpoint.gradientNorm);
        file.writeNumber("/", "seconds", checkpoint.seconds);
        file.writeNumber("/", "loader_wait", checkpoint.loaderWait);
        file.writeInteger("/", "replaced", checkpoint.replaced);
        file.writeInteger("/", "best_epoch", checkpoint.bestEpoch);
        file.writeNumber("/", "best_loss", checkpoint.bestLoss);
        file.writeTexts("history", history);
        model::writeParameters(file, "parameter", network, checkpoint.parameters);
        model::writeParameters(file, "first_moment", network, checkpoint.optimiser.firstMoment);
        model::writeParameters(file, "second_moment", network, checkpoint.optimiser.secondMoment);
        file.close();
    });
}

namespace {

Checkpoint read(const std::filesystem::path& path, const NetworkSettings& settings) {
    constexpr std::int64_t kMost = std::int64_t{1} << 53;
    const File file = File::open(path);
    const network::Network network = readNetwork(file, settings);
    Checkpoint checkpoint;
    checkpoint.input = network.input();
    checkpoint.stepsPerEpoch = readCount(file, "steps_per_epoch", kMost);
    checkpoint.epoch = readCount(file, "epoch", kMost);
    checkpoint.step = readCount(file, "step", checkpoint.stepsPerEpoch);
    checkpoint.optimiser.updates = readCount(file, "updates", kMost);
    checkpoint.lossSum = readFinite(file, "loss_sum");
    if (file.hasAttribute("/", "kl_sum"))
        checkpoint.klSum = readFinite(file, "kl_sum");
    checkpoint.gradientNorm = readFinite(file, "gradient_norm");
    checkpoint.seconds = readFinite(file, "seconds");
    checkpoint.loaderWait = readFinite(file, "loader_wait");
    if (file.hasAttribute("/", "replaced"))
        checkpoint.replaced = readCount(file, "replaced", kMost);
    checkpoint.bestEpoch = readCount(file, "best_epoch", checkpoint.epoch);
    checkpoint.bestLoss = readFinite(file, "best_loss");
    constexpr std::uint64_t kMostEpochs = 1'000'000;
    for (const std::string& line : file.dataset("history").readTexts(kMostEpochs))
        checkpoint.history.push_back(
            epochRecordFromJson(line, path.string() + ", dataset history"));
    if (static_cast<std::int64_t>(checkpoint.history.size()) != checkpoint.epoch)
        refuse(file, fmt::format("has finished {} epochs, yet its history has {}", checkpoint.epoch,
                                 checkpoint.history.size()));
    checkpoint.parameters = model::readParameters(file, "parameter", network);
    checkpoint.optimiser.firstMoment = model::readParameters(file, "first_moment", network);
    checkpoint.optimiser.secondMoment = model::readParameters(file, "second_moment", network);
    return checkpoint;
}

}  // namespace

Checkpoint readCheckpoint(const std::filesystem::path& path, const NetworkSettings& settings) {
    try {
        return read(path, settings);
    } catch (const Error& problem) {
        throw Error(ErrorKind::data, problem.what(), remedyFor(path));
    }
}

}  // namespace shearbench::training
