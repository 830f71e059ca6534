// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/hdf5.h"
#include "core/data/schema.h"

// Finding out what a file of cutouts holds: images by the shapes of datasets, columns by their
// lengths and names, the rest by attributes. What the user stated is taken, or refused with the
// reason; what was assumed becomes a note of the schema.

namespace shearbench::data {

/// Where a column's values lie: a dataset, a column of it (`index` >= 0) or a field of it.
struct ColumnPlace {
    std::string path;
    std::int64_t index = -1;
    std::string field;
};

struct DetectedSchema {
    Schema schema;
    std::vector<ColumnPlace> places;  ///< one for each of schema.columns
};

/// Throws Error(data) when there are no images or several ways to read them, Error(usage) for
/// a stated layout that is none.
DetectedSchema detectSchema(const h5::File& file, const SchemaRequest& request);

// Its steps, in this order.

/// images, otherImages, layout, count, channels, height, width.
void detectImages(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                  Schema& schema);
/// columns, and where they lie.
std::vector<ColumnPlace> detectColumns(const std::vector<h5::DatasetInfo>& datasets,
                                       Schema& schema);
/// targets, group. `datasets` tells columns of the wrong length from absent ones.
void detectTargets(const std::vector<h5::DatasetInfo>& datasets, const SchemaRequest& request,
                   Schema& schema);
/// bands, pixelScaleArcsec, units, skySigma, convention.
void detectMetadata(const h5::File& file, const std::vector<h5::DatasetInfo>& datasets,
                    Schema& schema);

/// "e1" of "/labels/e1" and of "labels/e1"; the field of "catalog.e1"; "flux" of "flux[2]".
std::string baseName(const std::string& name);

}  // namespace shearbench::data
