// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/quality.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/data/targets.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

bool isSentinel(std::size_t target, double value) {
    for (double mark : {10.0, 99.0, 999.0, 9999.0})
        if (std::fabs(value) == mark)
            return true;
    return target == 2 && (value == -1 || value == -9);
}

void describe(Quality& quality, const std::array<std::string, 3>& targets) {
    const auto say = [&](const std::string& sentence) { quality.sentences.push_back(sentence); };
    for (std::size_t i = 0; i < 3; ++i) {
        if (quality.notFinite[i])
            say(fmt::format("{} is not finite in {} of {} rows.", targets[i], quality.notFinite[i],
                            quality.rows));
        if (quality.sentinels[i])
            say(
                fmt::format("{} looks like a mark of a missing measurement (-10, 10, -99) in {} of "
                            "{} rows.",
                            targets[i], quality.sentinels[i], quality.rows));
        if (quality.usable > 1 && quality.least[i] == quality.most[i])
            say(fmt::format("{} is {} in all rows: there is nothing to learn about it.", targets[i],
                            quality.least[i]));
    }
    if (quality.impossibleEllipticity)
        say(fmt::format("The ellipticity is 1 or more, as no ellipse has it, in {} of {} rows.",
                        quality.impossibleEllipticity, quality.rows));
    if (quality.negativeRedshift)
        say(fmt::format("The redshift is negative in {} of {} rows.", quality.negativeRedshift,
                        quality.rows));
    if (quality.usable > 0 && quality.usable < quality.rows)
        say(fmt::format("{} of {} rows have labels that can be trained on.", quality.usable,
                        quality.rows));
}

}  // namespace

Quality checkTargets(const CutoutSource& source, const std::array<std::string, 3>& targets) {
    Quality quality;
    quality.rows = source.schema().count;
    std::array<std::vector<double>, 3> columns;
    for (std::size_t i = 0; i < 3; ++i)
        if (!targets[i].empty()) {
            columns[i] = readTarget(source, targets[i]);
            for (const double value : columns[i]) {
                quality.notFinite[i] += !std::isfinite(value);
                quality.sentinels[i] += isSentinel(i, value);
            }
        }
    for (std::size_t row = 0; row < std::min(columns[0].size(), columns[1].size()); ++row) {
        const double ellipticity = std::hypot(columns[0][row], columns[1][row]);
        quality.impossibleEllipticity += std::isfinite(ellipticity) && ellipticity >= 1;
    }
    for (const double redshift : columns[2])
        quality.negativeRedshift += std::isfinite(redshift) && redshift < 0;
    const bool complete = !columns[0].empty() && !columns[1].empty() && !columns[2].empty();
    std::vector<std::int64_t> rows;
    try {
        if (complete)
            rows = usableRows(source, targets).rows;
    } catch (const Error&) {
        quality.sentences.push_back("No row has labels that can be trained on.");
    }
    quality.usable = static_cast<std::int64_t>(rows.size());
    for (std::size_t i = 0; i < 3 && !rows.empty(); ++i) {
        quality.least[i] = std::numeric_limits<double>::infinity();
        quality.most[i] = -quality.least[i];
        for (std::int64_t row : rows) {
            const double value = columns[i][static_cast<std::size_t>(row)];
            quality.least[i] = std::min(quality.least[i], value);
            quality.most[i] = std::max(quality.most[i], value);
        }
    }
    describe(quality, targets);
    quality.usableRows = std::move(rows);
    return quality;
}

PixelQuality checkPixels(const CutoutSource& source, std::int64_t images) {
    constexpr std::size_t kBlockValues = std::size_t{1} << 21;
    PixelQuality quality;
    const std::vector<std::int64_t> rows = sampleRows(source.schema(), images);
    const std::size_t size = imageSize(source.schema());
    const std::size_t block = std::min(std::max<std::size_t>(1, kBlockValues / size),
                                       std::max<std::size_t>(1, rows.size()));
    std::vector<float> values(block * size);
    for (std::size_t first = 0; first < rows.size(); first += block) {
        const auto part = std::span(rows).subspan(first, std::min(block, rows.size() - first));
        source.readImages(part, std::span(values).first(part.size() * size));
        for (std::size_t i = 0; i < part.size(); ++i) {
            const auto image = std::span<const float>(values).subspan(i * size, size);
            const std::int64_t bad = nonFiniteValues(image);
            ++quality.images;
            quality.imagesWithNonFinite += bad > 0;
            if (bad > 0)
                quality.nonFiniteRows.push_back(part[i]);
            quality.nonFinitePixels += bad;
            quality.blankImages +=
                bad == 0 && std::all_of(image.begin(), image.end(),
                                        [&](float value) { return value == image.front(); });
        }
    }
    return quality;
}

std::int64_t trainableRows(const Quality& labels, const PixelQuality& pixels) {
    return std::count_if(labels.usableRows.begin(), labels.usableRows.end(), [&](std::int64_t row) {
        return !std::binary_search(pixels.nonFiniteRows.begin(), pixels.nonFiniteRows.end(), row);
    });
}

}  // namespace shearbench::data
