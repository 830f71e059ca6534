// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/split.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"
#include "core/random.h"

namespace shearbench::data {
namespace {

std::int64_t sideSize(double fraction, std::size_t count) {
    return fraction > 0 ? std::max(1LL, std::llround(fraction * static_cast<double>(count))) : 0;
}

void requireFractions(double validation, double test) {
    for (double fraction : {validation, test})
        if (!(fraction >= 0 && fraction < 1))
            throw Error(
                ErrorKind::usage,
                fmt::format("The split has a fraction of {}; fractions lie from 0 to below 1.",
                            fraction));
    if (validation + test >= 1)
        throw Error(
            ErrorKind::usage,
            fmt::format(
                "The fractions {} for validation and {} for test leave nothing to train on.",
                validation, test));
}

/// The positions of `groups` by group, groups in ascending order of their ids.
std::vector<std::vector<std::size_t>> membersOf(std::span<const std::int64_t> groups) {
    std::vector<std::size_t> order(groups.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return groups[a] < groups[b]; });
    std::vector<std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 || groups[order[i]] != groups[order[i - 1]])
            members.emplace_back();
        members.back().push_back(order[i]);
    }
    return members;
}

}  // namespace

Split makeSplit(std::span<const std::int64_t> rows, std::span<const std::int64_t> groups,
                double validationFraction, double testFraction, std::uint64_t seed) {
    requireFractions(validationFraction, testFraction);
    if (!groups.empty() && groups.size() != rows.size())
        throw Error(ErrorKind::data,
                    fmt::format("{} group ids cannot split {} rows.", groups.size(), rows.size()));
    std::vector<std::vector<std::size_t>> members;
    if (!groups.empty())
        members = membersOf(groups);
    const std::size_t units = groups.empty() ? rows.size() : members.size();

    Split split;
    const auto sizeOf = [](const std::vector<std::int64_t>& side) {
        return static_cast<std::int64_t>(side.size());
    };
    const std::int64_t validationRows = sideSize(validationFraction, rows.size()),
                       testRows = sideSize(testFraction, rows.size());
    for (std::int64_t unit : permutation(static_cast<std::int64_t>(units),
                                         RandomStream(seed, StreamPurpose::split, 0))) {
        std::vector<std::int64_t>& side = sizeOf(split.test) < testRows ? split.test
                                          : sizeOf(split.validation) < validationRows
                                              ? split.validation
                                              : split.training;
        const auto index = static_cast<std::size_t>(unit);
        if (groups.empty())
            side.push_back(rows[index]);
        else
            for (std::size_t member : members[index])
                side.push_back(rows[member]);
    }
    if (split.training.empty())
        throw Error(
            ErrorKind::usage,
            fmt::format(
                "{} usable row{}{} cannot be split into {} for validation, {} for test and any to "
                "train on.",
                rows.size(), rows.size() == 1 ? "" : "s",
                groups.empty() ? "" : fmt::format(" in {} group{}", units, units == 1 ? "" : "s"),
                validationFraction, testFraction),
            "Use more images, or smaller fractions.");
    for (auto* side : {&split.training, &split.validation, &split.test})
        std::sort(side->begin(), side->end());
    return split;
}

Split makeSplit(std::int64_t count, std::span<const std::int64_t> groups, double validationFraction,
                double testFraction, std::uint64_t seed) {
    std::vector<std::int64_t> rows(static_cast<std::size_t>(std::max<std::int64_t>(count, 0)));
    std::iota(rows.begin(), rows.end(), std::int64_t{0});
    return makeSplit(rows, groups, validationFraction, testFraction, seed);
}

}  // namespace shearbench::data
