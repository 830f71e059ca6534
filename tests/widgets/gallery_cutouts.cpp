// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/gallery_cutouts.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <random>

#include "core/data/cutout_file.h"

namespace shearbench::widgets::gallery {

namespace {

CutoutPixels drawnPixels(const CutoutFormat& format, qint64 row) {
    auto pixels = std::make_shared<std::vector<float>>(format.pixels());
    std::mt19937 random(unsigned(row) + 1);
    std::normal_distribution<float> noise;
    const double angle = 0.7 * double(row), width = 2 + double(row % 5);
    std::size_t at = 0;
    for (int band = 0; band < format.channels; ++band) {
        for (int y = 0; y < format.height; ++y) {
            for (int x = 0; x < format.width; ++x) {
                const double dx = x - 31.5, dy = y - 31.5;
                const double u = dx * std::cos(angle) + dy * std::sin(angle);
                const double v = -dx * std::sin(angle) + dy * std::cos(angle);
                const double r2 = u * u / (width * width) + v * v / (0.3 * width * width);
                (*pixels)[at++] = float(40 * (band + 1) * std::exp(-0.5 * r2)) + 2 * noise(random);
            }
        }
    }
    return pixels;
}

Sample drawnSample() {
    Sample sample;
    sample.catalogue = std::make_shared<CutoutCatalogue>();
    CutoutFormat& format = sample.catalogue->format;
    format.channels = 6;
    format.height = format.width = 64;
    format.bands = QStringList{"u", "g", "r", "i", "z", "y"};
    format.pixelScaleArcsec = 0.2;
    RowTable& table = sample.catalogue->table;
    table.rows = 2000;
    table.columns.push_back({QStringLiteral("snr"), std::vector<double>(2000)});
    for (std::size_t row = 0; row < 2000; ++row) {
        table.columns[0].values[row] = double((row * 7919) % 2000);
    }
    sample.catalogue->snr = 0;
    const CutoutPixels first = drawnPixels(format, 3);
    format.statistics = shearbench::analysis::bandStatistics(*first, 6, 64, 64);
    format.colour = shearbench::analysis::colourChannels({}, 6, {}, format.statistics);
    sample.pixels = [format](qint64 row) { return drawnPixels(format, row); };
    return sample;
}

Sample fileSample(const std::filesystem::path& path) {
    const auto file = std::make_shared<shearbench::data::CutoutFile>(path);
    const shearbench::data::Schema& schema = file->schema();
    Sample sample;
    sample.catalogue = std::make_shared<CutoutCatalogue>();
    CutoutFormat& format = sample.catalogue->format;
    format.channels = schema.channels;
    format.height = schema.height;
    format.width = schema.width;
    for (const std::string& band : schema.bands) {
        format.bands << QString::fromStdString(band);
    }
    format.pixelScaleArcsec = schema.pixelScaleArcsec;
    format.units = QString::fromStdString(schema.units).section(' ', 0, 0);
    RowTable& table = sample.catalogue->table;
    table.rows = schema.count;
    for (const char* name : {"snr", "hlr", "redshift", "e1", "e2"}) {
        table.columns.push_back({QString(QLatin1String(name)), file->readColumn(name)});
    }
    for (qint64 row = 0; row < table.rows; ++row) {
        table.split.push_back(row % 10 == 8 ? 1 : row % 10 == 9 ? 2 : 0);
    }
    sample.catalogue->snr = 0;
    std::vector<std::int64_t> rows;
    for (std::int64_t row = 0; row < std::min<std::int64_t>(100, schema.count); ++row) {
        rows.push_back(row);
    }
    std::vector<float> some(rows.size() * format.pixels());
    file->readImages(rows, some);
    format.statistics =
        shearbench::analysis::bandStatistics(some, format.channels, format.height, format.width);
    format.colour = shearbench::analysis::colourChannels(schema.bands, format.channels,
                                                         schema.zeroPoints, format.statistics);
    sample.pixels = [file, size = format.pixels()](qint64 row) {
        auto pixels = std::make_shared<std::vector<float>>(size);
        const std::int64_t one = row;
        file->readImages({&one, 1}, *pixels);
        return pixels;
    };
    return sample;
}

}  // namespace

const Sample& sample() {
    static const Sample sample = [] {
        const auto path =
            std::filesystem::path(SHEARBENCH_SHARED_DIR) / "data/galsim_lsst_isolated.h5";
        return std::filesystem::exists(path) ? fileSample(path) : drawnSample();
    }();
    return sample;
}

}  // namespace shearbench::widgets::gallery
