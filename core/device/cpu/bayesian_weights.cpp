// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/bayesian_weights.h"

#include <algorithm>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

void BayesianWeights::request(Arena& arena) {
    for (std::size_t t = 0; t < parameters_->bayesian().size(); ++t) {
        const Parameters::BayesianTensor& tensor = parameters_->bayesian()[t];
        const ParameterFormat& format = parameters_->format(tensor.drawn);
        for (std::int64_t i = 0; i < format.pieces; ++i) {
            const std::int64_t begin = i * format.plainPiece;
            const std::int64_t end =
                i + 1 < format.pieces ? begin + format.plainPiece : tensor.count;
            pieces_.push_back({t, i, begin, end - begin, count_ + begin, i * format.ownPiece});
            plainFloats_ = std::max(plainFloats_, end - begin);
        }
        count_ += tensor.count;
    }
    sums_.resize(pieces_.size());
    if (count_ == 0)
        return;
    noiseBuffer_ = arena.request("weight noise", MemoryUse::parameters, count_);
    deviationBuffer_ = arena.request("weight deviations", MemoryUse::parameters, count_);
    plainBuffer_ = arena.request("weights between formats", MemoryUse::workspace, 2 * plainFloats_,
                                 ThreadScope::threads());
}

void BayesianWeights::bind(const Arena& arena) {
    if (count_ == 0)
        return;
    noise_ = arena.at(noiseBuffer_);
    deviation_ = arena.at(deviationBuffer_);
    plain_ = arena.at(plainBuffer_);
}

WeightArrays BayesianWeights::arraysOf(const Piece& piece) const {
    const Parameters::BayesianTensor& tensor = parameters_->bayesian()[piece.tensor];
    const float* values = parameters_->values() + piece.begin;
    return {values + tensor.mean, values + tensor.rho, noise_ + piece.weights,
            deviation_ + piece.weights};
}

WeightGradients BayesianWeights::gradientsOf(const Piece& piece) const {
    const Parameters::BayesianTensor& tensor = parameters_->bayesian()[piece.tensor];
    float* gradients = parameters_->gradients() + piece.begin;
    return {gradients + tensor.mean, gradients + tensor.rho};
}

double BayesianWeights::sumOfPieces() const {
    double sum = 0;
    for (double part : sums_)
        sum += part;
    return sum;
}

double BayesianWeights::draw(StreamPurpose purpose, const StepNoise& noise) {
    if (!noise.given.empty())
        std::copy_n(noise.given.begin(), count_, noise_);
    unwritten_.reset();
    const auto step = static_cast<std::uint64_t>(noise.step);
    parallelWorkers(static_cast<std::int64_t>(pieces_.size()), [&](std::int64_t p, int worker) {
        const Piece& piece = pieces_[static_cast<std::size_t>(p)];
        const Parameters::BayesianTensor& tensor = parameters_->bayesian()[piece.tensor];
        WeightNoise source{};
        source.given = !noise.given.empty();
        const NormalCounter counter = normalCounter({noise.seed, purpose, tensor.number, step},
                                                    static_cast<std::uint32_t>(piece.begin / 4));
        std::copy(counter.counter.begin(), counter.counter.end(), source.counter);
        std::copy(counter.key.begin(), counter.key.end(), source.key);
        float* drawn = plainOf(worker);
        sums_[static_cast<std::size_t>(p)] =
            bayesianKernels().draw(arraysOf(piece), source, drawn, piece.count);
        parameters_->format(tensor.drawn)
            .packPiece(drawn, parameters_->value(tensor.drawn) + piece.drawn, piece.index);
    });
    return sumOfPieces();
}

void BayesianWeights::setToMeans() {
    for (const Parameters::BayesianTensor& tensor : parameters_->bayesian())
        parameters_->format(tensor.drawn)
            .pack(parameters_->values() + tensor.mean, parameters_->value(tensor.drawn));
}

template <class Work>
double BayesianWeights::overGradients(const Work& work) {
    parallelWorkers(static_cast<std::int64_t>(pieces_.size()), [&](std::int64_t p, int worker) {
        const Piece& piece = pieces_[static_cast<std::size_t>(p)];
        const Parameters::Slot drawn = parameters_->bayesian()[piece.tensor].drawn;
        float* byDrawn = plainOf(worker);
        parameters_->format(drawn).unpackPiece(parameters_->gradient(drawn) + piece.drawn, byDrawn,
                                               piece.index);
        sums_[static_cast<std::size_t>(p)] = work(piece, arraysOf(piece), byDrawn);
    });
    return sumOfPieces();
}

double BayesianWeights::spreadGradients(double weightKl) {
    unwritten_.reset();
    return overGradients(
        [&](const Piece& piece, const WeightArrays& weights, const float* byDrawn) {
            return bayesianKernels().gradients(weights, byDrawn, static_cast<float>(weightKl),
                                               gradientsOf(piece), piece.count);
        });
}

double BayesianWeights::update(double weightKl, const AdamStep& step) {
    unwritten_ = weightKl;
    return overGradients(
        [&](const Piece& piece, const WeightArrays& weights, const float* byDrawn) {
            const Parameters::BayesianTensor& tensor = parameters_->bayesian()[piece.tensor];
            const std::int64_t mean = tensor.mean + piece.begin, rho = tensor.rho + piece.begin;
            float *values = parameters_->values(), *first = parameters_->firstMoments(),
                  *second = parameters_->secondMoments();
            return bayesianKernels().update(weights, byDrawn, static_cast<float>(weightKl),
                                            {values + mean, values + rho, first + mean,
                                             second + mean, first + rho, second + rho, step},
                                            piece.count);
        });
}

/// The means have changed since; what was drawn around them has not.
void BayesianWeights::keepGradients() {
    if (!unwritten_)
        return;
    const auto weightKl = static_cast<float>(*unwritten_);
    unwritten_.reset();
    parallelWorkers(static_cast<std::int64_t>(pieces_.size()), [&](std::int64_t p, int worker) {
        const Piece& piece = pieces_[static_cast<std::size_t>(p)];
        const Parameters::Slot slot = parameters_->bayesian()[piece.tensor].drawn;
        const ParameterFormat& format = parameters_->format(slot);
        float *byDrawn = plainOf(worker), *mean = byDrawn + plainFloats_;
        format.unpackPiece(parameters_->gradient(slot) + piece.drawn, byDrawn, piece.index);
        format.unpackPiece(parameters_->value(slot) + piece.drawn, mean, piece.index);
        WeightArrays weights = arraysOf(piece);
        for (std::int64_t i = 0; i < piece.count; ++i)
            mean[i] -= weights.deviation[i] * weights.noise[i];
        weights.mean = mean;
        bayesianKernels().gradients(weights, byDrawn, weightKl, gradientsOf(piece), piece.count);
    });
}

}  // namespace shearbench::device::cpu
