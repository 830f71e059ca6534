// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/column_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_set>

namespace shearbench::data {
namespace {

const ColumnPlace* find(const std::vector<Column>& columns, const std::vector<ColumnPlace>& places,
                        const std::string& name) {
    const auto found = std::find_if(columns.begin(), columns.end(),
                                    [&](const Column& column) { return column.name == name; });
    return found == columns.end() ? nullptr
                                  : &places[static_cast<std::size_t>(found - columns.begin())];
}

const ColumnPlace& placeOf(const DetectedSchema& detected, const std::string& name) {
    if (const ColumnPlace* found = find(detected.schema.columns, detected.places, name))
        return *found;
    throw Error(ErrorKind::data,
                fmt::format("There is no column \"{}\" with one number an image in {}.", name,
                            detected.schema.file),
                "shearbench-cli inspect lists the columns of a file.");
}

const CsvTable::Column& csvColumn(const DetectedSchema& detected, const ColumnPlace& place) {
    return detected.csv.columns[static_cast<std::size_t>(place.index)];
}

template <typename T>
std::vector<T> readDataset(const h5::File& file, const DetectedSchema& detected,
                           const ColumnPlace& place) {
    file.requireUnchanged();
    const h5::Dataset dataset = file.dataset(place.path);
    if (!place.field.empty())
        return dataset.readField<T>(place.field);
    if (place.index < 0)
        return dataset.read<T>();
    if (static_cast<std::uint64_t>(detected.schema.count) > h5::kLargestRead / sizeof(T))
        throw Error(ErrorKind::data, fmt::format("{} of {} has too many rows to read at once.",
                                                 place.path, detected.schema.file));
    std::vector<T> values(static_cast<std::size_t>(detected.schema.count));
    dataset.readBlock<T>({0, static_cast<std::uint64_t>(place.index)}, {values.size(), 1}, values);
    return values;
}

std::vector<double> numbersOf(const CsvTable::Column& column) {
    if (column.kind != CsvTable::Kind::integer)
        return column.numbers;
    std::vector<double> numbers;
    numbers.reserve(column.integers.size());
    for (const std::int64_t value : column.integers)
        numbers.push_back(column.isUnsigned ? static_cast<double>(static_cast<std::uint64_t>(value))
                                            : static_cast<double>(value));
    for (std::size_t row = 0; row < column.missing.size(); ++row)
        if (column.missing[row])
            numbers[row] = std::numeric_limits<double>::quiet_NaN();
    return numbers;
}

std::vector<double> derive(const h5::File& file, const DetectedSchema& detected,
                           std::size_t component) {
    const ShapeColumns& shape = *detected.shape;
    const std::size_t needed = shape.kind == ShapeColumns::Kind::moments ? 3 : 2;
    std::array<std::vector<double>, 3> columns;
    for (std::size_t i = 0; i < needed; ++i)
        columns[i] = readNumbers(file, detected, shape.columns[i]);
    std::vector<double> values(columns[0].size());
    for (std::size_t row = 0; row < values.size(); ++row)
        values[row] = ellipticityOf(
            shape, {columns[0][row], columns[1][row], needed > 2 ? columns[2][row] : 0},
            detected.schema.convention)[component];
    return values;
}

/// Gives the missing rows numbers of their own.
RowIds withMissing(std::vector<std::int64_t> ids, const std::vector<bool>& missing) {
    RowIds found{std::move(ids), std::count(missing.begin(), missing.end(), true), {}};
    if (found.missing == 0)
        return found;
    std::unordered_set<std::int64_t> used;
    for (std::size_t row = 0; row < missing.size(); ++row)
        if (!missing[row])
            used.insert(found.ids[row]);
    std::int64_t next = std::numeric_limits<std::int64_t>::min();
    for (std::size_t row = 0; row < missing.size(); ++row)
        if (missing[row]) {
            while (used.contains(next))
                ++next;
            found.ids[row] = next++;
        }
    return found;
}

RowIds idsOf(const std::vector<std::string>& texts) {
    std::vector<std::string> distinct = texts;
    std::sort(distinct.begin(), distinct.end());
    distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
    std::vector<std::int64_t> ids;
    std::vector<bool> missing;
    for (const std::string& text : texts) {
        ids.push_back(std::lower_bound(distinct.begin(), distinct.end(), text) - distinct.begin());
        missing.push_back(text.empty());
    }
    return withMissing(std::move(ids), missing);
}

/// The largest whole number up to which `type` holds all of them.
double mostExact(const std::string& type) {
    return type == "float16" ? 0x1p11 : type == "float32" ? 0x1p24 : 0x1p53;
}

RowIds idsOf(const std::vector<double>& numbers, const std::string& type) {
    const double most = mostExact(type);
    std::vector<std::int64_t> ids;
    std::vector<bool> missing;
    for (const double value : numbers) {
        missing.push_back(std::isnan(value));
        if (std::isnan(value)) {
            ids.push_back(0);
            continue;
        }
        if (std::isinf(value) || value != std::floor(value))
            return {{}, 0, fmt::format("holds {} in row {}, no whole number", value, ids.size())};
        if (std::fabs(value) > most)
            return {{},
                    0,
                    fmt::format("holds {} in row {}: {} does not tell neighbouring ids above {} "
                                "apart",
                                value, ids.size(), type, static_cast<std::int64_t>(most))};
        ids.push_back(static_cast<std::int64_t>(value));
    }
    return withMissing(std::move(ids), missing);
}

}  // namespace

std::vector<double> readNumbers(const h5::File& file, const DetectedSchema& detected,
                                const std::string& name) {
    const ColumnPlace& place = placeOf(detected, name);
    if (place.kind == ColumnPlace::Kind::derived)
        return derive(file, detected, static_cast<std::size_t>(place.index));
    if (place.kind == ColumnPlace::Kind::csv)
        return numbersOf(csvColumn(detected, place));
    return readDataset<double>(file, detected, place);
}

bool isTextColumn(const Schema& schema, const std::string& name) {
    return std::any_of(schema.textColumns.begin(), schema.textColumns.end(),
                       [&](const Column& column) { return column.name == name; });
}

std::vector<std::string> readTexts(const h5::File& file, const DetectedSchema& detected,
                                   const std::string& name) {
    const ColumnPlace* place = find(detected.schema.textColumns, detected.textPlaces, name);
    if (!place)
        throw Error(ErrorKind::data, fmt::format("There is no column \"{}\" of texts in {}.", name,
                                                 detected.schema.file));
    if (place->kind == ColumnPlace::Kind::csv)
        return csvColumn(detected, *place).texts;
    file.requireUnchanged();
    return file.dataset(place->path).readTexts(static_cast<std::uint64_t>(detected.schema.count));
}

RowIds readIds(const h5::File& file, const DetectedSchema& detected, const std::string& name) {
    if (isTextColumn(detected.schema, name))
        return idsOf(readTexts(file, detected, name));
    const ColumnPlace& place = placeOf(detected, name);
    const Column& column =
        detected.schema.columns[static_cast<std::size_t>(&place - detected.places.data())];
    if (place.kind == ColumnPlace::Kind::csv &&
        csvColumn(detected, place).kind == CsvTable::Kind::integer)
        return withMissing(csvColumn(detected, place).integers, csvColumn(detected, place).missing);
    if (!column.integer)
        return idsOf(readNumbers(file, detected, name), column.type);
    if (column.type != "uint64")
        return {readDataset<std::int64_t>(file, detected, place), 0, {}};
    const auto wide = readDataset<std::uint64_t>(file, detected, place);
    return {{wide.begin(), wide.end()}, 0, {}};
}

Error idProblem(const Schema& schema, const std::string& name, const std::string& problem) {
    return {
        ErrorKind::data,
        fmt::format("The column {} of {} cannot group galaxies: it {}; integers, texts or whole "
                    "numbers were expected.",
                    name, schema.file, problem),
        "Name another column with --group, or split row by row with --group none."};
}

}  // namespace shearbench::data
