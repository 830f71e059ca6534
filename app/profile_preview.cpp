// SPDX-License-Identifier: GPL-3.0-or-later
#include <QLocale>
#include <algorithm>
#include <cmath>

#include "app/profile_controller.h"
#include "app/reading_words.h"
#include "core/analysis/colour_image.h"
#include "core/data/cutout_file.h"
#include "core/data/normalisation.h"
#include "core/data/schema_request.h"

namespace shearbench::app {

namespace {

constexpr std::int64_t kCutouts = 32;
constexpr std::size_t kBins = 48;

QString text(const std::string& s) {
    return QString::fromStdString(s);
}

QString sizes(const std::vector<std::uint64_t>& extents) {
    QStringList list;
    for (const std::uint64_t extent : extents)
        list << QLocale(QLocale::English).toString(qulonglong(extent));
    return list.join(QStringLiteral(" × "));
}

/// The one that stands out most: large where its pixels spread beyond the noise.
std::size_t brightest(const std::vector<float>& images, std::size_t size) {
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < images.size() / size; ++i) {
        const auto limits =
            analysis::percentileLimits(std::span(images).subspan(i * size, size), 50, 99);
        if (limits[1] - limits[0] > most) {
            most = limits[1] - limits[0];
            best = i;
        }
    }
    return best;
}

std::vector<widgets::BandHistogram> histogramsOf(const std::vector<float>& images,
                                                 const data::Schema& schema) {
    const auto limits = analysis::percentileLimits(images, 0.02, 99.98);
    const double low = limits[0], high = std::max(limits[1], low + 1e-6);
    const std::size_t plane =
        static_cast<std::size_t>(schema.height) * static_cast<std::size_t>(schema.width);
    const auto channels = static_cast<std::size_t>(schema.channels);
    std::vector<widgets::BandHistogram> histograms(channels);
    for (std::size_t band = 0; band < channels; ++band) {
        widgets::BandHistogram& histogram = histograms[band];
        histogram.low = low;
        histogram.high = high;
        histogram.counts.assign(kBins, 0);
        double count = 0, sum = 0, squares = 0;
        for (std::size_t first = band * plane; first < images.size(); first += channels * plane)
            for (std::size_t i = first; i < first + plane; ++i) {
                const double value = images[i];
                if (!std::isfinite(value))
                    continue;
                ++count;
                sum += value;
                squares += value * value;
                const double place = (value - low) / (high - low) * kBins;
                if (place >= 0 && place < kBins)
                    ++histogram.counts[static_cast<std::size_t>(place)];
            }
        if (count > 0) {
            histogram.mean = sum / count;
            histogram.sigma =
                std::sqrt(std::max(0.0, squares / count - histogram.mean * histogram.mean));
        }
    }
    return histograms;
}

/// As training would, but from `rows` alone where the scale is that of the images.
data::Normalisation normalisationOf(const DataSettings& settings, const data::CutoutFile& file,
                                    const std::vector<std::int64_t>& rows) {
    using Kind = data::Normalisation::Kind;
    data::Normalisation normalisation{data::normalisationKind(settings.normalisation), {}};
    if (normalisation.kind == Kind::none)
        return normalisation;
    normalisation.scale = settings.normalisationScale;
    if (normalisation.scale.size() != static_cast<std::size_t>(file.schema().channels))
        normalisation.scale = normalisation.kind == Kind::tanhAsinh ? data::meanMaxima(file, rows)
                                                                    : data::skySigma(file);
    return normalisation;
}

void lookAtPixels(const data::CutoutFile& file, const DataSettings& settings,
                  widgets::ProfilePreview& preview) {
    const data::Schema& schema = file.schema();
    const std::size_t size = data::imageSize(schema);
    std::vector<float> images;
    const std::vector<std::int64_t> rows = data::sampleRows(schema, kCutouts);
    images.resize(rows.size() * size);
    file.readImages(rows, images);
    widgets::CutoutFormat& format = preview.format;
    format.channels = schema.channels;
    format.height = schema.height;
    format.width = schema.width;
    for (const std::string& band : schema.bands)
        format.bands << text(band);
    format.pixelScaleArcsec = schema.pixelScaleArcsec;
    const std::size_t best = brightest(images, size);
    const auto first = images.begin() + static_cast<std::ptrdiff_t>(best * size);
    preview.pixels = std::make_shared<const std::vector<float>>(
        first, first + static_cast<std::ptrdiff_t>(size));
    const data::Normalisation normalisation = normalisationOf(settings, file, rows);
    for (std::size_t i = 0; i < rows.size(); ++i)
        normalisation.apply(std::span(images).subspan(i * size, size));
    preview.histograms = histogramsOf(images, schema);
}

/// Where the file does not say which of several variants is meant, the first, to be looked at.
void showFirstVariant(DataSettings data, widgets::ProfilePreview& preview) {
    if (preview.variants < 2 || data.variant >= 0)
        return;
    data.variant = 0;
    try {
        const data::CutoutFile file(data.file, data::schemaRequest(data));
        lookAtPixels(file, data, preview);
        preview.storedSide = file.schema().storedHeight;
        preview.summary = QObject::tr("Variant 0 is shown.");
    } catch (const Error&) {
        // What is wrong has been said.
    }
}

}  // namespace

widgets::ProfilePreview previewOf(const DataSettings& data) {
    widgets::ProfilePreview preview;
    try {
        for (const data::ImageDataset& each : data::imageDatasets(data.file)) {
            preview.imageDatasets << text(each.path);
            if (each.extents.size() == 5 && (data.images.empty() || data.images == each.path))
                preview.variants = static_cast<int>(std::min<std::uint64_t>(each.extents[1], 8));
        }
        const data::CutoutFile file(data.file, data::schemaRequest(data));
        const data::Schema& schema = file.schema();
        DataSettings found = data;
        data::completeReading(found, schema);
        preview.storedSide = schema.storedHeight;
        preview.found = fieldsOf(found);
        preview.variants = schema.variants;
        for (const data::Column& column : schema.columns) {
            preview.columns << text(column.name);
            if (column.integer)
                preview.groups << text(column.name);
        }
        for (const data::Column& column : schema.textColumns)
            preview.groups << text(column.name);
        for (const std::string& note : schema.notes)
            preview.notes << inFields(text(note));
        preview.summary = QObject::tr("%1, %2: %3, %4. Read as %5 × %6 × %7.")
                              .arg(text(schema.images.path), sizes(schema.images.extents),
                                   text(data::toString(schema.layout)), text(schema.images.type))
                              .arg(schema.channels)
                              .arg(schema.height)
                              .arg(schema.width);
        lookAtPixels(file, data, preview);
    } catch (const Error& problem) {
        preview.problem = {
            inFields(QString::fromUtf8(problem.what())), {}, inFields(text(problem.remedy())), {}};
        showFirstVariant(data, preview);
    }
    return preview;
}

}  // namespace shearbench::app
