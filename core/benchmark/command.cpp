// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/command.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/training_command.h"

namespace shearbench::benchmark {
namespace {

template <class Value>
std::string listOption(const char* name, const std::vector<Value>& values) {
    return values.empty() ? std::string()
                          : fmt::format(" --{} {}", name,
                                        shellWord(fmt::format("{}", fmt::join(values, ","))));
}

template <class Value>
std::string option(const char* name, Value value, Value usual) {
    return value == usual ? std::string() : fmt::format(" --{} {}", name, value);
}

}  // namespace

std::string commandOf(const Experiment& experiment) {
    const BenchmarkSettings& settings = experiment.benchmark;
    const BenchmarkSettings usual;
    std::string command =
        "shearbench-cli benchmark --protocol " + settings.protocol +
        listOption("networks", settings.networks) + listOption("devices", settings.devices) +
        listOption("batch", settings.batches) + listOption("images", settings.imageCounts);
    command += option("epoch-images", settings.images, usual.images) +
               option("warmup-epochs", settings.warmupEpochs, usual.warmupEpochs) +
               option("epochs", settings.epochs, usual.epochs) +
               option("budget", settings.budgetSeconds, usual.budgetSeconds) +
               option("half-width", settings.halfWidthPercent, usual.halfWidthPercent) +
               option("image-size", settings.imageSize, usual.imageSize) +
               option("threads", experiment.device.threads, 0) +
               option("memory-cap", experiment.device.memoryCapMB, 0.0);
    if (!experiment.data.file.empty())
        command += " --data " + shellWord(experiment.data.file);
    return command;
}

std::string commandOf(const Results& results, const Point& point) {
    Experiment alone = results.experiment;
    const bool training = point.task.kind == Kind::training;
    alone.benchmark.devices = {point.task.device};
    alone.benchmark.networks.clear();
    alone.benchmark.batches.clear();
    alone.benchmark.imageCounts.clear();
    if (training)
        alone.benchmark.networks = {point.task.network == "generative" ? "vae"
                                                                       : point.task.network};
    (training ? alone.benchmark.batches : alone.benchmark.imageCounts) = {point.task.size};
    return commandOf(alone);
}

}  // namespace shearbench::benchmark
