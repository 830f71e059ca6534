// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "core/data/cutout_source.h"

namespace shearbench::data {

/// Called now and then with the number of images read; returning false cancels.
using ReadingProgress = std::function<bool(std::int64_t done, std::int64_t count)>;

/// Bytes the images of `source` take in memory.
std::uint64_t bytesInMemory(const CutoutSource& source);

/// Whether they take at most half of the memory that is free.
bool fitsIntoMemory(const CutoutSource& source);

/// The images of another source, in memory as float32 from when fill() has read them, so that
/// making one costs nothing; until then each is read when it is wanted. Columns are read from the
/// other source.
class CachedSource final : public CutoutSource {
  public:
    /// Throws Error(data) when the images need more than `mostBytes` (0: half of the free memory).
    explicit CachedSource(std::shared_ptr<const CutoutSource> source, std::uint64_t mostBytes = 0);
    ~CachedSource() override;

    /// Reads what is not in memory yet; false after a cancel.
    bool fill(const ReadingProgress& progress = {}) const;

    const Schema& schema() const override { return source_->schema(); }
    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override;
    std::vector<double> readColumn(const std::string& name) const override {
        return source_->readColumn(name);
    }
    std::vector<std::int64_t> readIntegerColumn(const std::string& name) const override {
        return source_->readIntegerColumn(name);
    }
    std::vector<std::string> readTextColumn(const std::string& name) const override {
        return source_->readTextColumn(name);
    }

  private:
    const float* image(std::int64_t row) const;
    void readBlock(std::size_t index) const;

    std::shared_ptr<const CutoutSource> source_;
    std::int64_t blockRows_ = 1;
    mutable std::mutex filling_;
    mutable std::vector<std::atomic<float*>> blocks_;  ///< null: not read yet
};

/// A CachedSource, filled. Null after a cancel.
std::shared_ptr<const CutoutSource> keepInMemory(std::shared_ptr<const CutoutSource> source,
                                                 std::uint64_t mostBytes = 0,
                                                 const ReadingProgress& progress = {});

/// Those of `rows` whose images have finite pixels only, in their order; reads them all.
std::vector<std::int64_t> finiteRows(const CutoutSource& source, std::span<const std::int64_t> rows,
                                     const ReadingProgress& progress = {});

/// Throws the Error(data) that says so.
[[noreturn]] void throwNothingFinite(const Schema& schema);

}  // namespace shearbench::data
