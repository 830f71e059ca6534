// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/latent.h"

#include <algorithm>

#include "core/device/opencl/bayesian_weights.h"

namespace shearbench::device::opencl {

namespace {

constexpr int kMostParts = 64;

// Where latent_sample takes its noise from.
constexpr int kMeans = 0, kStream = 1, kGiven = 2;
// Places of its arguments that change, and of the divergence's weight in the gradients.
constexpr cl_uint kSampleImages = 8, kSampleSource = 9, kSampleStream = 10, kGradientWeight = 8;

/// Rows of a dense kernel, filled up to whole blocks of outputs.
ParameterFormat filledUp(const network::Layer& layer) {
    ParameterFormat format = denseKernel(layer);
    const auto features = static_cast<std::size_t>(layer.output.channels);
    format.floats = format.floats / features * perChannel({layer.output, 0}).floats;
    return format;
}

/// `wiring` with a map of its own for means and scales, and one for their gradient.
Wiring rawOf(Planning& planning, const network::Layer& layer, Wiring wiring) {
    const auto batch = static_cast<std::size_t>(planning.batch);
    const Map raw{{2 * blocksOf(layer.output.channels) * kBlock, 1, 1}, 0};
    const std::size_t floats = saturatingProduct({raw.floats(), batch});
    Arena& arena = planning.arena;
    wiring.y = {raw, arena.request(layer.name + " mean and scale", MemoryUse::activations, floats)};
    wiring.dy = {raw, arena.request(layer.name + " mean and scale gradient", MemoryUse::activations,
                                    floats)};
    return wiring;
}

}  // namespace

Latent::Latent(Planning& planning, const network::Layer& layer, const Wiring& wiring,
               Arena::Index divergences)
    : planning_(planning),
      wiring_(wiring),
      blocks_(blocksOf(layer.output.channels)),
      // One behind the other, so that they are the rows of one dense layer.
      meanKernel_(planning.parameters.add(layer, "mean.kernel", filledUp(layer))),
      scaleKernel_(planning.parameters.add(layer, "scale.kernel", filledUp(layer))),
      meanBias_(planning.parameters.add(layer, "mean.bias", perChannel({layer.output, 0}))),
      scaleBias_(planning.parameters.add(layer, "scale.bias", perChannel({layer.output, 0}))),
      rawWiring_(rawOf(planning, layer, wiring)),
      noise_(planning.arena.request(layer.name + " noise", MemoryUse::workspace,
                                    saturatingProduct({Map{layer.output, 0}.floats(),
                                                       static_cast<std::size_t>(planning.batch)}))),
      divergences_(divergences),
      products_(planning, 2 * blocks_ * kBlock, rawWiring_) {
    const auto group = static_cast<std::size_t>(planning.shape.group);
    parts_ =
        static_cast<int>(std::clamp<std::size_t>((vectors() + group - 1) / group, 1, kMostParts));
    divergencesAt_ = planning.arena.extend(divergences, static_cast<std::size_t>(parts_));
}

std::size_t Latent::vectors() const {
    return static_cast<std::size_t>(planning_.batch) *
           static_cast<std::size_t>(blocks_ * planning_.shape.pixelItems());
}

void Latent::build(Context& context) {
    const Arena& arena = planning_.arena;
    const Parameters& parameters = planning_.parameters;
    const int kernel = parameters.at(meanKernel_), bias = parameters.at(meanBias_);
    products_.build(context, kernel, bias, kernel, bias);
    const ProgramSource source = planning_.shape.program(ProgramPart::drawing);
    const Buffer &raw = arena[rawWiring_.y.buffer], &noise = arena[noise_];
    sample_ = Kernel(context, source, "latent_sample");
    sample_.bind(raw, noise, arena[wiring_.y.buffer], arena[divergences_],
                 static_cast<int>(divergencesAt_), features(), blocks_, wiring_.y.map.halo,
                 planning_.batch, kMeans, 0, 0, 0, 0);
    gradients_ = Kernel(context, source, "latent_gradients");
    gradients_.bind(raw, noise, arena[wiring_.dy.buffer], arena[rawWiring_.dy.buffer], features(),
                    blocks_, wiring_.dy.map.halo, planning_.batch, 0.0f);
    const double map = bytesOf(wiring_.y, planning_.batch);
    sample_.setWork({0, 4 * map});
    gradients_.setWork({0, 6 * map});
}

void Latent::begin(Queue& queue, const StepSettings& settings) {
    gradients_.set(kGradientWeight, static_cast<float>(settings.latentKl / planning_.batch));
    const StepNoise& noise = settings.noise;
    source_ = noise.given.empty() ? kStream : kGiven;
    if (noise.given.empty()) {
        setStream(sample_, kSampleStream,
                  {noise.seed, StreamPurpose::latent, 0, static_cast<std::uint64_t>(noise.step)});
        return;
    }
    const auto count = static_cast<std::size_t>(features());
    const std::size_t row = Map{wiring_.y.map.shape, 0}.floats();
    const std::span<const float> given =
        noise.given.last(count * static_cast<std::size_t>(planning_.batch));
    std::vector<float> placed(row * static_cast<std::size_t>(planning_.batch));
    for (std::size_t i = 0; i < given.size(); ++i)
        placed[i / count * row + i % count] = given[i];
    EventHandle written =
        queue.write(planning_.arena[noise_], placed.data(), placed.size() * sizeof(float));
    queue.wait(written);
}

void Latent::forward(Queue& queue, int images, Mode mode) {
    products_.forward(queue, images);
    sample_.set(kSampleImages, images);
    sample_.set(kSampleSource, mode == Mode::prediction ? kMeans : source_);
    queue.launch(sample_, planning_.shape.groups(parts_));
}

void Latent::backward(Queue& queue) {
    queue.launch(gradients_, planning_.shape.striding(vectors()));
    products_.backward(queue);
}

}  // namespace shearbench::device::opencl
