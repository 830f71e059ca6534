// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/device/opencl/launch_times.h"
#include "core/device/opencl/status.h"
#include "core/error.h"

namespace shearbench::device::opencl {

OpenClSession::OpenClSession(std::shared_ptr<Context> context, network::Network network,
                             std::unique_ptr<CompiledNetwork> compiled,
                             std::uint64_t memoryCapBytes)
    : context_(std::move(context)),
      network_(std::move(network)),
      plan_(compiled->memoryPlan()),
      memoryCap_(memoryCapBytes),
      compiled_(std::move(compiled)),
      queue_(*context_) {
    compiled_->build(*context_, queue_);
    const auto count = static_cast<std::size_t>(plan_.batch);
    for (Staging& staging : staging_) {
        staging.images.resize(count * network_.input().count());
        staging.targets.resize(count * network_.targetCount());
        staging.picks.resize(count * KeptImages::kPickNumbers);
    }
    for (LogHalf& half : log_) {
        half.entries.resize(static_cast<std::size_t>(Optimiser::kLogNumbers) * kHalf);
        half.factors.resize(kHalf);
    }
}

OpenClSession::~OpenClSession() {
    if (queue_.settle())
        return;
    for (Staging& staging : staging_)
        keepForGood(std::move(staging));
    for (LogHalf& half : log_)
        keepForGood(std::move(half));
}

void OpenClSession::upload(Arena::Index buffer, std::span<const float> plain, std::size_t floats) {
    std::vector<float> own(floats);
    compiled_->parameters().pack(plain, own);
    queue_.writeNow(compiled_->buffer(buffer), std::move(own));
}

void OpenClSession::download(Arena::Index buffer, std::size_t floats,
                             std::span<float> plain) const {
    std::vector<float> own(floats);
    queue_.read(compiled_->buffer(buffer), own.data(), floats * sizeof(float));
    compiled_->parameters().unpack(own, plain);
}

void OpenClSession::setParameters(std::span<const float> values) {
    checkSize(network_, "parameters", values.size(), network_.parameterCount());
    const Parameters& own = compiled_->parameters();
    upload(own.values(), values, own.total());
    compiled_->parametersChanged();
    useMeanWeights();
}

void OpenClSession::parameters(std::span<float> values) const {
    checkSize(network_, "room for parameters", values.size(), network_.parameterCount());
    const Parameters& own = compiled_->parameters();
    download(own.values(), own.total(), values);
}

void OpenClSession::gradients(std::span<float> values) const {
    checkSize(network_, "room for gradients", values.size(), network_.parameterCount());
    const Parameters& own = compiled_->parameters();
    download(own.gradients(), own.trainable(), values);
}

void OpenClSession::setOptimiserState(const OptimiserState& state) {
    checkSize(network_, "first moments", state.firstMoment.size(), network_.parameterCount());
    checkSize(network_, "second moments", state.secondMoment.size(), network_.parameterCount());
    const Parameters& own = compiled_->parameters();
    upload(own.firstMoments(), state.firstMoment, own.trainable());
    upload(own.secondMoments(), state.secondMoment, own.trainable());
    updates_ = state.updates;
}

OptimiserState OpenClSession::optimiserState() const {
    const Parameters& own = compiled_->parameters();
    OptimiserState state;
    state.firstMoment.resize(network_.parameterCount());
    state.secondMoment.resize(network_.parameterCount());
    download(own.firstMoments(), own.trainable(), state.firstMoment);
    download(own.secondMoments(), own.trainable(), state.secondMoment);
    state.updates = updates_;
    return state;
}

OpenClSession::Staging& OpenClSession::nextStaging(Queue& queue) {
    Staging& staging = staging_[nextStaging_];
    nextStaging_ = 1 - nextStaging_;
    queue.wait(staging.arrived);
    return staging;
}

void OpenClSession::bring(Queue& queue, std::span<const float> images,
                          std::span<const float> targets) {
    Staging& staging = nextStaging(queue);
    std::copy(images.begin(), images.end(), staging.images.begin());
    staging.arrived = queue.write(compiled_->images(), staging.images.data(), images.size_bytes());
    bringTargets(queue, staging, targets);
    compiled_->packImages(queue, batch());
}

void OpenClSession::bringTargets(Queue& queue, Staging& staging, std::span<const float> targets) {
    if (targets.empty())
        return;
    std::copy(targets.begin(), targets.end(), staging.targets.begin());
    staging.arrived =
        queue.write(compiled_->targets(), staging.targets.data(), targets.size_bytes());
}

void OpenClSession::checkStep(std::size_t imageFloats, std::size_t targets,
                              const StepSettings& settings) const {
    const auto count = static_cast<std::size_t>(batch());
    checkSize(network_, "images", imageFloats, count * network_.input().count());
    checkSize(network_, "targets", targets, count * network_.targetCount());
    if (!settings.noise.given.empty())
        checkNoise(network_, settings.noise.given.size());
}

void OpenClSession::step(std::span<const float> images, std::span<const float> targets,
                         const StepSettings& settings) {
    checkStep(images.size(), targets.size(), settings);
    queueStep(queue_, settings, [&] { bring(queue_, images, targets); });
    queue_.flush();
    noteEntry(settings);
}

std::string OpenClSession::makeRoom(std::int64_t count) {
    if (count < 1)
        throw Error(ErrorKind::usage, fmt::format("A device cannot keep {} images.", count));
    queue_.finish();
    compiled_->dropImages();
    plan_ = compiled_->memoryPlan();
    if (std::string obstacle = KeptImages::obstacle(context_->hardware(), network_.input(), count,
                                                    plan_.total(), memoryCap_);
        !obstacle.empty())
        return obstacle;
    try {
        compiled_->keepImages(*context_, queue_, count);
    } catch (const StatusError& refusal) {
        if (!refusal.outOfMemory())
            throw;
        return "the device has no memory left for them: OpenCL answered " +
               statusName(refusal.status());
    }
    plan_.items.push_back({"images kept", MemoryUse::staging, compiled_->kept()->bytes()});
    return {};
}

void OpenClSession::keep(std::int64_t first, std::span<const float> images) {
    const KeptImages* kept = compiled_->kept();
    const std::size_t size = network_.input().count();
    const auto count = static_cast<std::int64_t>(images.size() / size);
    checkSize(network_, "images", images.size(), static_cast<std::size_t>(count) * size);
    if (!kept || first < 0 || count > kept->count() || first > kept->count() - count)
        throw Error(ErrorKind::usage,
                    fmt::format("There is no room for {} images from number {} on.", count, first));
    compiled_->kept()->put(queue_, first, images);
}

void OpenClSession::checkKept(std::span<const KeptImage> images) const {
    const std::int64_t count = compiled_->kept() ? compiled_->kept()->count() : 0;
    const bool square = network_.input().height == network_.input().width;
    for (const KeptImage& image : images)
        if (image.number < 0 || image.number >= count || image.quarterTurns < 0 ||
            image.quarterTurns > 3 || (!square && (image.quarterTurns > 0 || image.flip)))
            throw Error(
                ErrorKind::usage,
                fmt::format("There is no image {} turned {} times among the {} that are kept.",
                            image.number, image.quarterTurns, count));
}

void OpenClSession::stepWithKept(std::span<const KeptImage> images, std::span<const float> targets,
                                 const StepSettings& settings) {
    const bool asTargets = targets.empty() && compiled_->imagesAreTargets();
    checkStep(images.size() * network_.input().count(),
              asTargets ? images.size() * network_.targetCount() : targets.size(), settings);
    checkKept(images);
    queueStep(queue_, settings, [&] {
        Staging& staging = nextStaging(queue_);
        KeptImages::describe(images, staging.picks);
        staging.arrived = queue_.write(compiled_->picks(), staging.picks.data(),
                                       staging.picks.size() * sizeof(cl_int));
        bringTargets(queue_, staging, targets);
        compiled_->gatherImages(queue_, asTargets);
    });
    queue_.flush();
    noteEntry(settings);
}

template <class Bring>
void OpenClSession::queueStep(Queue& queue, const StepSettings& settings,
                              const Bring& bringImages) {
    const std::int64_t before = queue.launches();
    useMeanWeights();
    bringImages();
    compiled_->begin(queue, settings);
    compiled_->forward(queue, batch(),
                       settings.update ? Mode::training : Mode::trainingWithoutUpdate);
    compiled_->backward(queue);
    if (settings.update)
        ++updates_;
    compiled_->finishStep(queue, settings, settings.update ? updates_ : 0,
                          half_ * kHalf + log_[half_].filled);
    if (settings.update)
        compiled_->parametersChanged();
    launchesPerStep_ = queue.launches() - before;
}

Profile OpenClSession::profile(std::span<const float> images, std::span<const float> targets,
                               const StepSettings& settings, int steps) {
    if (steps < 1)
        throw Error(ErrorKind::usage, fmt::format("{} steps cannot be profiled.", steps));
    checkStep(images.size(), targets.size(), settings);
    queue_.finish();
    Queue timed(*context_, Queue::Kind::timed);
    LaunchTimes times;
    for (int i = 0; i < steps; ++i) {
        queueStep(timed, settings, [&] { bring(timed, images, targets); });
        times.addStep(timed.takeTimes());
        noteEntry(settings);
    }
    Profile profile = times.medians(compiled_->pieces());
    profile.batch = batch();
    return profile;
}

void OpenClSession::noteEntry(const StepSettings& settings) {
    LogHalf& half = log_[half_];
    half.factors[static_cast<std::size_t>(half.filled)] = {settings.weightKl, settings.latentKl};
    if (++half.filled < kHalf)
        return;
    // In this order no half is written beyond its end even where one of the two throws.
    const int full = std::exchange(half_, 1 - half_);
    fold(log_[half_]);
    startReading(full);
}

void OpenClSession::startReading(int index) {
    LogHalf& half = log_[index];
    const std::size_t bytes = half.entries.size() * sizeof(float);
    half.arrived =
        queue_.startReading(compiled_->buffer(compiled_->optimiser().log()), half.entries.data(),
                            bytes, static_cast<std::size_t>(index) * bytes);
}

/// Waits for a half that is on its way and adds its steps to the summary.
void OpenClSession::fold(LogHalf& half) {
    const auto steps = static_cast<std::size_t>(std::exchange(half.filled, 0));
    queue_.wait(half.arrived);
    for (std::size_t i = 0; i < steps; ++i) {
        const float* entry = half.entries.data() + i * Optimiser::kLogNumbers;
        const double dataLoss = entry[0], weightKl = entry[1], latentKl = entry[2];
        const double loss =
            dataLoss + half.factors[i].first * weightKl + half.factors[i].second * latentKl;
        sums_.add(dataLoss, weightKl + latentKl, loss, entry[3]);
    }
}

StepSummary OpenClSession::takeSummary() {
    fold(log_[1 - half_]);
    if (log_[half_].filled > 0) {
        startReading(half_);
        fold(log_[half_]);
    }
    return sums_.take();
}

void OpenClSession::predict(std::span<const float> images, std::span<float> outputs) {
    const std::size_t imageFloats = network_.input().count();
    const std::size_t features = network_.output().count();
    const std::size_t total = images.size() / imageFloats;
    checkSize(network_, "images", images.size(), total * imageFloats);
    checkSize(network_, "room for outputs", outputs.size(), total * features);
    if (predictWith_ == Weights::unknown) {
        compiled_->weights().setToMeans(queue_);
        predictWith_ = Weights::means;
    }
    for (std::size_t first = 0; first < total;) {
        const std::size_t count = std::min(total - first, static_cast<std::size_t>(batch()));
        // Reading below waits until this has arrived.
        queue_.write(compiled_->images(), &images[first * imageFloats],
                     count * imageFloats * sizeof(float));
        compiled_->packImages(queue_, static_cast<int>(count));
        compiled_->forward(queue_, static_cast<int>(count), Mode::prediction);
        compiled_->unpackOutputs(queue_, static_cast<int>(count));
        queue_.read(compiled_->outputs(), &outputs[first * features],
                    count * features * sizeof(float));
        first += count;
    }
}

void OpenClSession::drawWeights(std::uint64_t seed, std::int64_t draw) {
    compiled_->weights().draw(queue_, StreamPurpose::predictiveDraw, {.seed = seed, .step = draw});
    predictWith_ = Weights::draw;
}

void OpenClSession::invert(std::span<const float> base, std::span<float> samples) {
    requireFlow(network_, base.size(), samples.size());
    const std::size_t dimensions = network_.input().count();
    for (std::size_t first = 0; first < base.size();) {
        const std::size_t count =
            std::min(base.size() - first, static_cast<std::size_t>(Flow::kSamples) * dimensions);
        // Reading below waits until this has arrived.
        queue_.write(compiled_->samples(), &base[first], count * sizeof(float));
        compiled_->invert(queue_, static_cast<int>(count / dimensions));
        queue_.read(compiled_->samples(), &samples[first], count * sizeof(float));
        first += count;
    }
}

}  // namespace shearbench::device::opencl
