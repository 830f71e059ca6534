// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <new>

#include "core/data/loader.h"
#include "core/error.h"

namespace shearbench::data {
namespace {

class MemorySource final : public CutoutSource {
  public:
    MemorySource(std::shared_ptr<const CutoutSource> source, std::vector<float> images)
        : source_(std::move(source)), images_(std::move(images)) {}

    const Schema& schema() const override { return source_->schema(); }

    void readImages(std::span<const std::int64_t> rows, std::span<float> out) const override {
        requireRows(schema(), rows, out.size());
        const std::size_t size = imageSize(schema());
        for (std::size_t i = 0; i < rows.size(); ++i)
            std::copy_n(images_.data() + static_cast<std::size_t>(rows[i]) * size, size,
                        out.data() + i * size);
    }

    std::vector<double> readColumn(const std::string& name) const override {
        return source_->readColumn(name);
    }
    std::vector<std::int64_t> readIntegerColumn(const std::string& name) const override {
        return source_->readIntegerColumn(name);
    }

  private:
    std::shared_ptr<const CutoutSource> source_;
    std::vector<float> images_;
};

/// `bytes` of floats, once they are known to fit.
std::vector<float> allocateImages(const Schema& schema, std::uint64_t images,
                                  std::uint64_t mostBytes) {
    const std::uint64_t perImage = imageSize(schema) * sizeof(float);
    constexpr double kGigabyte = 1e9;
    const double needed = static_cast<double>(images) * static_cast<double>(perImage) / kGigabyte;
    if (images > mostBytes / perImage)
        throw Error(
            ErrorKind::data,
            fmt::format("{} images of {} need {:.1f} GB of memory; {:.1f} GB may be used", images,
                        schema.file, needed, static_cast<double>(mostBytes) / kGigabyte));
    try {
        return std::vector<float>(images * imageSize(schema));
    } catch (const std::bad_alloc&) {
        throw Error(ErrorKind::data,
                    fmt::format("There is not enough memory for {} images of {} ({:.1f} GB)",
                                images, schema.file, needed));
    }
}

}  // namespace

std::uint64_t bytesInMemory(const CutoutSource& source) {
    return static_cast<std::uint64_t>(source.schema().count) * imageSize(source.schema()) *
           sizeof(float);
}

std::uint64_t memoryForCutouts() {
    const long pages = sysconf(_SC_PHYS_PAGES), pageSize = sysconf(_SC_PAGESIZE);
    constexpr std::uint64_t kUnknown = std::uint64_t{4} << 30;
    return pages > 0 && pageSize > 0
               ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(pageSize) / 2
               : kUnknown;
}

std::shared_ptr<const CutoutSource> keepInMemory(std::shared_ptr<const CutoutSource> source,
                                                 std::uint64_t mostBytes,
                                                 const ReadingProgress& progress) {
    const Schema& schema = source->schema();
    std::vector<float> images = allocateImages(schema, static_cast<std::uint64_t>(schema.count),
                                               mostBytes ? mostBytes : memoryForCutouts());
    constexpr std::int64_t kBlock = 128;
    const std::size_t size = imageSize(schema);
    std::vector<std::int64_t> rows;
    for (std::int64_t first = 0; first < schema.count; first += kBlock) {
        if (progress && !progress(first, schema.count))
            return nullptr;
        rows.clear();
        for (std::int64_t row = first; row < std::min(first + kBlock, schema.count); ++row)
            rows.push_back(row);
        source->readImages(
            rows, {images.data() + static_cast<std::size_t>(first) * size, rows.size() * size});
    }
    if (progress)
        progress(schema.count, schema.count);
    return std::make_shared<MemorySource>(std::move(source), std::move(images));
}

std::vector<float> readNormalised(const CutoutSource& source, std::span<const std::int64_t> rows,
                                  const Normalisation& normalisation) {
    const Schema& schema = source.schema();
    std::vector<float> images = allocateImages(schema, rows.size(), memoryForCutouts());
    source.readImages(rows, images);
    requireFinite(schema, rows, images);
    const std::size_t size = imageSize(schema);
    for (std::size_t i = 0; i < rows.size(); ++i)
        normalisation.apply({images.data() + i * size, size});
    return images;
}

}  // namespace shearbench::data
