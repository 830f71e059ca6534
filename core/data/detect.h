// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/data/csv_table.h"
#include "core/data/hdf5.h"
#include "core/data/schema.h"
#include "core/data/shape_columns.h"

// Finding out what a file of cutouts holds: images by the shapes of datasets, columns by their
// lengths and names, the rest by attributes. What the user stated is taken, or refused with the
// reason; what was assumed becomes a note of the schema.

namespace shearbench::data {

/// Where a column's values lie: a dataset, a column of it (`index` >= 0) or a field of it; column
/// `index` of the CSV file; component `index` of the derived ellipticity.
struct ColumnPlace {
    enum class Kind { dataset, csv, derived };
    std::string path;
    std::int64_t index = -1;
    std::string field;
    Kind kind = Kind::dataset;
};

struct DetectedSchema {
    Schema schema;
    std::vector<ColumnPlace> places;      ///< one for each of schema.columns
    std::vector<ColumnPlace> textPlaces;  ///< and of schema.textColumns
    CsvTable csv;                         ///< without columns where there is none
    std::optional<ShapeColumns> shape;    ///< its columns have the schema's names
};

/// Throws Error(data) when there are no images or several ways to read them, Error(usage) for
/// a stated layout that is none.
DetectedSchema detectSchema(const h5::File& file, const SchemaRequest& request);

// Its steps, in this order.

/// images, otherImages, layout, count, variants, stored sizes.
void detectImages(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                  const SchemaRequest& request, Schema& schema);
/// bands, pixelScaleArcsec, units, zeroPoints, skySigma; then what is read of them: channels,
/// height, width.
void detectPixels(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                  const SchemaRequest& request, Schema& schema);
/// columns, textColumns, labels, and where they lie.
void detectColumns(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                   DetectedSchema& detected);
/// targets, shape. `datasets` tells columns of the wrong length from absent ones.
void detectTargets(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                   DetectedSchema& detected);
/// group: the stated column, or one by the usual names whose values can be ids.
void detectGroup(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                 const SchemaRequest& request, DetectedSchema& detected);
/// convention, for stored and derived ellipticities.
void detectConvention(const h5::File& file, const SchemaRequest& request, Schema& schema);

/// The column a user means by `stated` for `purpose`: its name, its name in another case, or its
/// last part alone. Throws Error(data) where there is none or several.
std::string statedColumn(const std::vector<h5::DatasetInfo>& datasets,
                         const std::vector<Column>& columns, const std::string& stated,
                         const std::string& purpose, const DetectedSchema& detected);

/// The column of `columns` whose last part is `lowerCaseBase` in any case and that `wanted` takes:
/// one in the folder of the images goes first, and of a table its first column. Null: none.
const Column* namedColumn(const Schema& schema, const std::vector<Column>& columns,
                          const std::string& lowerCaseBase,
                          const std::function<bool(const Column&)>& wanted);
bool isTableColumn(const std::string& name);
bool isStatedTable(const SchemaRequest& request);

/// Why a dataset with a telling name is no column of `count` values, as a note; nothing where it is
/// one.
std::optional<std::string> whyNoColumn(const h5::DatasetInfo& dataset, std::int64_t count);
/// "holds texts", of a table with the first and its line: "holds \"abc\" in line 9 of a.csv".
std::string heldTexts(const DetectedSchema& detected, const std::string& name);

/// "e1" of "/labels/e1" and of "labels/e1"; the field of "catalog.e1"; "flux" of "flux[2]".
std::string baseName(const std::string& name);

}  // namespace shearbench::data
