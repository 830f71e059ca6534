// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/targets.h"

#include <fmt/format.h>

#include <cmath>
#include <numeric>
#include <set>

#include "core/error.h"
#include "core/words.h"

namespace shearbench::data {
namespace {

constexpr std::array<const char*, 3> kNames{"e1", "e2", "redshift"};

void requireNames(const CutoutSource& source, const std::array<std::string, 3>& targets) {
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < 3; ++i)
        if (targets[i].empty())
            missing.emplace_back(kNames[i]);
    if (missing.empty())
        return;
    std::string sentence =
        fmt::format("{} has no column for {}.", source.schema().file, fmt::join(missing, ", "));
    for (const std::string& note : source.schema().notes)
        if (note.find("cannot be") != std::string::npos)
            sentence += " " + note;
    std::vector<std::string> known;
    for (const Column& column : source.schema().columns)
        known.push_back(column.name);
    sentence += known.empty() ? " It has no columns with one number an image."
                              : fmt::format(" It has {}.", fmt::join(known, ", "));
    throw Error(ErrorKind::data, sentence, "State the columns with --e1, --e2 and --redshift.");
}

}  // namespace

std::vector<double> readTarget(const CutoutSource& source, const std::string& name) {
    std::vector<double> column = source.readColumn(name);
    if (static_cast<std::int64_t>(column.size()) != source.schema().count)
        throw Error(ErrorKind::data,
                    fmt::format("The column {} of {} has {} values for {} images.", name,
                                source.schema().file, column.size(), source.schema().count));
    return column;
}

std::vector<double> readTargets(const CutoutSource& source,
                                const std::array<std::string, 3>& targets) {
    requireNames(source, targets);
    std::vector<double> values(3 * static_cast<std::size_t>(source.schema().count));
    for (std::size_t target = 0; target < 3; ++target) {
        const std::vector<double> column = readTarget(source, targets[target]);
        for (std::size_t row = 0; row < column.size(); ++row)
            values[3 * row + target] = column[row];
    }
    return values;
}

std::vector<float> targetsOf(std::span<const double> all, std::span<const std::int64_t> rows) {
    std::vector<float> targets;
    targets.reserve(3 * rows.size());
    for (const std::int64_t row : rows)
        for (std::size_t i = 0; i < 3; ++i)
            targets.push_back(static_cast<float>(all[3 * static_cast<std::size_t>(row) + i]));
    return targets;
}

UsableRows usableRows(const CutoutSource& source, const std::array<std::string, 3>& targets) {
    UsableRows usable;
    const auto count = static_cast<std::size_t>(source.schema().count);
    if (targets[0].empty() && targets[1].empty() && targets[2].empty()) {
        usable.rows.resize(count);
        std::iota(usable.rows.begin(), usable.rows.end(), std::int64_t{0});
        return usable;
    }
    const std::vector<double> values = readTargets(source, targets);
    std::int64_t notFinite = 0, beyondOne = 0, noRedshift = 0;
    for (std::size_t row = 0; row < count; ++row) {
        const double e1 = values[3 * row], e2 = values[3 * row + 1], redshift = values[3 * row + 2];
        if (!std::isfinite(e1) || !std::isfinite(e2) || !std::isfinite(redshift))
            ++notFinite;
        else if (std::fabs(e1) > 1 || std::fabs(e2) > 1)
            ++beyondOne;
        else if (redshift <= -1)
            ++noRedshift;
        else
            usable.rows.push_back(static_cast<std::int64_t>(row));
    }
    usable.leftOut = notFinite + beyondOne + noRedshift;
    if (usable.leftOut > 0) {
        std::vector<std::string> reasons;
        if (notFinite)
            reasons.push_back(fmt::format("{} with a target that is not finite", notFinite));
        if (beyondOne)
            reasons.push_back(fmt::format("{} with |e1| or |e2| above 1", beyondOne));
        if (noRedshift)
            reasons.push_back(fmt::format("{} with a redshift of -1 or less", noRedshift));
        usable.sentence = fmt::format("{} of {} rows are left out: {}.", usable.leftOut, count,
                                      fmt::join(reasons, ", "));
    }
    if (usable.rows.empty())
        throw Error(ErrorKind::data,
                    fmt::format("No row of {} can be trained on. {}", source.schema().file,
                                usable.sentence),
                    "Check which columns are used for e1, e2 and redshift.");
    return usable;
}

Split splitSource(const CutoutSource& source, const UsableRows& usable, const std::string& group,
                  double validationFraction, double testFraction, std::uint64_t seed) {
    std::vector<std::int64_t> groups;
    if (!group.empty() && group != "none") {
        const std::vector<std::int64_t> all = source.readIntegerColumn(group);
        groups.reserve(usable.rows.size());
        for (std::int64_t row : usable.rows)
            groups.push_back(all.at(static_cast<std::size_t>(row)));
    }
    const std::size_t needed =
        1u + (validationFraction > 0 ? 1u : 0u) + (testFraction > 0 ? 1u : 0u);
    const std::size_t found = std::set(groups.begin(), groups.end()).size();
    if (!groups.empty() && found < needed)
        throw Error(ErrorKind::data,
                    fmt::format("The {} of {} that can be used lie in {} of the column {}, and a "
                                "group stays on one side of the split: {} are needed.",
                                counted(static_cast<long long>(usable.rows.size()), "row"),
                                source.schema().file,
                                counted(static_cast<long long>(found), "group"), group, needed),
                    "Split row by row with --group none, or name another column with --group.");
    return makeSplit(usable.rows, groups, validationFraction, testFraction, seed);
}

}  // namespace shearbench::data
