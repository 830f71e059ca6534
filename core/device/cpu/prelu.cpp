// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/prelu.h"

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

Prelu::Prelu(const network::Layer& layer, int width, int batch, Arena& arena,
             Parameters& parameters, std::optional<Parameters::Slot> bias, bool computedBefore)
    : map_{layer.output, width},
      batch_(batch),
      parameters_(&parameters),
      slope_(parameters.add(layer, "slope", perElement(map_))),
      bias_(bias),
      computedBefore_(computedBefore),
      sums_(map_, arena) {
    if (!bias_)
        unusedSums_ =
            arena.requestShared("unused channel sums", MemoryUse::workspace, map_.channels());
}

void Prelu::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    sums_.bind(arena);
    biasGradient_ = bias_ ? parameters_->gradient(*bias_) : arena.at(unusedSums_);
}

void Prelu::forward(Mode) {
    if (computedBefore_)
        return;
    const float* slope = parameters_->value(slope_);
    const Images images{batch_, map_.imageFloats()};
    const std::int64_t vectors = map_.blocks() * map_.pixels();
    parallelParts(vectors, ChannelSums::kPart,
                  [&](std::int64_t, std::int64_t begin, std::int64_t end) {
                      const std::int64_t at = begin * map_.width;
                      kernels().prelu(wiring_.input + at, slope + at, wiring_.output + at,
                                      end - begin, images);
                  });
}

void Prelu::backward() {
    const float* slope = parameters_->value(slope_);
    float* slopeGradient = parameters_->gradient(slope_);
    const Images images{batch_, map_.imageFloats()};
    sums_.run(
        [&](std::int64_t block, std::int64_t first, std::int64_t pixels, float* sums) {
            const std::int64_t at = block * map_.blockFloats() + first * map_.width;
            kernels().preluBackward(wiring_.input + at, slope + at, wiring_.outputGradient + at,
                                    slopeGradient + at, sums, pixels, images);
        },
        biasGradient_);
}

}  // namespace shearbench::device::cpu
