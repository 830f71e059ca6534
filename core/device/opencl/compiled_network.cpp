// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/compiled_network.h"

#include <algorithm>

#include "core/device/device.h"
#include "core/device/opencl/batch_norm.h"
#include "core/device/opencl/dense.h"
#include "core/device/opencl/prelu.h"

namespace shearbench::device::opencl {

using network::Layer;
using network::LayerKind;

namespace {

constexpr const char* kDevice = "an OpenCL device";

}  // namespace

/// One operation: a layer, and a PReLU it takes along.
struct CompiledNetwork::Step {
    const Layer* layer;
    const Layer* prelu = nullptr;

    bool isConvolution() const { return layer->kind == LayerKind::convolution; }
    network::Shape output() const { return prelu ? prelu->output : layer->output; }
};

CompiledNetwork::CompiledNetwork(const network::Network& network, const Hardware& hardware,
                                 int batch)
    : network_(network),
      hardware_(hardware),
      parameters_(network_, arena_),
      planning_{hardware_, LaunchShape(hardware_), batch, arena_, parameters_} {
    const auto images = static_cast<std::size_t>(batch);
    images_ = arena_.request("images", MemoryUse::staging,
                             saturatingProduct({images, network_.input().count()}));
    outputs_ = arena_.request("outputs", MemoryUse::staging,
                              saturatingProduct({images, network_.output().count()}));
    lower();
    parameters_.place();
    optimiser_ = std::make_unique<Optimiser>(planning_, convolutions_, *loss_);
}

void CompiledNetwork::lower() {
    const std::vector<Layer>& layers = network_.layers();
    std::vector<Step> steps;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        steps.push_back({&layers[i]});
        if (steps.back().isConvolution() && i + 1 < layers.size() &&
            layers[i + 1].kind == LayerKind::prelu)
            steps.back().prelu = &layers[++i];
    }

    const auto batch = static_cast<std::size_t>(planning_.batch);
    // Map k lies in front of step k; its halo is for the convolution that reads it, its gradient's
    // for the convolution that made it. Gradients without a halo take turns in two buffers.
    std::vector<Place> maps, gradients;
    std::size_t shared[2] = {};
    std::vector<bool> ownGradient;
    for (std::size_t k = 0; k <= steps.size(); ++k) {
        const network::Shape shape = k == 0 ? network_.input() : steps[k - 1].output();
        const bool read = k < steps.size() && steps[k].isConvolution();
        const bool made = k > 0 && steps[k - 1].isConvolution() && !steps[k - 1].prelu;
        const std::string name = k == 0               ? "packed images"
                                 : steps[k - 1].prelu ? steps[k - 1].prelu->name + " output"
                                                      : steps[k - 1].layer->name + " output";
        Place map{{shape, read ? 1 : 0}};
        map.buffer = arena_.request(name, MemoryUse::activations,
                                    saturatingProduct({map.map.floats(), batch}));
        maps.push_back(map);
        Place gradient{{shape, made ? 1 : 0}};
        const std::size_t floats = saturatingProduct({gradient.map.floats(), batch});
        ownGradient.push_back(made || k == steps.size());
        if (ownGradient.back())
            gradient.buffer = arena_.request(name + " gradient", MemoryUse::activations, floats);
        else if (k > 0)
            shared[k % 2] = std::max(shared[k % 2], floats);
        gradients.push_back(gradient);
    }
    const Arena::Index turns[2] = {
        arena_.request("gradients, even", MemoryUse::activations, shared[0]),
        arena_.request("gradients, odd", MemoryUse::activations, shared[1])};
    for (std::size_t k = 0; k <= steps.size(); ++k)
        if (!ownGradient[k])
            gradients[k].buffer = turns[k % 2];

    for (std::size_t k = 0; k < steps.size(); ++k)
        operations_.push_back(
            makeOperation(steps[k], {maps[k], maps[k + 1], gradients[k + 1], gradients[k], k > 0}));
    input_ = maps.front();
    output_ = maps.back();
    loss_ = std::make_unique<Loss>(planning_, network_, output_, gradients.back());
}

std::unique_ptr<Operation> CompiledNetwork::makeOperation(const Step& step, const Wiring& wiring) {
    if (step.layer->bayesian)
        refuseLayer(*step.layer, kDevice);
    switch (step.layer->kind) {
        case LayerKind::batchNorm:
            return std::make_unique<BatchNorm>(planning_, *step.layer, wiring);
        case LayerKind::prelu:
            return std::make_unique<Prelu>(planning_, *step.layer, wiring);
        case LayerKind::dense:
            return std::make_unique<Dense>(planning_, *step.layer, wiring);
        case LayerKind::convolution: {
            auto convolution =
                std::make_unique<Convolution>(planning_, *step.layer, step.prelu, wiring);
            convolutions_.push_back(convolution.get());
            return convolution;
        }
        case LayerKind::transposedConvolution:
        case LayerKind::reshape:
        case LayerKind::sigmoid:
        case LayerKind::latent:
        case LayerKind::made:
            break;
    }
    refuseLayer(*step.layer, kDevice);
}

void CompiledNetwork::build(Context& context, Queue& queue) {
    arena_.allocate(context, queue);
    for (const std::unique_ptr<Operation>& operation : operations_)
        operation->build(context);
    loss_->build(context);
    optimiser_->build(context, queue);
    const ProgramSource source = planning_.shape.program();
    const auto bind = [&](Kernel& kernel, const Place& place, Arena::Index plain, bool packs) {
        const network::Shape shape = place.map.shape;
        kernel.bind(arena_[packs ? plain : place.buffer], arena_[packs ? place.buffer : plain],
                    shape.channels, shape.height, shape.width, place.map.blocks(), place.map.halo,
                    planning_.batch);
    };
    pack_ = Kernel(context, source, "pack_images");
    bind(pack_, input_, images_, true);
    unpack_ = Kernel(context, source, "unpack_map");
    bind(unpack_, output_, outputs_, false);
}

void CompiledNetwork::forward(Queue& queue, int images, Mode mode) {
    const auto pixelsOf = [&](const Place& place) {
        return static_cast<std::size_t>(place.map.blocks()) * place.map.pixels() * images;
    };
    pack_.set(7, images);
    queue.launch(pack_, planning_.shape.striding(pixelsOf(input_)));
    for (const std::unique_ptr<Operation>& operation : operations_)
        operation->forward(queue, images, mode);
}

void CompiledNetwork::unpackOutputs(Queue& queue, int images) {
    unpack_.set(7, images);
    queue.launch(unpack_, planning_.shape.striding(static_cast<std::size_t>(output_.map.blocks()) *
                                                   output_.map.pixels() * images));
}

void CompiledNetwork::backward(Queue& queue) {
    loss_->compute(queue);
    for (std::size_t i = operations_.size(); i-- > 0;)
        operations_[i]->backward(queue);
}

}  // namespace shearbench::device::opencl
