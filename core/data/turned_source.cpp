// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/turned_source.h"

#include <fmt/format.h>

#include "core/data/loader.h"
#include "core/error.h"

namespace shearbench::data {

Symmetry symmetryOfIndex(int index) {
    return {index % 4, index >= 4};
}

TurnedSource::TurnedSource(std::shared_ptr<const CutoutSource> source, int variants)
    : source_(std::move(source)), schema_(source_->schema()), variants_(variants) {
    if (variants > 1)
        requireTurnable(schema_);
    schema_.count *= variants;
    schema_.rowsPerChunk *= variants;
}

void TurnedSource::readImages(std::span<const std::int64_t> rows, std::span<float> out) const {
    requireRows(schema_, rows, out.size());
    const std::size_t size = imageSize(schema_);
    // Neighbouring rows mostly are one image.
    std::vector<std::int64_t> images, places;
    for (const std::int64_t row : rows) {
        if (images.empty() || images.back() != row / variants_)
            images.push_back(row / variants_);
        places.push_back(static_cast<std::int64_t>(images.size()) - 1);
    }
    std::vector<float> pixels(images.size() * size), scratch(size);
    source_->readImages(images, pixels);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::span<float> to = out.subspan(i * size, size);
        const auto from = pixels.begin() + places[i] * static_cast<std::int64_t>(size);
        std::copy(from, from + static_cast<std::int64_t>(size), to.begin());
        if (const auto index = static_cast<int>(rows[i] % variants_); index > 0)
            turnImage(symmetryOfIndex(index), schema_.channels, schema_.height, to, scratch);
    }
}

std::vector<double> TurnedSource::readColumn(const std::string& name) const {
    throw Error(ErrorKind::data,
                fmt::format("The turned images of {} have no column {}.", schema_.file, name));
}

std::vector<std::int64_t> TurnedSource::readIntegerColumn(const std::string& name) const {
    readColumn(name);
    return {};
}

}  // namespace shearbench::data
