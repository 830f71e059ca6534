// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <filesystem>
#include <map>

#include "core/device/opencl/convolution_tiles.h"

namespace shearbench::device::opencl {

/// The tiles that were measured to be the fastest for convolutions on one device with one driver,
/// and the defaults for all others. Kept from run to run in a text file of its own for each device,
/// driver and version of the kernels, under cacheFolder()/opencl. Other tiles add up the same
/// products in another order: results differ by rounding.
class TileTable {
  public:
    /// What is kept for that device; empty where there is none. Lines that cannot be true are left
    /// out.
    static TileTable load(const Hardware& hardware);
    /// Written beside and renamed; whether it could be.
    bool save(const Hardware& hardware) const;
    /// Empty where nothing can be kept.
    static std::filesystem::path fileOf(const Hardware& hardware);

    void set(const network::Layer& layer, int batch, const ConvolutionTiles& tiles);
    void add(const TileTable& other);  ///< whose entries replace its own
    /// Those set for that shape at the nearest batch, else defaultTiles().
    ConvolutionTiles tilesOf(const network::Layer& layer, const Hardware& hardware,
                             int batch) const;
    std::size_t size() const { return entries_.size(); }

  private:
    /// What a convolution's speed depends on.
    struct Key {
        int channels, height, width, filters, stride, batch;
        auto operator<=>(const Key&) const = default;
    };
    static Key keyOf(const network::Layer& layer, int batch);
    void readLine(std::string_view line, const Hardware& hardware);

    std::map<Key, ConvolutionTiles> entries_;
};

}  // namespace shearbench::device::opencl
