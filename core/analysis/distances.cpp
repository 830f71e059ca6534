// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/distances.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace shearbench::analysis {

double wasserstein(std::span<const double> a, std::span<const double> b) {
    if (a.empty() || b.empty())
        return std::numeric_limits<double>::quiet_NaN();
    std::vector<double> first(a.begin(), a.end()), second(b.begin(), b.end());
    std::sort(first.begin(), first.end());
    std::sort(second.begin(), second.end());
    std::size_t i = 0, j = 0;
    double previous = std::min(first[0], second[0]), area = 0;
    while (i < first.size() || j < second.size()) {
        const double value = j == second.size() || (i < first.size() && first[i] <= second[j])
                                 ? first[i]
                                 : second[j];
        const double gap = static_cast<double>(i) / static_cast<double>(first.size()) -
                           static_cast<double>(j) / static_cast<double>(second.size());
        area += std::fabs(gap) * (value - previous);
        previous = value;
        while (i < first.size() && first[i] == value)
            ++i;
        while (j < second.size() && second[j] == value)
            ++j;
    }
    return area;
}

double wassersteinOfShares(std::span<const double> a, std::span<const double> b) {
    if (a.empty() || b.empty())
        return std::numeric_limits<double>::quiet_NaN();
    double gap = 0, area = 0;
    for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
        gap += (i < a.size() ? a[i] : 0) - (i < b.size() ? b[i] : 0);
        area += std::fabs(gap);
    }
    return area;
}

std::vector<Neighbour> nearestNeighbours(std::span<const float> query,
                                         std::span<const float> references, std::size_t wanted) {
    std::vector<Neighbour> all;
    for (std::size_t at = 0; at + query.size() <= references.size(); at += query.size()) {
        double sum = 0;
        for (std::size_t i = 0; i < query.size(); ++i) {
            const double difference = static_cast<double>(query[i]) - references[at + i];
            sum += difference * difference;
        }
        all.push_back({at / query.size(), std::sqrt(sum)});
    }
    const std::size_t kept = std::min(wanted, all.size());
    std::partial_sort(
        all.begin(), all.begin() + static_cast<std::ptrdiff_t>(kept), all.end(),
        [](const Neighbour& a, const Neighbour& b) { return a.distance < b.distance; });
    all.resize(kept);
    return all;
}

}  // namespace shearbench::analysis
