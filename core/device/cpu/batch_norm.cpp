// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/batch_norm.h"

#include <algorithm>
#include <cmath>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

BatchNormState::BatchNormState(const network::Layer& layer, int width, Parameters& parameters)
    : channels_(layer.output.channels), parameters_(&parameters) {
    const Blocked map{layer.output, width};
    gamma_ = parameters.add(layer, "gamma", perChannel(map));
    beta_ = parameters.add(layer, "beta", perChannel(map));
    movingMean_ = parameters.add(layer, "moving_mean", perChannel(map));
    movingVariance_ = parameters.add(layer, "moving_variance", perChannel(map));
    mean_.resize(static_cast<std::size_t>(map.channels()));
    inverse_.resize(static_cast<std::size_t>(map.channels()));
    batchMean_.resize(static_cast<std::size_t>(channels_));
    batchVariance_.resize(static_cast<std::size_t>(channels_));
}

void BatchNormState::useBatch(const std::vector<double>& sums, double count) {
    for (std::size_t c = 0; c < batchMean_.size(); ++c) {
        const double mean = sums[2 * c] / count;
        const double variance = std::max(0.0, sums[2 * c + 1] / count - mean * mean);
        batchMean_[c] = mean;
        batchVariance_[c] = variance;
        mean_[c] = static_cast<float>(mean);
        inverse_[c] = static_cast<float>(1 / std::sqrt(variance + network::kBatchNormEpsilon));
    }
}

void BatchNormState::useMovingAverages() {
    const float* mean = parameters_->value(movingMean_);
    const float* variance = parameters_->value(movingVariance_);
    for (std::size_t c = 0; c < batchMean_.size(); ++c) {
        mean_[c] = mean[c];
        inverse_[c] = static_cast<float>(
            1 / std::sqrt(static_cast<double>(variance[c]) + network::kBatchNormEpsilon));
    }
}

void BatchNormState::moveAverages() const {
    const auto follow = [](float* moving, const std::vector<double>& batch) {
        for (std::size_t c = 0; c < batch.size(); ++c)
            moving[c] = static_cast<float>(network::kBatchNormMomentum * moving[c] +
                                           (1 - network::kBatchNormMomentum) * batch[c]);
    };
    follow(parameters_->value(movingMean_), batchMean_);
    follow(parameters_->value(movingVariance_), batchVariance_);
}

BatchNorm::BatchNorm(const network::Layer& layer, int width, int batch, Arena& arena,
                     Parameters& parameters)
    : map_{layer.output, width},
      batch_(batch),
      state_(layer, width, parameters),
      partialBuffer_(arena.requestShared("partial batch statistics", MemoryUse::workspace,
                                         4 * map_.channels(), batch)) {
    const auto channels = static_cast<std::size_t>(map_.channels());
    channelSums_.resize(2 * channels);
    scale_.resize(channels);
    offset_.resize(channels);
    slope_.resize(channels);
}

void BatchNorm::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    partial_ = reinterpret_cast<double*>(arena.at(partialBuffer_));
}

template <class Sums>
void BatchNorm::addUp(const Sums& sums) {
    const std::int64_t blocks = map_.blocks(), width = map_.width;
    parallelFor(batch_ * blocks, [&](std::int64_t task) {
        sums(task / blocks, task % blocks, partial_ + task * 2 * width);
    });
    std::fill(channelSums_.begin(), channelSums_.end(), 0.0);
    for (std::int64_t task = 0; task < batch_ * blocks; ++task)
        for (std::int64_t lane = 0; lane < width; ++lane) {
            const double* part = partial_ + task * 2 * width + lane;
            double* out =
                &channelSums_[static_cast<std::size_t>(2 * (task % blocks * width + lane))];
            out[0] += part[0];
            out[1] += part[width];
        }
}

void BatchNorm::forward(Mode mode) {
    const std::int64_t blocks = map_.blocks(), width = map_.width;
    if (mode == Mode::training) {
        addUp([&](std::int64_t n, std::int64_t block, double* sums) {
            kernels().blockedMoments(
                wiring_.input + n * map_.imageFloats() + block * map_.blockFloats(), map_.pixels(),
                sums);
        });
        state_.useBatch(channelSums_, static_cast<double>(batch_) * map_.pixels());
    } else {
        state_.useMovingAverages();
    }
    for (std::size_t c = 0; c < scale_.size(); ++c)
        scale_[c] = state_.gamma()[c] * state_.inverses()[c];
    parallelFor(batch_ * blocks, [&](std::int64_t task) {
        const std::int64_t at = task * map_.blockFloats();
        const std::int64_t lane = task % blocks * width;
        kernels().blockedNormalise(wiring_.input + at, wiring_.output + at, map_.pixels(),
                                   state_.means() + lane, &scale_[static_cast<std::size_t>(lane)],
                                   state_.beta() + lane);
    });
}

void BatchNorm::backward() {
    const std::int64_t blocks = map_.blocks(), width = map_.width;
    addUp([&](std::int64_t n, std::int64_t block, double* sums) {
        const std::int64_t at = n * map_.imageFloats() + block * map_.blockFloats();
        kernels().blockedNormaliseSums(wiring_.input + at, wiring_.outputGradient + at,
                                       map_.pixels(), state_.means() + block * width, sums);
    });
    const double count = static_cast<double>(batch_) * map_.pixels();
    for (std::size_t c = 0; c < scale_.size(); ++c) {
        const double inverse = state_.inverses()[c];
        state_.betaGradient()[c] = static_cast<float>(channelSums_[2 * c]);
        state_.gammaGradient()[c] = static_cast<float>(channelSums_[2 * c + 1] * inverse);
        offset_[c] = static_cast<float>(channelSums_[2 * c] / count);
        slope_[c] = static_cast<float>(channelSums_[2 * c + 1] / count * inverse * inverse);
    }
    if (!wiring_.inputGradient)
        return;
    parallelFor(batch_ * blocks, [&](std::int64_t task) {
        const std::int64_t at = task * map_.blockFloats();
        const auto lane = static_cast<std::size_t>(task % blocks * width);
        kernels().blockedNormaliseBackward(wiring_.input + at, wiring_.outputGradient + at,
                                           map_.pixels(), state_.means() + lane, &scale_[lane],
                                           &offset_[lane], &slope_[lane]);
    });
}

}  // namespace shearbench::device::cpu
