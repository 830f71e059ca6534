// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include <algorithm>

#include "core/data/column_reader.h"
#include "core/data/detect.h"
#include "core/data/text.h"
#include "core/error.h"
#include "core/words.h"

namespace shearbench::data {
namespace {

// Names for "the galaxy this cutout was made from"; one a row ("id", "object_id") would group
// nothing.
const std::vector<std::string> kGroupNames{"cosmos_ident", "cosmos_id", "cosmos_index", "id_cosmos",
                                           "ident",        "galaxy_id", "gal_id",       "id_galaxy",
                                           "galaxy",       "parent_id", "source_id",    "group_id",
                                           "group",        "object_id", "objid",        "obj_id"};

bool isGroupName(const std::string& name) {
    return std::find(kGroupNames.begin(), kGroupNames.end(), lowerCase(baseName(name))) !=
           kGroupNames.end();
}

/// Integers, or texts where there are none of that name, or reals.
const Column* findGroup(const Schema& schema, const std::string& name, bool csvOnly) {
    const auto in = [&](const std::vector<Column>& columns, bool integer) {
        return namedColumn(schema, columns, name, [&](const Column& column) {
            return column.integer == integer && (!csvOnly || column.name.starts_with("csv/"));
        });
    };
    const Column* found = in(schema.columns, true);
    if (!found)
        found = in(schema.textColumns, false);
    return found ? found : in(schema.columns, false);
}

/// How many rows have no id. Throws Error(data) where the values are no ids. Integers of the file
/// itself need not be read for that.
std::int64_t rowsWithoutId(const h5::File& file, const DetectedSchema& detected,
                           const Column& column) {
    if (column.integer)
        return 0;
    const RowIds found = readIds(file, detected, column.name);
    if (!found.problem.empty())
        throw idProblem(detected.schema, column.name, found.problem);
    return found.missing;
}

void noteWithoutId(const std::string& name, std::int64_t rows, Schema& schema) {
    if (rows > 0)
        schema.notes.push_back(fmt::format(
            "{} without a {}: each is taken for a galaxy of its own.", counted(rows, "row"), name));
}

void takeStated(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                const std::string& stated, DetectedSchema& detected) {
    Schema& schema = detected.schema;
    std::vector<Column> columns = schema.columns;
    columns.insert(columns.end(), schema.textColumns.begin(), schema.textColumns.end());
    schema.group = statedColumn(datasets, columns, stated, "the group", detected);
    for (const Column& column : columns)
        if (column.name == schema.group) {
            noteWithoutId(schema.group, rowsWithoutId(file, detected, column), schema);
            return;
        }
}

/// Whether `column` became the group; a note says why not.
bool take(const h5::File& file, const Column& column, DetectedSchema& detected) {
    Schema& schema = detected.schema;
    const std::string name = column.name;
    try {
        const std::int64_t without = rowsWithoutId(file, detected, column);
        if (without == schema.count) {
            schema.notes.push_back(
                fmt::format("{} has no id in any row and groups nothing.", name));
            return false;
        }
        schema.group = name;
        schema.notes.push_back(
            fmt::format("Rows with the same {} stay on one side of the split.", name));
        noteWithoutId(name, without, schema);
        return true;
    } catch (const Error& problem) {
        schema.notes.push_back(problem.what());
        return false;
    }
}

}  // namespace

void detectGroup(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                 const SchemaRequest& request, DetectedSchema& detected) {
    Schema& schema = detected.schema;
    if (request.group == "none")
        return;
    if (!request.group.empty()) {
        takeStated(file, datasets, request.group, detected);
        return;
    }
    for (const bool csvOnly : {true, false})
        for (const std::string& name : kGroupNames) {
            if (csvOnly && !isStatedTable(request))
                continue;
            const Column* column = findGroup(schema, name, csvOnly);
            if (column && take(file, *column, detected))
                return;
        }
    for (const h5::DatasetInfo& dataset : datasets)
        if (isGroupName(dataset.path))
            if (const auto reason = whyNoColumn(dataset, schema.count))
                schema.notes.push_back(*reason);
}

}  // namespace shearbench::data
