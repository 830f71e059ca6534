// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/device/cpu/parallel.h"
#include "core/device/losses.h"
#include "core/error.h"

namespace shearbench::device::cpu {

CpuSession::CpuSession(network::Network network, std::unique_ptr<CompiledNetwork> compiled,
                       int threads)
    : network_(std::move(network)),
      threads_(threads),
      plan_(compiled->memoryPlan()),
      compiled_(std::move(compiled)) {
    const ThreadScope scope(threads_);
    compiled_->allocate();
    imageLosses_.resize(static_cast<std::size_t>(plan_.batch));
    optimiser_ = std::make_unique<Optimiser>(compiled_->parameters(), compiled_->bayesian());
}

void CpuSession::setParameters(std::span<const float> values) {
    checkSize(network_, "parameters", values.size(), network_.parameterCount());
    const ThreadScope scope(threads_);
    const Parameters& own = compiled_->parameters();
    own.pack(values, own.values(), own.averages());
    samplingReady_ = false;
    useMeanWeights();
}

void CpuSession::parameters(std::span<float> values) const {
    checkSize(network_, "room for parameters", values.size(), network_.parameterCount());
    const ThreadScope scope(threads_);
    const Parameters& own = compiled_->parameters();
    own.unpack(own.values(), own.averages(), values);
}

void CpuSession::setOptimiserState(const OptimiserState& state) {
    checkSize(network_, "first moments", state.firstMoment.size(), network_.parameterCount());
    checkSize(network_, "second moments", state.secondMoment.size(), network_.parameterCount());
    const ThreadScope scope(threads_);
    const Parameters& own = compiled_->parameters();
    own.pack(state.firstMoment, own.firstMoments(), nullptr);
    own.pack(state.secondMoment, own.secondMoments(), nullptr);
    optimiser_->setUpdates(state.updates);
}

OptimiserState CpuSession::optimiserState() const {
    const ThreadScope scope(threads_);
    const Parameters& own = compiled_->parameters();
    OptimiserState state;
    state.firstMoment.resize(network_.parameterCount());
    state.secondMoment.resize(network_.parameterCount());
    own.unpack(own.firstMoments(), nullptr, state.firstMoment);
    own.unpack(own.secondMoments(), nullptr, state.secondMoment);
    state.updates = optimiser_->updates();
    return state;
}

void CpuSession::gradients(std::span<float> values) const {
    checkSize(network_, "room for gradients", values.size(), network_.parameterCount());
    const ThreadScope scope(threads_);
    compiled_->bayesian().keepGradients();
    const Parameters& own = compiled_->parameters();
    own.unpack(own.gradients(), nullptr, values);
}

void CpuSession::step(std::span<const float> images, std::span<const float> targets,
                      const StepSettings& settings) {
    timedStep(images, targets, settings, nullptr);
}

void CpuSession::timedStep(std::span<const float> images, std::span<const float> targets,
                           const StepSettings& settings, Stopwatch* watch) {
    const auto count = static_cast<std::size_t>(batch());
    checkSize(network_, "images", images.size(), count * network_.input().count());
    checkSize(network_, "targets", targets.size(), count * network_.targetCount());
    if (!settings.noise.given.empty())
        checkNoise(network_, settings.noise.given.size());
    const ThreadScope scope(threads_);
    useMeanWeights();
    const std::size_t pieces = compiled_->pieces();
    if (watch)
        watch->begin();
    compiled_->begin(settings);
    const double weightKl = compiled_->bayesian().draw(StreamPurpose::weightDraw, settings.noise);
    if (watch && compiled_->bayesian().count() > 0)
        watch->lap(pieces + 2);
    const std::span<const float> features =
        compiled_->forward(images.data(), batch(), Mode::training, watch);
    const double dataLoss = lossOf(features, targets);
    if (watch)
        watch->lap(pieces);
    compiled_->backward(watch);
    const double latentKl = compiled_->divergence();
    const double gradientNorm =
        settings.update ? optimiser_->update(settings) : optimiser_->norm(settings.weightKl);
    if (settings.update) {
        compiled_->moveAverages();
        samplingReady_ = false;
    }
    if (watch)
        watch->lap(pieces + 1);
    sums_.add(dataLoss, weightKl + latentKl,
              dataLoss + settings.weightKl * weightKl + settings.latentKl * latentKl, gradientNorm);
}

/// The mean over the batch; image by image, added up in order.
double CpuSession::lossOf(std::span<const float> features, std::span<const float> targets) {
    const std::size_t perImage = network_.output().count(), perTarget = network_.targetCount();
    parallelFor(batch(), [&](std::int64_t image) {
        const auto n = static_cast<std::size_t>(image);
        imageLosses_[n] =
            lossAndGradient(network_.loss(), perImage, features.subspan(n * perImage, perImage),
                            targets.subspan(n * perTarget, perTarget), 1.0 / batch(),
                            compiled_->featureGradients().subspan(n * perImage, perImage));
    });
    double sum = 0;
    for (double loss : imageLosses_)
        sum += loss;
    return sum / batch();
}

Profile CpuSession::profile(std::span<const float> images, std::span<const float> targets,
                            const StepSettings& settings, int steps) {
    if (steps < 1)
        throw Error(ErrorKind::usage, fmt::format("{} steps cannot be profiled.", steps));
    Profile profile;
    profile.steps = steps;
    profile.batch = batch();
    profile.threads = threads_;
    profile.items = compiled_->profileItems();
    const auto parameters = static_cast<double>(compiled_->parameters().trainableFloats());
    const auto weights = static_cast<double>(compiled_->bayesian().count());
    constexpr double kFloat = sizeof(float);
    // Noise, deviations and drawn kernels' gradients beside what Adam itself touches.
    const double bytes = kFloat * (7 * parameters + 3 * weights);
    profile.items.push_back({"loss", "", ProfilePhase::loss, 0, 0, 0});
    profile.items.push_back(
        {weights > 0 ? "weight gradients + Adam" : "Adam", "", ProfilePhase::update, 0, 0, bytes});
    if (weights > 0)
        profile.items.push_back(
            {"weight draw", "", ProfilePhase::update, 0, 0, 5 * kFloat * weights});
    Stopwatch watch(profile.items.size());
    std::vector<std::vector<double>> times(profile.items.size() + 1);
    for (int i = 0; i < steps; ++i) {
        timedStep(images, targets, settings, &watch);
        double whole = 0;
        for (std::size_t piece = 0; piece < watch.seconds().size(); ++piece) {
            times[piece].push_back(watch.seconds()[piece]);
            whole += watch.seconds()[piece];
        }
        times.back().push_back(whole);
    }
    for (std::size_t piece = 0; piece < profile.items.size(); ++piece)
        profile.items[piece].seconds = median(times[piece]);
    profile.stepSeconds = median(times.back());
    // The loss stands between forward and backward.
    const auto loss = profile.items.begin() + static_cast<std::ptrdiff_t>(compiled_->pieces());
    std::rotate(
        std::find_if(profile.items.begin(), profile.items.end(),
                     [](const ProfileItem& item) { return item.phase == ProfilePhase::backward; }),
        loss, loss + 1);
    return profile;
}

void CpuSession::predict(std::span<const float> images, std::span<float> outputs) {
    const std::size_t imageFloats = network_.input().count();
    const std::size_t features = network_.output().count();
    const std::size_t total = images.size() / imageFloats;
    checkSize(network_, "images", images.size(), total * imageFloats);
    checkSize(network_, "room for outputs", outputs.size(), total * features);
    const ThreadScope scope(threads_);
    if (predictWith_ == Weights::unknown) {
        compiled_->bayesian().keepGradients();
        compiled_->bayesian().setToMeans();
        compiled_->weightsChanged();
        predictWith_ = Weights::means;
    }
    for (std::size_t first = 0; first < total;) {
        const std::size_t count = std::min(total - first, static_cast<std::size_t>(batch()));
        const std::span<const float> values = compiled_->forward(
            &images[first * imageFloats], static_cast<int>(count), Mode::prediction);
        std::copy(values.begin(), values.end(), outputs.begin() + first * features);
        first += count;
    }
}

void CpuSession::invert(std::span<const float> base, std::span<float> samples) {
    requireFlow(network_, base.size(), samples.size());
    const ThreadScope scope(threads_);
    const std::vector<Made*>& flow = compiled_->flow();
    if (!std::exchange(samplingReady_, true))
        for (Made* made : flow)
            made->prepareSampling();
    const auto dimensions = static_cast<std::int64_t>(network_.input().count());
    const std::int64_t count = static_cast<std::int64_t>(base.size()) / dimensions;
    // A few samples are shared out as single vectors, many as several side by side.
    const int lanes = Made::lanes(count >= std::int64_t{Made::lanes(true)} * threads_);
    const std::int64_t perWorker = dimensions * lanes + flow.front()->sampleFloats(lanes);
    scratch_.resize(static_cast<std::size_t>(threads_ * perWorker));
    parallelWorkers((count + lanes - 1) / lanes, [&](std::int64_t group, int worker) {
        float* values = scratch_.data() + worker * perWorker;
        const std::int64_t first = group * lanes;
        const std::int64_t used = std::min<std::int64_t>(lanes, count - first);
        for (std::int64_t i = 0; i < dimensions; ++i)
            for (std::int64_t lane = 0; lane < lanes; ++lane)
                values[i * lanes + lane] =
                    lane < used ? base[static_cast<std::size_t>((first + lane) * dimensions + i)]
                                : 0;
        for (auto made = flow.rbegin(); made != flow.rend(); ++made)
            (*made)->sample(values, lanes, values + dimensions * lanes);
        for (std::int64_t i = 0; i < dimensions; ++i)
            for (std::int64_t lane = 0; lane < used; ++lane)
                samples[static_cast<std::size_t>((first + lane) * dimensions + i)] =
                    values[i * lanes + lane];
    });
}

void CpuSession::drawWeights(std::uint64_t seed, std::int64_t draw) {
    const ThreadScope scope(threads_);
    compiled_->bayesian().keepGradients();
    compiled_->bayesian().draw(StreamPurpose::predictiveDraw, {.seed = seed, .step = draw});
    compiled_->weightsChanged();
    predictWith_ = Weights::draw;
}

}  // namespace shearbench::device::cpu
