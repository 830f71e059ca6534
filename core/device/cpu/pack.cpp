// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/pack.h"

#include <algorithm>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

void Pack::load(const float* images, int count, Mode) {
    const auto plainFloats = static_cast<std::int64_t>(map_.shape.count());
    parallelFor(batch_, [&](std::int64_t n) {
        float* out = out_ + n * map_.imageFloats();
        if (n < count)
            kernels().pack(images + n * plainFloats, out, map_.shape.channels, map_.pixels());
        else
            std::fill_n(out, map_.imageFloats(), 0.0f);
    });
}

}  // namespace shearbench::device::cpu
