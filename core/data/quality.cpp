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
            say(fmt::format("{} of {} values of {} are not finite.", quality.notFinite[i],
                            quality.rows, targets[i]));
        if (quality.sentinels[i])
            say(fmt::format(
                "{} of {} values of {} look like marks of a missing measurement (-10, 10, -99).",
                quality.sentinels[i], quality.rows, targets[i]));
        if (quality.usable > 1 && quality.least[i] == quality.most[i])
            say(fmt::format("{} is {} in all rows: there is nothing to learn about it.", targets[i],
                            quality.least[i]));
    }
    if (quality.impossibleEllipticity)
        say(fmt::format("{} of {} rows have an ellipticity of 1 or more, which no ellipse has.",
                        quality.impossibleEllipticity, quality.rows));
    if (quality.negativeRedshift)
        say(fmt::format("{} of {} redshifts are negative.", quality.negativeRedshift,
                        quality.rows));
    if (quality.usable < quality.rows)
        say(fmt::format("{} of {} rows can be trained on.", quality.usable, quality.rows));
}

}  // namespace

Quality checkTargets(const CutoutSource& source, const std::array<std::string, 3>& targets) {
    const std::vector<double> values = readTargets(source, targets);
    Quality quality;
    quality.rows = source.schema().count;
    for (std::size_t row = 0; row < values.size() / 3; ++row) {
        const double* value = &values[3 * row];
        for (std::size_t i = 0; i < 3; ++i) {
            quality.notFinite[i] += !std::isfinite(value[i]);
            quality.sentinels[i] += isSentinel(i, value[i]);
        }
        const double ellipticity = std::hypot(value[0], value[1]);
        quality.impossibleEllipticity += std::isfinite(ellipticity) && ellipticity >= 1;
        quality.negativeRedshift += std::isfinite(value[2]) && value[2] < 0;
    }
    std::vector<std::int64_t> rows;
    try {
        rows = usableRows(source, targets).rows;
    } catch (const Error&) {
        quality.sentences.push_back("No row can be trained on.");
    }
    quality.usable = static_cast<std::int64_t>(rows.size());
    for (std::size_t i = 0; i < 3 && !rows.empty(); ++i) {
        quality.least[i] = std::numeric_limits<double>::infinity();
        quality.most[i] = -quality.least[i];
        for (std::int64_t row : rows) {
            const double value = values[3 * static_cast<std::size_t>(row) + i];
            quality.least[i] = std::min(quality.least[i], value);
            quality.most[i] = std::max(quality.most[i], value);
        }
    }
    describe(quality, targets);
    return quality;
}

PixelQuality checkPixels(const CutoutSource& source, std::int64_t images) {
    PixelQuality quality;
    const std::vector<std::int64_t> rows = sampleRows(source.schema(), images);
    std::vector<float> image(imageSize(source.schema()));
    for (std::int64_t row : rows) {
        source.readImages({&row, 1}, image);
        const auto bad = std::count_if(image.begin(), image.end(),
                                       [](float pixel) { return !std::isfinite(pixel); });
        ++quality.images;
        quality.imagesWithNonFinite += bad > 0;
        quality.nonFinitePixels += bad;
    }
    return quality;
}

}  // namespace shearbench::data
