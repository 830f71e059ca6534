// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/data/hdf5.h"
#include "core/data/schema.h"

namespace shearbench::data {

/// The part of an image axis that is read, and where it goes: `count` pixels from `from` on come to
/// lie at `to`.
struct AxisWindow {
    std::uint64_t from = 0, count = 0, to = 0;
};

/// Crops or pads an axis of `stored` pixels to `shown` so that pixel stored / 2 becomes pixel
/// shown / 2.
AxisWindow centredWindow(std::uint64_t stored, std::uint64_t shown);

/// Reads images as a schema says: the chosen variant and bands, cropped, or padded with zeros, and
/// turned to (C, H, W). Only the chosen part of a chunk is copied, but whole chunks are
/// decompressed.
class ImageReader {
  public:
    ImageReader(h5::Dataset images, const Schema& schema);

    /// Consecutive rows from `first` on, as many as `out` holds.
    void read(std::int64_t first, std::span<float> out) const;

  private:
    h5::Dataset images_;
    std::size_t channels_, height_, width_;
    std::vector<std::size_t> bandOffsets_;  ///< of the shown bands, from the first that is read
    AxisWindow rows_, columns_;
    h5::Extents offsets_, counts_;  ///< per stored axis; the first is the images'
    std::size_t bandStep_, rowStep_, columnStep_, imageStep_;  ///< in what is read
    bool asStored_;
};

}  // namespace shearbench::data
