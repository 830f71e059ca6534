// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/data/detect.h"
#include "core/data/hdf5.h"
#include "core/error.h"

// The columns of a file of cutouts, wherever they lie. Throws Error(data) where there is no such
// column, where it cannot be read, and where the file was changed by somebody else.

namespace shearbench::data {

/// One value an image; NaN where a table has none.
std::vector<double> readNumbers(const h5::File& file, const DetectedSchema& detected,
                                const std::string& name);
std::vector<std::string> readTexts(const h5::File& file, const DetectedSchema& detected,
                                   const std::string& name);

bool isTextColumn(const Schema& schema, const std::string& name);

/// A column as ids, equal exactly where its values are: integers, those of uint64 by their bits;
/// texts by their place among the distinct ones; reals that are whole.
struct RowIds {
    std::vector<std::int64_t> ids;
    /// Rows with no value, NaN or an empty text. Each has a number that no other row has.
    std::int64_t missing = 0;
    std::string problem;  ///< "holds 0.5 in row 3 ..."; then there are no ids
};
RowIds readIds(const h5::File& file, const DetectedSchema& detected, const std::string& name);

/// What a user can do about a column whose values are no ids.
Error idProblem(const Schema& schema, const std::string& name, const std::string& problem);

}  // namespace shearbench::data
