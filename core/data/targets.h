// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/split.h"

// The labels e1, e2, redshift of a source's rows, and which rows can be trained on.

namespace shearbench::data {

/// One value an image. Throws Error(data) naming the column.
std::vector<double> readTarget(const CutoutSource& source, const std::string& name);

/// (count, 3): e1, e2, redshift of every row, as in the file. Throws Error(data) naming the targets
/// without a column, with the schema's notes on them.
std::vector<double> readTargets(const CutoutSource& source,
                                const std::array<std::string, 3>& targets);

/// (rows, 3) in the order of `rows` out of `all`, which readTargets gave.
std::vector<float> targetsOf(std::span<const double> all, std::span<const std::int64_t> rows);

struct UsableRows {
    std::vector<std::int64_t> rows;  ///< ascending
    std::int64_t leftOut = 0;
    std::string sentence;  ///< how many were left out and why; empty when none
};

/// Rows whose targets are finite, with |e1| and |e2| at most 1 and a redshift above -1: what is
/// beyond marks a failed or absent measurement (-10, 10, -99). With three empty names, all rows.
/// Throws Error(data) when none is left.
UsableRows usableRows(const CutoutSource& source, const std::array<std::string, 3>& targets);

/// makeSplit of the usable rows by the ids in column `group` (empty or "none": no grouping).
Split splitSource(const CutoutSource& source, const UsableRows& usable, const std::string& group,
                  double validationFraction, double testFraction, std::uint64_t seed);

}  // namespace shearbench::data
