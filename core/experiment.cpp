// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace shearbench {

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

std::string displayName(const Experiment& experiment) {
    if (!experiment.name.empty())
        return experiment.name;
    return fmt::format("{}_b{}", experiment.network.preset, experiment.training.batch);
}

}  // namespace shearbench
