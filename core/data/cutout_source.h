// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/data/schema.h"

namespace shearbench::data {

/// Cutouts by row, with their columns: a file, a file held in memory, a simulator.
/// Thread-safe.
class CutoutSource {
  public:
    virtual ~CutoutSource() = default;
    CutoutSource() = default;
    CutoutSource(const CutoutSource&) = delete;
    CutoutSource& operator=(const CutoutSource&) = delete;

    virtual const Schema& schema() const = 0;

    /// The images of `rows`, in that order, each (C, H, W) with row 0 of the image at the bottom
    /// (smallest y) as stored; `out.size() == rows.size() * C * H * W`. Values as in the file, NaN
    /// included.
    virtual void readImages(std::span<const std::int64_t> rows, std::span<float> out) const = 0;

    /// One value an image. Throws Error(data) when there is no such column.
    virtual std::vector<double> readColumn(const std::string& name) const = 0;
    /// The same for an integer column, exact, uint64 by its bits; for a column of texts, the place
    /// of each among the distinct ones in alphabetical order; for reals, where all are whole. A row
    /// without a value has a number that no other row has.
    virtual std::vector<std::int64_t> readIntegerColumn(const std::string& name) const = 0;
    /// A column of texts. Throws Error(data) when there is none of that name.
    virtual std::vector<std::string> readTextColumn(const std::string& name) const;

    /// Whether every epoch has other cutouts in its rows, as a simulator can: readImages() and the
    /// columns are those of epoch 0.
    virtual bool changesWithEpoch() const { return false; }
    /// The images of `rows` in `epoch` >= 0 and, where cutouts change with it, the values of
    /// `columns`, (rows, columns).
    virtual void readEpoch(std::int64_t epoch, std::span<const std::int64_t> rows,
                           std::span<const std::string> columns, std::span<float> images,
                           std::span<float> values) const;
};

/// Values of one image, C * H * W.
std::size_t imageSize(const Schema& schema);

/// Neighbouring rows of about `values` values to read together: whole chunks of the file, unless
/// those are far larger than that.
std::int64_t blockRows(const Schema& schema, std::size_t values);

/// About `wanted` of the rows, ascending, the first among them: evenly spaced, or from evenly
/// spaced chunks where those are so large that reading as many would take long (64 MB of pixels are
/// read).
std::vector<std::int64_t> sampleRows(const Schema& schema, std::int64_t wanted);

/// For readImages: throws Error(data) unless all rows are there and `values` is right for them.
void requireRows(const Schema& schema, std::span<const std::int64_t> rows, std::size_t values);

/// Throws Error(data) with the first of `rows` whose image has pixels that are not finite, and how
/// many.
void requireFinite(const Schema& schema, std::span<const std::int64_t> rows,
                   std::span<const float> images);

/// How many of `values` are infinite or NaN.
std::int64_t nonFiniteValues(std::span<const float> values);

/// Whether a value is neither infinite nor NaN; loops over it become vector code.
inline bool isFinite(float value) {
    return (std::bit_cast<std::uint32_t>(value) & 0x7f800000u) != 0x7f800000u;
}

}  // namespace shearbench::data
