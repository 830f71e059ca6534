// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "core/data/detect.h"
#include "core/data/text.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

constexpr std::uint64_t kWidestTable = 64;

}  // namespace

std::string baseName(const std::string& name) {
    std::string base = name.substr(name.find_last_of('/') + 1);
    base.resize(std::min(base.size(), base.find('[')));
    const std::size_t dot = base.find_last_of('.');
    return dot == std::string::npos ? base : base.substr(dot + 1);
}

namespace {

void add(DetectedSchema& detected, const std::string& name, const std::string& type,
         h5::ValueKind kind, ColumnPlace place) {
    Schema& schema = detected.schema;
    if (kind == h5::ValueKind::integer || kind == h5::ValueKind::real) {
        schema.columns.push_back({name, type, kind == h5::ValueKind::integer});
        detected.places.push_back(std::move(place));
    } else if (kind == h5::ValueKind::text && place.field.empty() && place.index < 0) {
        schema.textColumns.push_back({name, type, false});
        detected.textPlaces.push_back(std::move(place));
    }
}

void addCsv(const std::filesystem::path& file, DetectedSchema& detected) {
    Schema& schema = detected.schema;
    schema.labels = std::filesystem::absolute(file).string();
    detected.csv = readCsv(file);
    for (std::size_t i = 0; i < detected.csv.columns.size(); ++i) {
        const CsvTable::Column& column = detected.csv.columns[i];
        const ColumnPlace place{{}, static_cast<std::int64_t>(i), {}, ColumnPlace::Kind::csv};
        if (column.kind == CsvTable::Kind::text) {
            schema.textColumns.push_back({"csv/" + column.name, "string", false});
            detected.textPlaces.push_back(place);
        } else {
            // Those with gaps are shown as reals, NaN in the gaps, and are exact as ids.
            const bool integer = column.kind == CsvTable::Kind::integer;
            schema.columns.push_back({"csv/" + column.name,
                                      !integer            ? "float64"
                                      : column.isUnsigned ? "uint64"
                                                          : "int64",
                                      integer && column.missing.empty()});
            detected.places.push_back(place);
        }
    }
}

/// A table of the same name beside the images, or the one that was stated.
void detectCsv(const SchemaRequest& request, DetectedSchema& detected) {
    Schema& schema = detected.schema;
    if (request.labels == "none")
        return;
    if (!request.labels.empty()) {
        addCsv(request.labels, detected);
        if (detected.csv.rows != schema.count)
            throw Error(ErrorKind::data,
                        fmt::format("{} has {} rows for the {} images of {}.", request.labels,
                                    detected.csv.rows, schema.count, schema.file),
                        "State the table that belongs to these images with --labels, or none.");
        return;
    }
    const std::filesystem::path images(schema.file);
    const std::string stem = (images.parent_path() / images.stem()).string();
    for (const char* ending : {".csv", "_data.csv", "_labels.csv", ".tsv"}) {
        std::error_code ignored;
        const std::filesystem::path beside = stem + ending;
        if (!std::filesystem::is_regular_file(beside, ignored))
            continue;
        DetectedSchema with = detected;
        try {
            addCsv(beside, with);
        } catch (const Error& problem) {
            schema.notes.push_back(fmt::format("{} That table cannot be used.", problem.what()));
            return;
        }
        if (with.csv.rows == schema.count) {
            detected = std::move(with);
            schema.notes.push_back(
                fmt::format("Columns csv/... are those of {} beside the images.", beside.string()));
        } else {
            schema.notes.push_back(fmt::format("{} has {} rows for {} images and cannot be used.",
                                               beside.string(), with.csv.rows, schema.count));
        }
        return;
    }
}

}  // namespace

bool isTableColumn(const std::string& name) {
    return name.ends_with(']');
}

bool isStatedTable(const SchemaRequest& request) {
    return !request.labels.empty() && request.labels != "none";
}

const Column* namedColumn(const Schema& schema, const std::vector<Column>& columns,
                          const std::string& lowerCaseBase,
                          const std::function<bool(const Column&)>& wanted) {
    const auto folderOf = [](const std::string& name) {
        return name.substr(0, name.find_last_of('/') + 1);
    };
    const std::string imageFolder = folderOf(schema.images.path.substr(1));
    const Column* found = nullptr;
    for (const Column& column : columns) {
        if (lowerCase(baseName(column.name)) != lowerCaseBase || !wanted(column) ||
            (isTableColumn(column.name) && !column.name.ends_with("[0]")))
            continue;
        if (folderOf(column.name) == imageFolder)
            return &column;
        if (!found)
            found = &column;
    }
    return found;
}

std::optional<std::string> whyNoColumn(const h5::DatasetInfo& dataset, std::int64_t count) {
    if (!dataset.missingSource.empty())
        return fmt::format("{} takes its values from {}, which is not there, and cannot be used.",
                           dataset.path, dataset.missingSource);
    if (dataset.extents.empty())
        return std::nullopt;
    if (dataset.extents[0] != static_cast<std::uint64_t>(count))
        return fmt::format("The column {} is {} long for {} images and cannot be used.",
                           dataset.path, h5::toString(dataset.extents), count);
    if (!dataset.missingFilter.empty())
        return fmt::format("{} is compressed with {} and cannot be read.", dataset.path,
                           dataset.missingFilter);
    return std::nullopt;
}

std::string heldTexts(const DetectedSchema& detected, const std::string& name) {
    for (std::size_t i = 0; i < detected.textPlaces.size(); ++i) {
        const ColumnPlace& place = detected.textPlaces[i];
        if (detected.schema.textColumns[i].name != name || place.kind != ColumnPlace::Kind::csv)
            continue;
        const CsvTable::Column& column =
            detected.csv.columns[static_cast<std::size_t>(place.index)];
        const auto row = static_cast<std::size_t>(firstText(column));
        if (row < column.texts.size())
            return fmt::format("holds \"{}\" in line {} of {}", column.texts[row],
                               detected.csv.lines[row], detected.schema.labels);
    }
    return "holds texts";
}

void detectColumns(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                   DetectedSchema& detected) {
    for (const h5::DatasetInfo& dataset : datasets) {
        const h5::Extents& extents = dataset.extents;
        if (extents.empty() || extents[0] != static_cast<std::uint64_t>(detected.schema.count) ||
            !dataset.missingFilter.empty() || !dataset.missingSource.empty())
            continue;
        const std::string name = dataset.path.substr(1);
        if (extents.size() == 1) {
            add(detected, name, dataset.type, dataset.kind, {dataset.path, -1, {}});
            for (const h5::Field& field : dataset.fields)
                add(detected, name + "." + field.name, field.type, field.kind,
                    {dataset.path, -1, field.name});
        } else if (extents.size() == 2 && extents[1] <= kWidestTable) {
            for (std::uint64_t i = 0; i < extents[1]; ++i)
                add(detected, fmt::format("{}[{}]", name, i), dataset.type, dataset.kind,
                    {dataset.path, static_cast<std::int64_t>(i), {}});
        }
    }
    detectCsv(request, detected);
}

}  // namespace shearbench::data
