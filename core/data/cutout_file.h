// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/schema.h"

namespace shearbench::data {

/// The datasets of a file that may be images by their shape, whatever they hold: numbers with three
/// to five axes, in the order of their paths. Throws Error(data) where the file cannot be opened.
std::vector<ImageDataset> imageDatasets(const std::filesystem::path& file);

/// An HDF5 file of galaxy cutouts, opened read-only and without locking out a writer. The file is
/// hostile until read: types, extents and sizes are checked before anything is allocated. Opening
/// reads descriptions and attributes, no images. Every error is an Error(data) with file, dataset,
/// what was found and what was expected.
/// Thread-safe: calls wait for each other.
class CutoutFile final : public CutoutSource {
  public:
    explicit CutoutFile(const std::filesystem::path& file, const SchemaRequest& request = {});
    ~CutoutFile() override;

    const Schema& schema() const override;
    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override;
    std::vector<double> readColumn(const std::string& name) const override;
    std::vector<std::int64_t> readIntegerColumn(const std::string& name) const override;
    std::vector<std::string> readTextColumn(const std::string& name) const override;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shearbench::data
