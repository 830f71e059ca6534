// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/latent.h"

#include "core/device/latent.h"

namespace shearbench::device::eigen {

namespace {

std::span<float> joined(std::span<float> a, std::span<float> b) {
    return {a.data(), a.size() + b.size()};
}

/// As dense layer of 2 D features, whose tensors the layer's four are in pairs.
OperationContext asDense(const network::Layer& layer, const OperationContext& context) {
    const std::vector<Tensor>& t = context.tensors;
    return {
        layer,
        {{joined(t.at(0).values, t.at(1).values), joined(t.at(0).gradients, t.at(1).gradients)},
         {joined(t.at(2).values, t.at(3).values), joined(t.at(2).gradients, t.at(3).gradients)}},
        context.workspace,
        context.pool};
}

network::Layer doubled(network::Layer layer) {
    layer.output.channels *= 2;
    return layer;
}

}  // namespace

OperationMemory Latent::memory(const network::Layer& layer, int batch) {
    return {5 * layer.output.count() * static_cast<std::size_t>(batch) * sizeof(float), 0};
}

Latent::Latent(OperationContext context)
    : features_(context.layer.output.count()),
      raw_(2 * features_ * context.batch),
      rawGradients_(raw_.size()),
      noise_(features_ * context.batch),
      dense_(asDense(doubled(context.layer), context)) {}

void Latent::begin(const StepSettings& settings) {
    latentNoise(settings.noise, noise_);
    weight_ = settings.latentKl;
}

void Latent::forward(const float* in, float* out, std::size_t images, Mode mode) {
    dense_.forward(in, raw_.data(), images, mode);
    const std::span<const float> raw(raw_.data(), 2 * features_ * images);
    const bool draw = mode == Mode::training;
    latentSamples(raw, draw ? std::span<const float>(noise_) : std::span<const float>(), features_,
                  {out, features_ * images});
    if (draw)
        divergence_ = latentDivergence(raw, features_) / static_cast<double>(images);
}

void Latent::backward(const float* in, const float* outGradient, float* inGradient,
                      std::size_t images) {
    latentGradients(raw_, noise_, weight_ / static_cast<double>(images), features_,
                    {outGradient, features_ * images}, rawGradients_);
    dense_.backward(in, rawGradients_.data(), inGradient, images);
}

}  // namespace shearbench::device::eigen
