// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/bayesian_weights.h"

#include <algorithm>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kPart = 16384;  // weights, a multiple of every group of the kernels

}  // namespace

void BayesianWeights::request(Arena& arena) {
    for (std::size_t t = 0; t < parameters_->bayesian().size(); ++t) {
        const std::int64_t weights = parameters_->bayesian()[t].count;
        first_.push_back(count_);
        for (std::int64_t begin = 0; begin < weights; begin += kPart)
            parts_.push_back({t, begin, std::min(weights, begin + kPart)});
        count_ += weights;
    }
    divergences_.resize(parts_.size());
    if (count_ == 0)
        return;
    noiseBuffer_ = arena.request("weight noise", MemoryUse::parameters, count_);
    deviationBuffer_ = arena.request("weight deviations", MemoryUse::parameters, count_);
    plainBuffer_ = arena.request("weights between formats", MemoryUse::workspace, count_);
}

void BayesianWeights::bind(const Arena& arena) {
    if (count_ == 0)
        return;
    noise_ = arena.at(noiseBuffer_);
    deviation_ = arena.at(deviationBuffer_);
    plain_ = arena.at(plainBuffer_);
}

double BayesianWeights::draw(StreamPurpose purpose, const StepNoise& noise) {
    if (count_ == 0)
        return 0;
    if (!noise.given.empty())
        std::copy_n(noise.given.begin(), count_, noise_);
    const auto step = static_cast<std::uint64_t>(noise.step);
    parallelFor(static_cast<std::int64_t>(parts_.size()), [&](std::int64_t p) {
        const Part& part = parts_[static_cast<std::size_t>(p)];
        const Parameters::BayesianTensor& tensor = parameters_->bayesian()[part.tensor];
        const std::int64_t at = first_[part.tensor] + part.begin;
        WeightNoise source{};
        source.given = !noise.given.empty();
        const NormalCounter counter = normalCounter({noise.seed, purpose, tensor.number, step},
                                                    static_cast<std::uint32_t>(part.begin / 4));
        std::copy(counter.counter.begin(), counter.counter.end(), source.counter);
        std::copy(counter.key.begin(), counter.key.end(), source.key);
        divergences_[static_cast<std::size_t>(p)] = bayesianKernels().draw(
            {parameters_->values() + tensor.mean + part.begin,
             parameters_->values() + tensor.rho + part.begin, noise_ + at, deviation_ + at},
            source, plain_ + at, part.end - part.begin);
    });
    giveToLayers();
    double sum = 0;
    for (double divergence : divergences_)
        sum += divergence;
    return sum;
}

void BayesianWeights::setToMeans() {
    for (const Parameters::BayesianTensor& tensor : parameters_->bayesian())
        parameters_->packDrawn(tensor, parameters_->values() + tensor.mean);
}

void BayesianWeights::giveToLayers() {
    for (std::size_t t = 0; t < first_.size(); ++t)
        parameters_->packDrawn(parameters_->bayesian()[t], plain_ + first_[t]);
}

void BayesianWeights::spreadGradients(double weightKl) {
    for (std::size_t t = 0; t < first_.size(); ++t)
        parameters_->unpackDrawnGradient(parameters_->bayesian()[t], plain_ + first_[t]);
    parallelFor(static_cast<std::int64_t>(parts_.size()), [&](std::int64_t p) {
        const Part& part = parts_[static_cast<std::size_t>(p)];
        const Parameters::BayesianTensor& tensor = parameters_->bayesian()[part.tensor];
        const std::int64_t at = first_[part.tensor] + part.begin;
        bayesianKernels().gradients(
            {parameters_->values() + tensor.mean + part.begin,
             parameters_->values() + tensor.rho + part.begin, noise_ + at, deviation_ + at},
            plain_ + at, static_cast<float>(weightKl),
            parameters_->gradients() + tensor.mean + part.begin,
            parameters_->gradients() + tensor.rho + part.begin, part.end - part.begin);
    });
}

}  // namespace shearbench::device::cpu
