// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/step_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/network/presets.h"
#include "core/random.h"

namespace shearbench::device {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int kWarmUpSteps = 5, kFewestSteps = 5, kMostSteps = 200;

std::vector<float> normals(std::size_t count, std::uint64_t index) {
    RandomStream stream(1, StreamPurpose::latent, index);
    std::vector<float> values(count);
    for (float& value : values)
        value = static_cast<float>(stream.normal());
    return values;
}

}  // namespace

double StepProfile::shareOfPeak(double operations, double seconds) const {
    return seconds > 0 && rates.gflops > 0 ? operations / seconds / (1e9 * rates.gflops) : 0;
}

StepProfile profileSteps(const Device& device, const network::Network& network,
                         const StepProfileRequest& request) {
    if (request.steps < 0)
        throw Error(ErrorKind::usage, fmt::format("{} steps cannot be profiled.", request.steps));
    SessionOptions options;
    options.batch = request.batch;
    options.threads = request.threads;
    const auto session = device.compile(network, options);
    session->setParameters(network::initialParameters(network, 1));
    const auto batch = static_cast<std::size_t>(request.batch);
    const std::vector<float> images = normals(batch * network.input().count(), 0);
    const std::vector<float> targets = normals(batch * network.targetCount(), 1);
    StepSettings settings;
    settings.learningRate = 1e-5;
    settings.weightKl = settings.latentKl = 1e-4;
    const Clock::time_point begin = Clock::now();
    for (int i = 0; i < kWarmUpSteps; ++i)
        session->step(images, targets, settings);
    session->takeSummary();
    const double seconds =
        std::chrono::duration<double>(Clock::now() - begin).count() / kWarmUpSteps;
    const int steps =
        request.steps > 0
            ? request.steps
            : static_cast<int>(std::clamp<double>(1 / seconds, kFewestSteps, kMostSteps));
    StepProfile found;
    found.rates = device.measure(request.threads);
    found.profile = session->profile(images, targets, settings, steps);
    return found;
}

}  // namespace shearbench::device
