// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace shearbench::analysis {

/// The first Wasserstein distance of two samples, of any sizes: the area between their empirical
/// distribution functions, in the samples' unit. NaN where one is empty.
double wasserstein(std::span<const double> a, std::span<const double> b);

/// The same of two distributions over the whole numbers 0, 1, 2 ..., given by the shares of each.
double wassersteinOfShares(std::span<const double> a, std::span<const double> b);

struct Neighbour {
    std::size_t index = 0;
    double distance = 0;
};
/// The `wanted` of `references` (m, values) nearest to `query` (values) in Euclidean distance,
/// nearest first.
std::vector<Neighbour> nearestNeighbours(std::span<const float> query,
                                         std::span<const float> references, std::size_t wanted);

}  // namespace shearbench::analysis
