// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/parallel_session.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <utility>

#include "core/device/latent.h"
#include "core/random.h"

namespace shearbench::device {

MemoryPlan ParallelSession::planOfHost(const network::Network& network, int batch) {
    MemoryPlan plan;
    plan.batch = batch;
    const std::uint64_t bytes = saturatingProduct({network.parameterCount(), sizeof(float)});
    plan.items = {
        {"parameters on the host", MemoryUse::parameters, bytes},
        {"gradients on the host", MemoryUse::parameters, bytes},
        {"Adam moments on the host", MemoryUse::optimiser, saturatingProduct({2, bytes})}};
    return plan;
}

ParallelSession::ParallelSession(network::Network network, MemoryPlan plan,
                                 std::vector<std::unique_ptr<Session>> parts, int threads)
    : network_(std::move(network)),
      plan_(std::move(plan)),
      pool_(threads),
      trainable_(eigen::trainableRanges(network_)) {
    const std::size_t count = network_.parameterCount();
    std::size_t first = 0;
    for (std::unique_ptr<Session>& session : parts) {
        const auto batch = static_cast<std::size_t>(session->batch());
        Part part{std::move(session),        first, batch, std::vector<float>(count),
                  std::vector<float>(count), {},    {},    {}};
        parts_.push_back(std::move(part));
        first += batch;
    }
    for (std::vector<float>* array : {&parameters_, &gradients_, &firstMoment_, &secondMoment_})
        array->resize(count);
    for (const network::Layer& layer : network_.layers()) {
        if (layer.kind == network::LayerKind::latent)
            latentFeatures_ = layer.output.count();
        if (layer.kind == network::LayerKind::batchNorm)
            batchNorm_ = BatchNorm{&network_.parameter(layer.name + ".gamma"),
                                   &network_.parameter(layer.name + ".beta"),
                                   &network_.parameter(layer.name + ".moving_mean"),
                                   &network_.parameter(layer.name + ".moving_variance")};
    }
}

double ParallelSession::shareOf(const Part& part) const {
    return static_cast<double>(part.batch) / batch();
}

void ParallelSession::setParameters(std::span<const float> values) {
    checkSize(network_, "parameters", values.size(), parameters_.size());
    std::copy(values.begin(), values.end(), parameters_.begin());
    shared_ = false;
}

void ParallelSession::parameters(std::span<float> values) const {
    checkSize(network_, "room for parameters", values.size(), parameters_.size());
    std::copy(parameters_.begin(), parameters_.end(), values.begin());
}

void ParallelSession::gradients(std::span<float> values) const {
    checkSize(network_, "room for gradients", values.size(), gradients_.size());
    std::copy(gradients_.begin(), gradients_.end(), values.begin());
}

void ParallelSession::setOptimiserState(const OptimiserState& state) {
    checkSize(network_, "first moments", state.firstMoment.size(), firstMoment_.size());
    checkSize(network_, "second moments", state.secondMoment.size(), secondMoment_.size());
    firstMoment_ = state.firstMoment;
    secondMoment_ = state.secondMoment;
    updates_ = state.updates;
}

OptimiserState ParallelSession::optimiserState() const {
    return {firstMoment_, secondMoment_, updates_};
}

/// act(part) for every part at the same time; returns when all are done, and throws what the first
/// of those that failed did.
template <class Act>
void ParallelSession::forParts(const Act& act) {
    std::vector<std::future<void>> others;
    for (std::size_t i = 1; i < parts_.size(); ++i)
        others.push_back(std::async(std::launch::async, [&, i] { act(parts_[i]); }));
    act(parts_.front());
    for (std::future<void>& other : others)
        other.get();
}

/// act(part, its first image, how many) for every part, of any number of images.
template <class Act>
void ParallelSession::splitImages(std::size_t images, const Act& act) {
    const auto all = static_cast<std::size_t>(batch());
    const auto begin = [&](std::size_t place) {
        return images / all * place + images % all * place / all;
    };
    forParts([&](Part& part) {
        const std::size_t first = begin(part.first), end = begin(part.first + part.batch);
        act(part, first, end - first);
    });
}

ParallelSession::Statistics ParallelSession::statisticsOf(std::span<const float> images) const {
    const network::Shape shape = network_.input();
    const auto channels = static_cast<std::size_t>(shape.channels);
    const std::size_t pixels = shape.count() / channels;
    const double count = static_cast<double>(images.size()) / static_cast<double>(channels);
    Statistics found{std::vector<double>(channels), std::vector<double>(channels)};
    const auto addUp = [&](std::vector<double>& sums, const auto& numberOf) {
        for (std::size_t plane = 0; plane * pixels < images.size(); ++plane) {
            double sum = 0;
            for (const float x : images.subspan(plane * pixels, pixels))
                sum += numberOf(x, plane % channels);
            sums[plane % channels] += sum / count;
        }
    };
    addUp(found.mean, [](double x, std::size_t) { return x; });
    addUp(found.variance, [&](double x, std::size_t channel) {
        const double d = x - found.mean[channel];
        return d * d;
    });
    return found;
}

/// Chan, Golub & LeVeque 1983.
ParallelSession::Statistics ParallelSession::combinedStatistics() const {
    Statistics all = parts_.front().statistics;
    for (std::size_t c = 0; c < all.mean.size(); ++c) {
        all.mean[c] = all.variance[c] = 0;
        for (const Part& part : parts_)
            all.mean[c] += shareOf(part) * part.statistics.mean[c];
        for (const Part& part : parts_) {
            const double d = part.statistics.mean[c] - all.mean[c];
            all.variance[c] += shareOf(part) * (part.statistics.variance[c] + d * d);
        }
    }
    return all;
}

/// A part normalises by the statistics of its own images. With gamma' = gamma s_part / s and
/// beta' = beta + gamma (mean_part - mean) / s, s^2 = variance + epsilon, what comes out is
/// normalised by those of the whole batch.
void ParallelSession::adaptParameters(Part& part) {
    part.parameters = parameters_;
    if (!batchNorm_)
        return;
    for (std::size_t c = 0; c < statistics_.mean.size(); ++c) {
        const double deviation = std::sqrt(statistics_.variance[c] + network::kBatchNormEpsilon);
        const double own = std::sqrt(part.statistics.variance[c] + network::kBatchNormEpsilon);
        const double gamma = parameters_[batchNorm_->gamma->offset + c];
        const double shift = (part.statistics.mean[c] - statistics_.mean[c]) / deviation;
        part.parameters[batchNorm_->gamma->offset + c] =
            static_cast<float>(gamma * own / deviation);
        part.parameters[batchNorm_->beta->offset + c] += static_cast<float>(gamma * shift);
    }
}

/// The gradients by gamma' and beta' as those by gamma and beta.
void ParallelSession::adaptGradients(Part& part) const {
    if (!batchNorm_)
        return;
    for (std::size_t c = 0; c < statistics_.mean.size(); ++c) {
        const double deviation = std::sqrt(statistics_.variance[c] + network::kBatchNormEpsilon);
        const double own = std::sqrt(part.statistics.variance[c] + network::kBatchNormEpsilon);
        const double shift = (part.statistics.mean[c] - statistics_.mean[c]) / deviation;
        float& byGamma = part.gradients[batchNorm_->gamma->offset + c];
        byGamma = static_cast<float>(byGamma * own / deviation +
                                     shift * part.gradients[batchNorm_->beta->offset + c]);
    }
}

/// A part's rows of a latent layer's noise, behind that of the weights, which is the same for all.
std::span<const float> ParallelSession::noiseOf(Part& part, const StepNoise& noise) const {
    if (latentFeatures_ == 0)
        return noise.given;
    const std::size_t weights = network::bayesianWeightCount(network_);
    const std::size_t latents = static_cast<std::size_t>(batch()) * latentFeatures_;
    std::vector<float> all(weights + latents);
    if (noise.given.empty()) {
        std::size_t at = 0;
        std::uint32_t tensor = 0;
        for (const network::BayesianKernel& kernel : network::bayesianKernels(network_)) {
            fillNormal({noise.seed, StreamPurpose::weightDraw, tensor++,
                        static_cast<std::uint64_t>(noise.step)},
                       std::span(all).subspan(at, kernel.count));
            at += kernel.count;
        }
    } else {
        checkSize(network_, "random numbers of a step", noise.given.size(), all.size());
        std::copy_n(noise.given.begin(), weights, all.begin());
    }
    latentNoise(noise, std::span(all).last(latents));
    part.noise.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(weights));
    const auto rows =
        all.begin() + static_cast<std::ptrdiff_t>(weights + part.first * latentFeatures_);
    part.noise.insert(part.noise.end(), rows,
                      rows + static_cast<std::ptrdiff_t>(part.batch * latentFeatures_));
    return part.noise;
}

void ParallelSession::stepPart(Part& part, std::span<const float> images,
                               std::span<const float> targets, StepSettings settings) {
    adaptParameters(part);
    part.session->setParameters(part.parameters);
    settings.update = false;
    settings.noise.given = noiseOf(part, settings.noise);
    part.session->step(images, targets, settings);
    part.summary = part.session->takeSummary();
    part.session->gradients(part.gradients);
    adaptGradients(part);
}

void ParallelSession::step(std::span<const float> images, std::span<const float> targets,
                           const StepSettings& settings) {
    const auto all = static_cast<std::size_t>(batch());
    const std::size_t perImage = network_.input().count(), perTarget = network_.targetCount();
    checkSize(network_, "images", images.size(), all * perImage);
    checkSize(network_, "targets", targets.size(), all * perTarget);
    if (!settings.noise.given.empty())
        checkNoise(network_, settings.noise.given.size());
    shared_ = false;
    const auto imagesOf = [&](const Part& part) {
        return images.subspan(part.first * perImage, part.batch * perImage);
    };
    if (batchNorm_) {
        for (Part& part : parts_)
            part.statistics = statisticsOf(imagesOf(part));
        statistics_ = combinedStatistics();
    }
    forParts([&](Part& part) {
        stepPart(part, imagesOf(part),
                 targets.subspan(part.first * perTarget, part.batch * perTarget), settings);
    });
    addGradients();
    const double norm = eigen::gradientNorm(gradients_, trainable_);
    double loss = 0, dataLoss = 0, kl = 0;
    for (const Part& part : parts_) {
        loss += shareOf(part) * part.summary.lastLoss;
        dataLoss += shareOf(part) * part.summary.lastDataLoss;
        kl += shareOf(part) * part.summary.meanKl;
    }
    sums_.add(dataLoss, kl, loss, norm);
    if (!settings.update)
        return;
    const bool clip = settings.clipNorm > 0 && norm > settings.clipNorm;
    eigen::adamUpdate({parameters_, gradients_, firstMoment_, secondMoment_}, trainable_, settings,
                      clip ? settings.clipNorm / norm : 1.0, ++updates_, pool_);
    moveAverages();
}

/// In the order of the parts, whoever was done first.
void ParallelSession::addGradients() {
    pool_.forShares(gradients_.size(), [&](std::size_t begin, std::size_t end) {
        std::fill(gradients_.begin() + static_cast<std::ptrdiff_t>(begin),
                  gradients_.begin() + static_cast<std::ptrdiff_t>(end), 0.0f);
        for (const Part& part : parts_) {
            const auto share = static_cast<float>(shareOf(part));
            for (std::size_t i = begin; i < end; ++i)
                gradients_[i] += share * part.gradients[i];
        }
    });
}

void ParallelSession::moveAverages() {
    if (!batchNorm_)
        return;
    const auto move = [&](const network::Parameter& tensor, const std::vector<double>& to) {
        for (std::size_t c = 0; c < to.size(); ++c) {
            float& average = parameters_[tensor.offset + c];
            average = static_cast<float>(network::kBatchNormMomentum * average +
                                         (1 - network::kBatchNormMomentum) * to[c]);
        }
    };
    move(*batchNorm_->movingMean, statistics_.mean);
    move(*batchNorm_->movingVariance, statistics_.variance);
}

void ParallelSession::shareParameters() {
    if (std::exchange(shared_, true))
        return;
    forParts([&](Part& part) { part.session->setParameters(parameters_); });
}

void ParallelSession::predict(std::span<const float> images, std::span<float> outputs) {
    const std::size_t perImage = network_.input().count(), perOutput = network_.output().count();
    const std::size_t all = images.size() / perImage;
    checkSize(network_, "images", images.size(), all * perImage);
    checkSize(network_, "room for outputs", outputs.size(), all * perOutput);
    shareParameters();
    splitImages(all, [&](Part& part, std::size_t first, std::size_t count) {
        part.session->predict(images.subspan(first * perImage, count * perImage),
                              outputs.subspan(first * perOutput, count * perOutput));
    });
}

void ParallelSession::drawWeights(std::uint64_t seed, std::int64_t draw) {
    shareParameters();
    forParts([&](Part& part) { part.session->drawWeights(seed, draw); });
}

void ParallelSession::useMeanWeights() {
    for (Part& part : parts_)
        part.session->useMeanWeights();
}

void ParallelSession::invert(std::span<const float> base, std::span<float> samples) {
    requireFlow(network_, base.size(), samples.size());
    const std::size_t dimensions = network_.input().count();
    shareParameters();
    splitImages(base.size() / dimensions, [&](Part& part, std::size_t first, std::size_t count) {
        part.session->invert(base.subspan(first * dimensions, count * dimensions),
                             samples.subspan(first * dimensions, count * dimensions));
    });
}

}  // namespace shearbench::device
