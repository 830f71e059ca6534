// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/channel_sums.h"

#include "core/device/cpu/isa.h"

namespace shearbench::device::cpu {

ChannelSums::ChannelSums(const Blocked& map, Arena& arena)
    : map_(map),
      buffer_(arena.requestShared("partial channel sums", MemoryUse::workspace, map.channels(),
                                  parts())) {}

void ChannelSums::run(const float* gradient, int batch, float* totals) const {
    const Images images{batch, map_.imageFloats()};
    run(
        [&](std::int64_t block, std::int64_t first, std::int64_t pixels, float* sums) {
            kernels().channelSums(gradient + block * map_.blockFloats() + first * map_.width, sums,
                                  pixels, images);
        },
        totals);
}

void ChannelSums::add(float* totals) const {
    const std::int64_t count = parts();
    for (std::int64_t channel = 0; channel < map_.channels(); ++channel) {
        const std::int64_t block = channel / map_.width, lane = channel % map_.width;
        double sum = 0;
        for (std::int64_t part = 0; part < count; ++part)
            sum += partial_[(block * count + part) * map_.width + lane];
        totals[channel] = static_cast<float>(sum);
    }
}

}  // namespace shearbench::device::cpu
