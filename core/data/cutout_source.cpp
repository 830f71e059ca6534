// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/cutout_source.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.h"

namespace shearbench::data {

void CutoutSource::readEpoch(std::int64_t, std::span<const std::int64_t> rows,
                             std::span<const std::string>, std::span<float> images,
                             std::span<float>) const {
    readImages(rows, images);
}

std::vector<std::string> CutoutSource::readTextColumn(const std::string& name) const {
    throw Error(ErrorKind::data,
                fmt::format("There is no column \"{}\" of texts in {}.", name, schema().file));
}

std::size_t imageSize(const Schema& schema) {
    return static_cast<std::size_t>(schema.channels) * static_cast<std::size_t>(schema.height) *
           static_cast<std::size_t>(schema.width);
}

std::int64_t blockRows(const Schema& schema, std::size_t values) {
    constexpr std::int64_t kMostTimes = 16;
    const auto rows =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(values / imageSize(schema)));
    const std::int64_t chunk = std::max<std::int64_t>(1, schema.rowsPerChunk);
    return chunk > kMostTimes * rows ? rows : (rows + chunk - 1) / chunk * chunk;
}

namespace {

/// `number` of 0..count-1.
std::vector<std::int64_t> evenlySpaced(std::int64_t count, std::int64_t number) {
    std::vector<std::int64_t> places;
    for (std::int64_t i = 0; i < number; ++i)
        places.push_back(static_cast<std::int64_t>(
            static_cast<double>(i) * static_cast<double>(count) / static_cast<double>(number)));
    return places;
}

}  // namespace

std::vector<std::int64_t> sampleRows(const Schema& schema, std::int64_t wanted) {
    constexpr std::uint64_t kMostValues = std::uint64_t{1} << 24;
    const std::int64_t chunkRows = std::max<std::int64_t>(1, schema.rowsPerChunk);
    const std::int64_t chunks = (schema.count + chunkRows - 1) / chunkRows;
    const auto affordable = static_cast<std::int64_t>(
        kMostValues / (imageSize(schema) * static_cast<std::uint64_t>(chunkRows)));
    const std::int64_t number = std::min(schema.count, wanted);
    if (number <= std::max<std::int64_t>(1, affordable) || chunkRows == 1)
        return evenlySpaced(schema.count, number);
    const std::int64_t used = std::clamp<std::int64_t>(affordable, 1, chunks);
    std::vector<std::int64_t> rows;
    for (const std::int64_t chunk : evenlySpaced(chunks, used)) {
        const std::int64_t first = chunk * chunkRows,
                           there = std::min(chunkRows, schema.count - first);
        for (const std::int64_t row :
             evenlySpaced(there, std::min(there, (number + used - 1) / used)))
            rows.push_back(first + row);
    }
    return rows;
}

void requireRows(const Schema& schema, std::span<const std::int64_t> rows, std::size_t values) {
    for (std::int64_t row : rows)
        if (row < 0 || row >= schema.count)
            throw Error(ErrorKind::data,
                        fmt::format("There is no row {} in {}, which has {} images.", row,
                                    schema.file, schema.count));
    if (values != rows.size() * imageSize(schema))
        throw Error(ErrorKind::data,
                    fmt::format("{} images of {} x {} x {} do not fit {} values.", rows.size(),
                                schema.channels, schema.height, schema.width, values));
}

std::int64_t nonFiniteValues(std::span<const float> values) {
    // A narrow sum over short pieces becomes vector code.
    std::int64_t bad = 0;
    for (std::size_t first = 0; first < values.size(); first += 1024) {
        std::uint32_t piece = 0;
        for (float value :
             values.subspan(first, std::min<std::size_t>(1024, values.size() - first)))
            piece += !isFinite(value);
        bad += piece;
    }
    return bad;
}

void requireFinite(const Schema& schema, std::span<const std::int64_t> rows,
                   std::span<const float> images) {
    const std::size_t size = imageSize(schema);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t bad = nonFiniteValues(images.subspan(i * size, size));
        if (bad > 0)
            throw Error(ErrorKind::data,
                        fmt::format("The image in row {} of {} {} has {} of {} pixels that are not "
                                    "finite{}.",
                                    rows[i], schema.file, schema.images.path, bad, size,
                                    schema.images.type == "float64"
                                        ? " or beyond 3.4e38, the most of float32"
                                        : ""),
                        "Give such pixels a value, or write the file without such images.");
    }
}

}  // namespace shearbench::data
