// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/error.h"

namespace shearbench::test {

/// Cutouts made up in memory. Thread-safe once filled.
class MemorySource final : public data::CutoutSource {
  public:
    /// Pixel i of the file holds i; columns "e1", "e2", "redshift" follow the row.
    MemorySource(std::int64_t count, int channels, int size) {
        schema_.file = "memory";
        schema_.count = count;
        schema_.channels = channels;
        schema_.height = schema_.width = size;
        schema_.targets = {"e1", "e2", "redshift"};
        images.resize(static_cast<std::size_t>(count) * data::imageSize(schema_));
        for (std::size_t i = 0; i < images.size(); ++i)
            images[i] = static_cast<float>(i);
        for (std::int64_t row = 0; row < count; ++row) {
            columns["e1"].push_back(0.001 * static_cast<double>(row % 900));
            columns["e2"].push_back(-0.001 * static_cast<double>(row % 900));
            columns["redshift"].push_back(static_cast<double>(row));
        }
    }

    std::vector<float> images;
    std::map<std::string, std::vector<double>> columns;
    data::Schema& schemaToChange() { return schema_; }

    const data::Schema& schema() const override { return schema_; }

    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override {
        data::requireRows(schema_, rows, out.size());
        const std::size_t size = data::imageSize(schema_);
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::copy_n(images.begin() + rows[i] * static_cast<std::int64_t>(size), size,
                        out.begin() + static_cast<std::ptrdiff_t>(i * size));
    }

    std::vector<double> readColumn(const std::string& name) const override {
        const auto found = columns.find(name);
        if (found == columns.end())
            throw Error(ErrorKind::data, "There is no column " + name + " in memory");
        return found->second;
    }

    std::vector<std::int64_t> readIntegerColumn(const std::string& name) const override {
        const std::vector<double> values = readColumn(name);
        return {values.begin(), values.end()};
    }

  private:
    data::Schema schema_;
};

}  // namespace shearbench::test
