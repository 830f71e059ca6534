// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/held_back_images.h"

#include <algorithm>

#include "core/data/loader.h"
#include "core/memory.h"

namespace shearbench::training {

std::uint64_t HeldBackImages::bytesKept(const data::Schema& schema, std::size_t rows) {
    constexpr std::uint64_t kMost = std::uint64_t{1} << 28;
    const std::uint64_t bytes = std::uint64_t{rows} * data::imageSize(schema) * sizeof(float);
    return bytes <= std::min(kMost, freeMemory() / 4) ? bytes : 0;
}

HeldBackImages::HeldBackImages(std::shared_ptr<const data::CutoutSource> source,
                               std::vector<std::int64_t> rows, data::Normalisation normalisation)
    : source_(std::move(source)), rows_(std::move(rows)), normalisation_(std::move(normalisation)) {
    if (bytesKept(source_->schema(), rows_.size()) > 0)
        images_ = data::readNormalised(*source_, rows_, normalisation_);
}

bool HeldBackImages::forBlocks(
    int batch, const std::function<bool()>& proceed,
    const std::function<void(std::span<const float>, std::size_t)>& work) const {
    const std::size_t size = data::imageSize(source_->schema());
    const auto whole = static_cast<std::size_t>(batch);
    const std::size_t block = whole * std::max<std::size_t>(1, 32 / whole);
    for (std::size_t first = 0; first < rows_.size(); first += block) {
        if (!proceed())
            return false;
        const std::size_t count = std::min(block, rows_.size() - first);
        if (images_.empty()) {
            const std::vector<float> read = data::readNormalised(
                *source_, std::span(rows_).subspan(first, count), normalisation_);
            work(read, count);
        } else {
            work(std::span(images_).subspan(first * size, count * size), count);
        }
    }
    return true;
}

}  // namespace shearbench::training
