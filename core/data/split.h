// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace shearbench::data {

/// Rows for training, validation and test, each ascending.
struct Split {
    std::vector<std::int64_t> training, validation, test;
};

/// Shares `rows` out by seed. With `groups` (one id a row; empty: every row its own group), whole
/// groups go to one side: groups are taken in a random order until a side has its fraction of the
/// rows, so that it may exceed it by less than a group. A fraction above 0 gets at least one row.
/// Equal arguments give equal splits everywhere. Throws Error(usage) for fractions outside [0, 1)
/// or that leave no training row.
Split makeSplit(std::span<const std::int64_t> rows, std::span<const std::int64_t> groups,
                double validationFraction, double testFraction, std::uint64_t seed);

/// The same for rows 0..count-1.
Split makeSplit(std::int64_t count, std::span<const std::int64_t> groups, double validationFraction,
                double testFraction, std::uint64_t seed);

}  // namespace shearbench::data
