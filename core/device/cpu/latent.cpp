// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/latent.h"

#include <algorithm>
#include <utility>

#include "core/device/cpu/parallel.h"
#include "core/device/latent.h"

namespace shearbench::device::cpu {

Latent::Latent(const network::Layer& layer, int width, int batch, Arena& arena,
               Parameters& parameters)
    : in_{layer.input, width},
      out_{layer.output, width},
      batch_(batch),
      mean_(layer, width, batch, false, arena, parameters, "mean."),
      scale_(layer, width, batch, false, arena, parameters, "scale."),
      partBuffer_(arena.request(layer.name + " mean and scale", MemoryUse::activations,
                                2 * out_.imageFloats(), batch)),
      gradientBuffer_(arena.requestShared("second gradient of a latent layer's input",
                                          MemoryUse::workspace, in_.imageFloats(), batch)),
      plainBuffer_(
          arena.request(layer.name + " samples", MemoryUse::activations, 7 * features(), batch)) {}

void Latent::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    means_ = arena.at(partBuffer_);
    scales_ = means_ + batch_ * out_.imageFloats();
    secondInputGradient_ = arena.at(gradientBuffer_);
    const auto numbers = static_cast<std::size_t>(batch_ * features());
    float* plain = arena.at(plainBuffer_);
    const auto take = [&plain](std::size_t count) {
        return std::span<float>(std::exchange(plain, plain + count), count);
    };
    raw_ = take(2 * numbers);
    rawGradients_ = take(2 * numbers);
    noise_ = take(numbers);
    samples_ = take(numbers);
    sampleGradients_ = take(numbers);
    // The parts' outputs are overwritten by their gradients on the way back.
    Wiring part;
    part.input = wiring.input;
    part.output = part.outputGradient = means_;
    part.inputGradient = wiring.inputGradient;
    mean_.bind(arena, part);
    part.output = part.outputGradient = scales_;
    part.inputGradient = wiring.inputGradient ? secondInputGradient_ : nullptr;
    scale_.bind(arena, part);
}

void Latent::begin(const StepSettings& settings) {
    latentNoise(settings.noise, noise_);
    weight_ = settings.latentKl;
}

void Latent::forward(Mode mode) {
    mean_.forward(mode);
    scale_.forward(mode);
    for (std::int64_t n = 0; n < batch_; ++n) {
        float* raw = raw_.data() + 2 * n * features();
        std::copy_n(means_ + n * out_.imageFloats(), features(), raw);
        std::copy_n(scales_ + n * out_.imageFloats(), features(), raw + features());
    }
    const auto count = static_cast<std::size_t>(features());
    const bool draw = mode == Mode::training;
    latentSamples(raw_, draw ? std::span<const float>(noise_) : std::span<const float>(), count,
                  samples_);
    for (std::int64_t n = 0; n < batch_; ++n)
        std::copy_n(samples_.data() + n * features(), features(),
                    wiring_.output + n * out_.imageFloats());
    if (draw)
        divergence_ = latentDivergence(raw_, count) / batch_;
}

void Latent::backward() {
    for (std::int64_t n = 0; n < batch_; ++n)
        std::copy_n(wiring_.outputGradient + n * out_.imageFloats(), features(),
                    sampleGradients_.data() + n * features());
    latentGradients(raw_, noise_, weight_ / batch_, static_cast<std::size_t>(features()),
                    sampleGradients_, rawGradients_);
    for (std::int64_t n = 0; n < batch_; ++n) {
        const float* raw = rawGradients_.data() + 2 * n * features();
        std::copy_n(raw, features(), means_ + n * out_.imageFloats());
        std::copy_n(raw + features(), features(), scales_ + n * out_.imageFloats());
    }
    mean_.backward();
    scale_.backward();
    if (!wiring_.inputGradient)
        return;
    parallelFor(batch_, [&](std::int64_t n) {
        float* first = wiring_.inputGradient + n * in_.imageFloats();
        const float* second = secondInputGradient_ + n * in_.imageFloats();
        for (std::int64_t i = 0; i < in_.imageFloats(); ++i)
            first[i] += second[i];
    });
}

}  // namespace shearbench::device::cpu
