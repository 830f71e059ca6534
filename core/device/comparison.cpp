// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shearbench::device {

double Difference::relative() const {
    return typical == 0 ? 0 : typical / size;
}

Difference differenceOf(std::span<const float> a, std::span<const float> b) {
    Difference found;
    double squares = 0, sizes = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = static_cast<double>(a[i]) - b[i];
        found.largest = std::max(found.largest, std::fabs(d));
        squares += d * d;
        sizes += static_cast<double>(a[i]) * a[i];
    }
    const auto count = static_cast<double>(std::max<std::size_t>(a.size(), 1));
    found.typical = std::sqrt(squares / count);
    found.size = std::sqrt(sizes / count);
    if (!std::isfinite(squares) || !std::isfinite(sizes))
        found.largest = found.typical = std::numeric_limits<double>::quiet_NaN();
    return found;
}

const TensorComparison* StepComparison::worst() const {
    const auto badness = [](const TensorComparison& tensor) {
        const double relative = (tensor.trainable ? tensor.gradient : tensor.parameter).relative();
        return std::isnan(relative) ? std::numeric_limits<double>::infinity() : relative;
    };
    const auto worst =
        std::max_element(tensors.begin(), tensors.end(),
                         [&](const auto& a, const auto& b) { return badness(a) < badness(b); });
    return worst == tensors.end() ? nullptr : &*worst;
}

std::vector<TensorComparison> compareTensors(const network::Network& network,
                                             std::span<const float> firstGradients,
                                             std::span<const float> secondGradients,
                                             std::span<const float> firstParameters,
                                             std::span<const float> secondParameters) {
    std::vector<TensorComparison> tensors;
    for (const network::Parameter& tensor : network.parameters()) {
        const auto compare = [&](std::span<const float> a, std::span<const float> b) {
            return differenceOf(a.subspan(tensor.offset, tensor.count),
                                b.subspan(tensor.offset, tensor.count));
        };
        tensors.push_back({tensor.name, tensor.trainable, compare(firstGradients, secondGradients),
                           compare(firstParameters, secondParameters)});
    }
    return tensors;
}

}  // namespace shearbench::device
