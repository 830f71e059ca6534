// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/adam.h"

#include <cmath>

namespace shearbench::device::eigen {

std::vector<TrainableRange> trainableRanges(const network::Network& network) {
    std::vector<TrainableRange> ranges;
    for (const network::Parameter& parameter : network.parameters()) {
        if (!parameter.trainable)
            continue;
        if (!ranges.empty() && ranges.back().end == parameter.offset)
            ranges.back().end += parameter.count;
        else
            ranges.push_back({parameter.offset, parameter.offset + parameter.count});
    }
    return ranges;
}

double gradientNorm(std::span<const float> gradients, std::span<const TrainableRange> ranges) {
    double sum = 0;
    for (const TrainableRange& range : ranges)
        for (std::size_t i = range.begin; i < range.end; ++i)
            sum += static_cast<double>(gradients[i]) * gradients[i];
    return std::sqrt(sum);
}

void adamUpdate(const AdamArrays& arrays, std::span<const TrainableRange> ranges,
                const StepSettings& settings, double gradientScale, std::int64_t update,
                ThreadPool& pool) {
    const auto time = static_cast<double>(update);
    const auto keepFirst = static_cast<float>(settings.beta1);
    const auto keepSecond = static_cast<float>(settings.beta2);
    const auto takeFirst = static_cast<float>(1 - settings.beta1);
    const auto takeSecond = static_cast<float>(1 - settings.beta2);
    const auto rate =
        static_cast<float>(settings.learningRate / (1 - std::pow(settings.beta1, time)));
    const auto unbias = static_cast<float>(1 / std::sqrt(1 - std::pow(settings.beta2, time)));
    const auto epsilon = static_cast<float>(settings.epsilon);
    const auto scale = static_cast<float>(gradientScale);

    float* parameter = arrays.parameters.data();
    const float* gradient = arrays.gradients.data();
    float* first = arrays.firstMoment.data();
    float* second = arrays.secondMoment.data();
    for (const TrainableRange& range : ranges)
        pool.forShares(range.end - range.begin, [=](std::size_t begin, std::size_t end) {
            for (std::size_t i = range.begin + begin; i < range.begin + end; ++i) {
                const float g = scale * gradient[i];
                first[i] = keepFirst * first[i] + takeFirst * g;
                second[i] = keepSecond * second[i] + takeSecond * g * g;
                parameter[i] -= rate * first[i] / (std::sqrt(second[i]) * unbias + epsilon);
            }
        });
}

}  // namespace shearbench::device::eigen
