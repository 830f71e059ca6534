// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/comparison.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

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
        const double relative = tensor.judged().relative();
        return std::isnan(relative) ? std::numeric_limits<double>::infinity() : relative;
    };
    const auto worst =
        std::max_element(tensors.begin(), tensors.end(),
                         [&](const auto& a, const auto& b) { return badness(a) < badness(b); });
    return worst == tensors.end() ? nullptr : &*worst;
}

void CheckRecord::add(StepComparison step) {
    const auto sameName = [](const TensorComparison& a, const TensorComparison& b) {
        return a.name == b.name;
    };
    if (!std::equal(step.tensors.begin(), step.tensors.end(), latest.tensors.begin(),
                    latest.tensors.end(), sameName))
        *this = {};
    ++steps;
    latest = std::move(step);
    most.resize(latest.tensors.size());
    for (std::size_t i = 0; i < most.size(); ++i) {
        const double now = latest.tensors[i].judged().relative();
        if (!(now <= most[i]) && !std::isnan(most[i]))
            most[i] = now;
    }
    const TensorComparison* worst = latest.worst();
    const double relative = worst ? worst->judged().relative() : 0;
    const auto last = static_cast<double>(worst_.size() - 1);
    double bin = 0;
    if (relative != 0)
        bin = 1 + std::ceil(kBinsADecade * (kDecades + std::log10(relative)));
    if (relative > 0)
        bin = std::max(bin, 1.0);
    // One that is not finite is beyond.
    ++worst_[static_cast<std::size_t>(bin <= last ? bin : last)];
}

double CheckRecord::usual() const {
    std::int64_t within = 0;
    std::size_t bin = 0;
    while (bin < worst_.size() - 1 && 2 * (within += worst_[bin]) < steps)
        ++bin;
    if (bin == worst_.size() - 1)
        return std::numeric_limits<double>::infinity();
    return bin == 0 ? 0 : std::pow(10, static_cast<double>(bin - 1) / kBinsADecade - kDecades);
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
