// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/cpu/arena.h"
#include "core/device/cpu/blocked.h"

namespace shearbench::device::cpu {

/// Sums over images and pixels, one per channel: how the gradient of a bias comes about. Pixels are
/// cut into parts of fixed size whose sums are then added in order, so that the result does not
/// depend on the number of threads.
class ChannelSums {
  public:
    static constexpr std::int64_t kPart = 256;  ///< pixels

    ChannelSums(const Blocked& map, Arena& arena);

    void bind(const Arena& arena) { partial_ = arena.at(buffer_); }

    /// Calls work(block, first pixel, pixels, sums (W)) in parallel for every part of every channel
    /// block, then adds up: `totals` (map.channels()).
    template <class Work>
    void run(const Work& work, float* totals) const;

    /// `totals` of a whole feature map's gradient.
    void run(const float* gradient, int batch, float* totals) const;

  private:
    std::int64_t parts() const { return (map_.pixels() + kPart - 1) / kPart; }
    void add(float* totals) const;

    Blocked map_;
    Arena::Buffer buffer_;
    float* partial_ = nullptr;  ///< (blocks, parts, W)
};

}  // namespace shearbench::device::cpu

#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

template <class Work>
void ChannelSums::run(const Work& work, float* totals) const {
    const std::int64_t count = parts();
    parallelFor(map_.blocks() * count, [&](std::int64_t task) {
        const std::int64_t first = task % count * kPart;
        work(task / count, first, std::min(kPart, map_.pixels() - first),
             partial_ + task * map_.width);
    });
    add(totals);
}

}  // namespace shearbench::device::cpu
