// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/image_reader.h"

#include <algorithm>

#include "core/data/cutout_source.h"

namespace shearbench::data {

AxisWindow centredWindow(std::uint64_t stored, std::uint64_t shown) {
    if (shown <= stored)
        return {stored / 2 - shown / 2, shown, 0};
    return {0, stored, shown / 2 - stored / 2};
}

ImageReader::ImageReader(h5::Dataset images, const Schema& schema)
    : images_(std::move(images)),
      channels_(static_cast<std::size_t>(schema.channels)),
      height_(static_cast<std::size_t>(schema.height)),
      width_(static_cast<std::size_t>(schema.width)),
      rows_(centredWindow(static_cast<std::uint64_t>(schema.storedHeight), height_)),
      columns_(centredWindow(static_cast<std::uint64_t>(schema.storedWidth), width_)) {
    const auto [least, most] =
        std::minmax_element(schema.bandIndices.begin(), schema.bandIndices.end());
    const auto firstBand = static_cast<std::uint64_t>(*least);
    const auto bands = static_cast<std::uint64_t>(*most - *least + 1);
    for (int index : schema.bandIndices)
        bandOffsets_.push_back(static_cast<std::size_t>(index - *least));

    offsets_ = {0};
    counts_ = {0};
    const auto add = [&](std::uint64_t offset, std::uint64_t count) {
        offsets_.push_back(offset);
        counts_.push_back(count);
    };
    const bool bandsLast = schema.layout == Layout::nhwc || schema.layout == Layout::nvhwc;
    if (axesOf(schema.layout) == 5)
        add(static_cast<std::uint64_t>(schema.variant), 1);
    if (schema.layout == Layout::nchw || schema.layout == Layout::nvchw)
        add(firstBand, bands);
    add(rows_.from, rows_.count);
    add(columns_.from, columns_.count);
    if (bandsLast)
        add(firstBand, bands);
    columnStep_ = bandsLast ? bands : 1;
    rowStep_ = columns_.count * columnStep_;
    bandStep_ = bandsLast ? 1 : rows_.count * rowStep_;
    imageStep_ = bands * rows_.count * columns_.count;
    const bool inOrder =
        std::is_sorted(bandOffsets_.begin(), bandOffsets_.end()) && bandOffsets_.size() == bands;
    asStored_ =
        (!bandsLast || bands == 1) && inOrder && rows_.count == height_ && columns_.count == width_;
}

void ImageReader::read(std::int64_t first, std::span<float> out) const {
    const std::size_t perImage = channels_ * height_ * width_;
    const std::size_t images = out.size() / perImage;
    h5::Extents offsets = offsets_, counts = counts_;
    offsets[0] = static_cast<std::uint64_t>(first);
    counts[0] = images;
    if (asStored_) {
        images_.readBlock<float>(offsets, counts, out);
        return;
    }
    std::vector<float> stored(images * imageStep_);
    images_.readBlock<float>(offsets, counts, stored);
    std::fill(out.begin(), out.end(), 0.0f);
    for (std::size_t image = 0; image < images; ++image)
        for (std::size_t c = 0; c < channels_; ++c) {
            const float* from = &stored[image * imageStep_ + bandOffsets_[c] * bandStep_];
            float* to = &out[image * perImage + (c * height_ + rows_.to) * width_ + columns_.to];
            for (std::size_t y = 0; y < rows_.count; ++y)
                for (std::size_t x = 0; x < columns_.count; ++x)
                    to[y * width_ + x] = from[y * rowStep_ + x * columnStep_];
        }
}

}  // namespace shearbench::data
