// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/batch_norm.h"

#include <algorithm>

namespace shearbench::device::opencl {

namespace {

/// Runs of images that groups take statistics of.
constexpr int kMostParts = 64;

}  // namespace

BatchNorm::BatchNorm(Planning& planning, const network::Layer& layer, const Wiring& wiring)
    : planning_(planning),
      shape_(layer.input),
      wiring_(wiring),
      blocks_(blocksOf(shape_.channels)),
      parts_(std::min(planning.batch, kMostParts)) {
    Parameters& parameters = planning.parameters;
    const ParameterFormat format = perChannel({shape_, 0});
    gamma_ = parameters.add(layer, "gamma", format);
    beta_ = parameters.add(layer, "beta", format);
    movingMean_ = parameters.add(layer, "moving_mean", format);
    movingVariance_ = parameters.add(layer, "moving_variance", format);
    gammaGradient_ = parameters.sliceGradient(gamma_, parts_);
    betaGradient_ = parameters.sliceGradient(beta_, parts_);
    const std::size_t floats = 2 * format.floats;
    moments_ = planning.arena.request(layer.name + " moments", MemoryUse::workspace,
                                      floats * static_cast<std::size_t>(parts_));
    statistics_ =
        planning.arena.request(layer.name + " statistics", MemoryUse::activations, floats);
}

void BatchNorm::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const Buffer &x = arena[wiring_.x.buffer], &dy = arena[wiring_.dy.buffer];
    const Buffer &values = arena[parameters.values()], &slices = arena[parameters.slices()];
    const int xHalo = wiring_.x.map.halo, dyHalo = wiring_.dy.map.halo;
    const int batch = planning_.batch;
    const ProgramSource source = planning_.shape.program();

    collect_ = Kernel(context, source, "batch_norm_moments");
    collect_.bind(x, arena[moments_], parts_, shape_.height, shape_.width, blocks_, xHalo, batch);
    normalise_ = Kernel(context, source, "batch_norm_normalise");
    normalise_.bind(x, arena[moments_], values, parameters.at(gamma_), parameters.at(beta_),
                    parameters.at(movingMean_), parameters.at(movingVariance_), arena[statistics_],
                    arena[wiring_.y.buffer], parts_, shape_.height, shape_.width, blocks_, xHalo,
                    wiring_.y.map.halo, batch, 0, 0.0f);
    const auto gammaAt = static_cast<int>(gammaGradient_.at);
    const auto betaAt = static_cast<int>(betaGradient_.at);
    sums_ = Kernel(context, source, "batch_norm_sums");
    sums_.bind(x, dy, arena[statistics_], slices, gammaAt, betaAt, parts_, shape_.height,
               shape_.width, blocks_, xHalo, dyHalo, batch);
    backward_ = Kernel(context, source, "batch_norm_backward");
    backward_.bind(x, dy, arena[statistics_], values, parameters.at(gamma_), slices, gammaAt,
                   betaAt, arena[wiring_.dx.buffer], parts_, shape_.height, shape_.width, blocks_,
                   xHalo, dyHalo, wiring_.dx.map.halo, batch);
    const double map = bytesOf(wiring_.x, batch);
    collect_.setWork({0, map});
    normalise_.setWork({0, 2 * map});
    sums_.setWork({0, 2 * map});
    backward_.setWork({0, 3 * map});
}

void BatchNorm::forward(Queue& queue, int images, Mode mode) {
    const int parts = std::min(parts_, images);
    const Range range = planning_.shape.groups(parts, blocks_);
    constexpr auto kTake = static_cast<float>(1 - network::kBatchNormMomentum);
    normalise_.set(9, parts);
    normalise_.set(15, images);
    normalise_.set(16, mode == Mode::prediction ? 1 : 0);
    normalise_.set(17, mode == Mode::training ? kTake : 0.0f);
    if (mode != Mode::prediction)
        queue.launch(collect_, range);
    queue.launch(normalise_, range);
}

void BatchNorm::backward(Queue& queue) {
    const Range range = planning_.shape.groups(parts_, blocks_);
    queue.launch(sums_, range);
    if (wiring_.wantsInputGradient)
        queue.launch(backward_, range);
}

}  // namespace shearbench::device::opencl
