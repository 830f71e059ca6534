// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/batch_norm.h"

#include <cmath>

namespace shearbench::device::eigen {

BatchNorm::BatchNorm(OperationContext context)
    : channels_(static_cast<std::size_t>(context.layer.input.channels)),
      pixels_(context.layer.input.count() / channels_),
      gamma_(context.tensors.at(0)),
      beta_(context.tensors.at(1)),
      movingMean_(context.tensors.at(2)),
      movingVariance_(context.tensors.at(3)),
      batch_(channels_),
      pool_(context.pool) {}

OperationMemory BatchNorm::memory(const network::Layer& layer) {
    return {static_cast<std::size_t>(layer.input.channels) * sizeof(Statistics), 0};
}

BatchNorm::Statistics BatchNorm::statisticsOf(const float* in, std::size_t channel,
                                              std::size_t images) const {
    const double count = static_cast<double>(images * pixels_);
    double sum = 0;
    for (std::size_t image = 0; image < images; ++image) {
        const float* x = in + (image * channels_ + channel) * pixels_;
        for (std::size_t p = 0; p < pixels_; ++p)
            sum += x[p];
    }
    const double mean = sum / count;
    double squares = 0;
    for (std::size_t image = 0; image < images; ++image) {
        const float* x = in + (image * channels_ + channel) * pixels_;
        for (std::size_t p = 0; p < pixels_; ++p)
            squares += (x[p] - mean) * (x[p] - mean);
    }
    return {mean, squares / count};
}

void BatchNorm::forward(const float* in, float* out, std::size_t images, Mode mode) {
    pool_.forShares(channels_, [=, this](std::size_t begin, std::size_t end) {
        for (std::size_t channel = begin; channel < end; ++channel) {
            Statistics used{movingMean_.values[channel], movingVariance_.values[channel]};
            if (mode == Mode::training)
                used = batch_[channel] = statisticsOf(in, channel, images);
            const double scale =
                gamma_.values[channel] / std::sqrt(used.variance + network::kBatchNormEpsilon);
            const auto mean = static_cast<float>(used.mean), factor = static_cast<float>(scale);
            // What rounding the mean to single precision leaves over goes into the offset.
            const auto offset =
                static_cast<float>(beta_.values[channel] - (used.mean - mean) * scale);
            for (std::size_t image = 0; image < images; ++image) {
                const float* x = in + (image * channels_ + channel) * pixels_;
                float* y = out + (image * channels_ + channel) * pixels_;
                for (std::size_t p = 0; p < pixels_; ++p)
                    y[p] = (x[p] - mean) * factor + offset;
            }
        }
    });
}

void BatchNorm::backward(const float* in, const float* outGradient, float* inGradient,
                         std::size_t images) {
    pool_.forShares(channels_, [=, this](std::size_t begin, std::size_t end) {
        for (std::size_t channel = begin; channel < end; ++channel)
            backwardOf(channel, in, outGradient, inGradient, images);
    });
}

void BatchNorm::backwardOf(std::size_t channel, const float* in, const float* outGradient,
                           float* inGradient, std::size_t images) {
    const double mean = batch_[channel].mean;
    const double inverse = 1 / std::sqrt(batch_[channel].variance + network::kBatchNormEpsilon);
    double sum = 0, sumWithNormalised = 0;
    for (std::size_t image = 0; image < images; ++image) {
        const float* x = in + (image * channels_ + channel) * pixels_;
        const float* g = outGradient + (image * channels_ + channel) * pixels_;
        for (std::size_t p = 0; p < pixels_; ++p) {
            sum += g[p];
            sumWithNormalised += g[p] * ((x[p] - mean) * inverse);
        }
    }
    beta_.gradients[channel] = static_cast<float>(sum);
    gamma_.gradients[channel] = static_cast<float>(sumWithNormalised);
    if (!inGradient)
        return;
    const double count = static_cast<double>(images * pixels_);
    const double scale = gamma_.values[channel] * inverse;
    for (std::size_t image = 0; image < images; ++image) {
        const float* x = in + (image * channels_ + channel) * pixels_;
        const float* g = outGradient + (image * channels_ + channel) * pixels_;
        float* h = inGradient + (image * channels_ + channel) * pixels_;
        for (std::size_t p = 0; p < pixels_; ++p) {
            const double normalised = (x[p] - mean) * inverse;
            h[p] =
                static_cast<float>(scale * (g[p] - (sum + normalised * sumWithNormalised) / count));
        }
    }
}

void BatchNorm::updateAverages() {
    constexpr double kKeep = network::kBatchNormMomentum;
    for (std::size_t channel = 0; channel < channels_; ++channel) {
        float& mean = movingMean_.values[channel];
        float& variance = movingVariance_.values[channel];
        mean = static_cast<float>(kKeep * mean + (1 - kKeep) * batch_[channel].mean);
        variance = static_cast<float>(kKeep * variance + (1 - kKeep) * batch_[channel].variance);
    }
}

}  // namespace shearbench::device::eigen
