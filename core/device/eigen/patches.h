// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>

#include "core/network/network.h"

namespace shearbench::device::eigen {

/// A convolution's matrix of patches (in channels x taps, output pixels), for a band of output rows
/// at a time, so that it stays in the cache (Chellapilla et al. 2006).
class Patches {
  public:
    struct Band {
        std::size_t firstRow, rows;
    };

    explicit Patches(const network::Layer& convolution);

    std::size_t rows() const { return inChannels_ * taps_ * taps_; }
    std::size_t floats() const { return rows() * bandRows_ * outWidth_; }  ///< of the largest band
    std::size_t columns(const Band& band) const { return band.rows * outWidth_; }
    std::size_t firstPixel(const Band& band) const { return band.firstRow * outWidth_; }

    template <class Body>
    void forBands(const Body& body) const {
        for (std::size_t row = 0; row < outHeight_; row += bandRows_)
            body(Band{row, std::min(bandRows_, outHeight_ - row)});
    }

    /// `image` (in channels, rows, columns) -> `patches` (rows(), columns(band)).
    void gather(const float* image, const Band& band, float* patches) const;
    /// Adds every patch to where it was taken from.
    void scatter(const float* patches, const Band& band, float* image) const;

  private:
    /// Outputs along one axis that see the image, and not padding, through a tap.
    struct Reach {
        std::size_t first, end;
    };
    /// Of the outputs begin .. end - 1 along an axis of `in` inputs.
    Reach reach(std::size_t tap, std::size_t padding, std::size_t in, std::size_t begin,
                std::size_t end) const;

    std::size_t taps_, stride_, top_, left_;
    std::size_t inChannels_, inHeight_, inWidth_, outHeight_, outWidth_;
    std::size_t bandRows_;
};

/// The sums over images and pixels of each of `channels` channels.
void sumPixels(const float* maps, std::size_t images, std::size_t channels, std::size_t pixels,
               std::size_t firstChannel, std::size_t endChannel, float* sums);

}  // namespace shearbench::device::eigen
