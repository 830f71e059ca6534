// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/dataset.h"

#include <QFileInfo>
#include <QObject>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/analysis/colour_image.h"
#include "core/data/memory_source.h"

namespace shearbench::app {

namespace {

// Columns are kept for sorting and filtering; a file with more than this many numbers in them shows
// only those that the window itself needs.
constexpr std::size_t kMostColumnNumbers = 64'000'000;
constexpr std::int64_t kMostTexts = 1'000'000;  // rows of a column
constexpr int kStatisticsCutouts = 64;

std::vector<widgets::CutoutFormat::SharedLimits> sharedLimits(std::span<const float> pixels,
                                                              const widgets::CutoutFormat& format) {
    const std::size_t plane =
        static_cast<std::size_t>(format.height) * static_cast<std::size_t>(format.width);
    std::vector<widgets::CutoutFormat::SharedLimits> limits;
    for (std::size_t band = 0; band < static_cast<std::size_t>(format.channels); ++band) {
        std::vector<float> together;
        for (std::size_t first = band * plane; first < pixels.size(); first += format.pixels())
            together.insert(together.end(), &pixels[first], &pixels[first] + plane);
        limits.push_back({analysis::zscaleLimits(together),
                          analysis::percentileLimits(together, 0.25, 99.75),
                          analysis::percentileLimits(together, 0, 100)});
    }
    return limits;
}

widgets::CutoutFormat formatOf(const data::CutoutSource& source) {
    const data::Schema& schema = source.schema();
    widgets::CutoutFormat format;
    format.channels = schema.channels;
    format.height = schema.height;
    format.width = schema.width;
    for (const std::string& band : schema.bands)
        format.bands << QString::fromStdString(band);
    format.pixelScaleArcsec = schema.pixelScaleArcsec;
    format.units = QString::fromStdString(schema.units);

    const std::vector<std::int64_t> rows = data::sampleRows(schema, kStatisticsCutouts);
    std::vector<float> pixels(rows.size() * format.pixels());
    source.readImages(rows, pixels);
    format.statistics =
        analysis::bandStatistics(pixels, schema.channels, schema.height, schema.width);
    format.sharedLimits = sharedLimits(pixels, format);
    format.colour = analysis::colourChannels(schema.bands, schema.channels, schema.zeroPoints,
                                             format.statistics);
    return format;
}

bool isNeeded(const data::Schema& schema, const std::string& name) {
    return name == "snr" || name == schema.group ||
           std::find(schema.targets.begin(), schema.targets.end(), name) != schema.targets.end();
}

widgets::RowTable::Column numbersOf(const data::CutoutSource& source, const data::Column& column) {
    constexpr double kExact = 9007199254740992;  // 2^53
    widgets::RowTable::Column made{QString::fromStdString(column.name),
                                   source.readColumn(column.name)};
    // The bits of larger uint64 would read as negative.
    constexpr double kSigned = 9223372036854775808.0;  // 2^63
    const bool fits = std::none_of(made.values.begin(), made.values.end(),
                                   [](double value) { return value >= kSigned; });
    if (column.integer && fits &&
        std::any_of(made.values.begin(), made.values.end(),
                    [](double value) { return std::fabs(value) >= kExact; }))
        made.integers = source.readIntegerColumn(column.name);
    return made;
}

widgets::RowTable::Column textsOf(const data::CutoutSource& source, const data::Column& column) {
    const std::vector<std::string> texts = source.readTextColumn(column.name);
    std::vector<std::string> words = texts;
    std::sort(words.begin(), words.end());
    words.erase(std::unique(words.begin(), words.end()), words.end());
    widgets::RowTable::Column made{QString::fromStdString(column.name), {}};
    for (const std::string& text : texts)
        made.values.push_back(static_cast<double>(
            std::lower_bound(words.begin(), words.end(), text) - words.begin()));
    for (const std::string& word : words)
        made.words << QString::fromStdString(word);
    return made;
}

widgets::RowTable tableOf(const data::CutoutSource& source, const data::Split& split) {
    const data::Schema& schema = source.schema();
    widgets::RowTable table;
    table.rows = schema.count;
    const bool all =
        schema.columns.size() * static_cast<std::size_t>(schema.count) <= kMostColumnNumbers;
    for (const data::Column& column : schema.columns)
        if (all || isNeeded(schema, column.name))
            table.columns.push_back(numbersOf(source, column));
    for (const data::Column& column : schema.textColumns)
        if (schema.count <= kMostTexts)
            table.columns.push_back(textsOf(source, column));
    constexpr std::uint8_t kTraining = 0, kValidation = 1, kTest = 2;
    table.split.assign(static_cast<std::size_t>(schema.count), kTraining);
    for (std::int64_t row : split.validation)
        table.split[static_cast<std::size_t>(row)] = kValidation;
    for (std::int64_t row : split.test)
        table.split[static_cast<std::size_t>(row)] = kTest;
    return table;
}

/// Looks at a few cutouts of those to train on: where none is finite, neither are the others.
void lookForPixels(Dataset& dataset) {
    constexpr std::size_t kLookedAt = 16;
    const data::CutoutSource& source = *dataset.prepared.source;
    const std::vector<std::int64_t>& all = dataset.prepared.split.training;
    const std::size_t count = std::min(all.size(), kLookedAt);
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < count; ++i)
        rows.push_back(all[i * all.size() / count]);
    std::sort(rows.begin(), rows.end());
    if (count == 0 || source.changesWithEpoch() ||
        !data::finiteRows(source, rows, [](std::int64_t, std::int64_t) { return true; }).empty())
        return;
    dataset.obstacle = QObject::tr(
                           "The images of %1 hold pixels that are not finite; none of the "
                           "%2 looked at can be trained on.")
                           .arg(QFileInfo(QString::fromStdString(source.schema().file)).fileName(),
                                QString::number(count));
    dataset.remedy = QObject::tr(
        "Replace such pixels in the file, for instance by 0, or choose another dataset of it.");
}

}  // namespace

int Dataset::targetColumn(int target) const {
    return catalogue->table.columnOf(
        QString::fromStdString(prepared.experiment.data.targets[static_cast<std::size_t>(target)]));
}

std::shared_ptr<const Dataset> loadDataset(const Experiment& experiment) {
    auto dataset = std::make_shared<Dataset>();
    dataset->prepared = training::prepareData(experiment);
    lookForPixels(*dataset);
    auto catalogue = std::make_shared<widgets::CutoutCatalogue>();
    catalogue->format = formatOf(*dataset->prepared.source);
    catalogue->table = tableOf(*dataset->prepared.source, dataset->prepared.split);
    catalogue->snr = catalogue->table.columnOf(QStringLiteral("snr"));
    dataset->catalogue = std::move(catalogue);
    return dataset;
}

std::vector<std::int64_t> representativeRows(const Dataset& dataset, int count) {
    const data::Split& split = dataset.prepared.split;
    std::vector<std::int64_t> rows = !split.test.empty()         ? split.test
                                     : !split.validation.empty() ? split.validation
                                                                 : split.training;
    const int e1 = dataset.targetColumn(0), e2 = dataset.targetColumn(1);
    if (e1 < 0 || e2 < 0)
        return {};
    std::erase_if(rows, [&](std::int64_t row) {
        return !(std::hypot(dataset.value(e1, row), dataset.value(e2, row)) < 0.6);
    });
    if (const int snr = dataset.snrColumn(); snr >= 0) {
        const auto brighter = [&](std::int64_t a, std::int64_t b) {
            return dataset.value(snr, a) > dataset.value(snr, b);
        };
        const std::size_t kept =
            std::min(rows.size(), std::max((rows.size() + 1) / 2, static_cast<std::size_t>(count)));
        const auto end = rows.begin() + static_cast<std::ptrdiff_t>(kept);
        std::partial_sort(rows.begin(), end, rows.end(), brighter);
        rows.erase(end, rows.end());
    }

    // Farthest point first: each next galaxy is the one farthest from those chosen.
    std::vector<std::int64_t> chosen;
    std::vector<double> distance(rows.size(), std::numeric_limits<double>::infinity());
    for (std::size_t next = 0; !rows.empty() && chosen.size() < static_cast<std::size_t>(count);) {
        chosen.push_back(rows[next]);
        for (std::size_t i = 0; i < rows.size(); ++i)
            distance[i] =
                std::min(distance[i],
                         std::hypot(dataset.value(e1, rows[i]) - dataset.value(e1, rows[next]),
                                    dataset.value(e2, rows[i]) - dataset.value(e2, rows[next])));
        next = static_cast<std::size_t>(std::max_element(distance.begin(), distance.end()) -
                                        distance.begin());
        if (distance[next] <= 0)
            break;
    }
    return chosen;
}

}  // namespace shearbench::app
