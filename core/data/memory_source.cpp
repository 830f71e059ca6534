// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/memory_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>

#include "core/error.h"
#include "core/memory.h"

namespace shearbench::data {
namespace {

constexpr double kGigabyte = 1e9;

double gigabytes(std::uint64_t bytes) {
    return static_cast<double>(bytes) / kGigabyte;
}

}  // namespace

std::uint64_t bytesInMemory(const CutoutSource& source) {
    return static_cast<std::uint64_t>(source.schema().count) * imageSize(source.schema()) *
           sizeof(float);
}

bool fitsIntoMemory(const CutoutSource& source) {
    return bytesInMemory(source) <= freeMemory() / 2;
}

CachedSource::CachedSource(std::shared_ptr<const CutoutSource> source, std::uint64_t mostBytes)
    : source_(std::move(source)) {
    const Schema& schema = source_->schema();
    const std::uint64_t needed = bytesInMemory(*source_),
                        most = mostBytes ? mostBytes : freeMemory() / 2;
    if (needed > most)
        throw Error(ErrorKind::data,
                    fmt::format("{} images of {} need {:.1f} GB of memory; {:.1f} GB may be used.",
                                schema.count, schema.file, gigabytes(needed), gigabytes(most)));
    constexpr std::size_t kBlockValues = std::size_t{1} << 19;
    blockRows_ = blockRows(schema, kBlockValues);
    blocks_ = std::vector<std::atomic<float*>>(
        static_cast<std::size_t>((schema.count + blockRows_ - 1) / blockRows_));
}

CachedSource::~CachedSource() {
    for (std::atomic<float*>& block : blocks_)
        delete[] block.load();
}

/// Null where it is not in memory.
const float* CachedSource::image(std::int64_t row) const {
    const float* block =
        blocks_[static_cast<std::size_t>(row / blockRows_)].load(std::memory_order_acquire);
    return block ? block + static_cast<std::size_t>(row % blockRows_) * imageSize(schema())
                 : nullptr;
}

void CachedSource::readBlock(std::size_t index) const {
    const std::int64_t first = static_cast<std::int64_t>(index) * blockRows_;
    std::vector<std::int64_t> rows;
    for (std::int64_t row = first; row < std::min(first + blockRows_, schema().count); ++row)
        rows.push_back(row);
    const std::size_t values = rows.size() * imageSize(schema());
    std::unique_ptr<float[]> images(new (std::nothrow) float[values]);
    if (!images)
        throw Error(ErrorKind::data,
                    fmt::format("There is not enough memory for the images of {} ({:.1f} GB).",
                                schema().file, gigabytes(bytesInMemory(*source_))),
                    "Close other programs.");
    source_->readImages(rows, {images.get(), values});
    blocks_[index].store(images.release(), std::memory_order_release);
}

bool CachedSource::fill(const ReadingProgress& progress) const {
    const std::lock_guard held(filling_);
    for (std::size_t index = 0; index < blocks_.size(); ++index) {
        if (progress && !progress(static_cast<std::int64_t>(index) * blockRows_, schema().count))
            return false;
        if (!blocks_[index].load(std::memory_order_acquire))
            readBlock(index);
    }
    if (progress)
        progress(schema().count, schema().count);
    return true;
}

void CachedSource::readImages(std::span<const std::int64_t> rows, std::span<float> out) const {
    requireRows(schema(), rows, out.size());
    const std::size_t size = imageSize(schema());
    for (std::size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
        // What is not here is read together as far as it goes.
        for (end = begin; end < rows.size() && !image(rows[end]);)
            ++end;
        if (end > begin)
            source_->readImages(rows.subspan(begin, end - begin),
                                out.subspan(begin * size, (end - begin) * size));
        for (; end < rows.size(); ++end) {
            const float* here = image(rows[end]);
            if (!here)
                break;
            std::copy_n(here, size, out.data() + end * size);
        }
    }
}

std::shared_ptr<const CutoutSource> keepInMemory(std::shared_ptr<const CutoutSource> source,
                                                 std::uint64_t mostBytes,
                                                 const ReadingProgress& progress) {
    auto kept = std::make_shared<const CachedSource>(std::move(source), mostBytes);
    return kept->fill(progress) ? kept : nullptr;
}

void throwNothingFinite(const Schema& schema) {
    throw Error(
        ErrorKind::data,
        fmt::format(
            "Every image of {} that was looked at holds values that are not finite{}.", schema.file,
            schema.images.type == "float64" ? " or beyond 3.4e38, the most of float32" : ""),
        "Make the file anew, for instance with 0 where nothing was measured, or choose "
        "another dataset with --images.");
}

std::vector<std::int64_t> finiteRows(const CutoutSource& source, std::span<const std::int64_t> rows,
                                     const ReadingProgress& progress) {
    constexpr std::size_t kBlockValues = std::size_t{1} << 21;
    const std::size_t size = imageSize(source.schema());
    const std::size_t block = std::max<std::size_t>(1, kBlockValues / size);
    std::vector<std::int64_t> finite;
    std::vector<float> images(std::min(block, rows.size()) * size);
    for (std::size_t first = 0; first < rows.size(); first += block) {
        if (progress &&
            !progress(static_cast<std::int64_t>(first), static_cast<std::int64_t>(rows.size())))
            break;
        const auto part = rows.subspan(first, std::min(block, rows.size() - first));
        source.readImages(part, std::span(images).first(part.size() * size));
        for (std::size_t i = 0; i < part.size(); ++i)
            if (nonFiniteValues(std::span(images).subspan(i * size, size)) == 0)
                finite.push_back(part[i]);
    }
    return finite;
}

}  // namespace shearbench::data
