// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/compiled_network.h"

#include <algorithm>
#include <span>
#include <utility>

#include "core/device/opencl/batch_norm.h"
#include "core/device/opencl/dense.h"
#include "core/device/opencl/elements.h"
#include "core/device/opencl/prelu.h"

namespace shearbench::device::opencl {

using network::Layer;
using network::LayerKind;

/// One operation: a layer, and what it takes along: a PReLU behind a convolution, made layers of
/// equal size behind one another.
struct CompiledNetwork::Step {
    std::span<const Layer> layers;

    const Layer& layer() const { return layers.front(); }
    const Layer* prelu() const {
        return isConvolution() && layers.size() > 1 ? &layers.back() : nullptr;
    }
    /// Of either direction: their input has a halo, and the gradient by their sums.
    bool isConvolution() const {
        return layer().kind == LayerKind::convolution ||
               layer().kind == LayerKind::transposedConvolution;
    }
    bool takes(const Layer& next) const {
        if (layer().kind == LayerKind::made)
            return next.kind == LayerKind::made && next.hidden == layer().hidden;
        return isConvolution() && layers.size() == 1 && next.kind == LayerKind::prelu;
    }
};

CompiledNetwork::CompiledNetwork(const network::Network& network, const Hardware& hardware,
                                 TileTable tiles, int batch)
    : network_(network),
      hardware_(hardware),
      tiles_(std::move(tiles)),
      parameters_(network_, arena_),
      planning_{hardware_, LaunchShape(hardware_), batch, arena_, parameters_, tiles_} {
    const auto images = static_cast<std::size_t>(batch);
    images_ = arena_.request("images", MemoryUse::staging,
                             saturatingProduct({images, network_.input().count()}));
    picks_ = arena_.request("numbers of images", MemoryUse::staging,
                            saturatingProduct({images, KeptImages::kPickNumbers}));
    outputs_ = arena_.request("outputs", MemoryUse::staging,
                              saturatingProduct({images, network_.output().count()}));
    divergences_ = arena_.request("divergences of latent layers", MemoryUse::workspace, 0);
    lower();
    parameters_.place();
    weights_ = std::make_unique<BayesianWeights>(planning_);
    mirrors_ = std::make_unique<Mirrors>(planning_, convolutions_);
    transforms_ = std::make_unique<KernelTransforms>(planning_, convolutions_);
    optimiser_ = std::make_unique<Optimiser>(planning_, *loss_, *weights_,
                                             Pieces{divergences_, divergenceParts_});
}

std::vector<CompiledNetwork::Step> CompiledNetwork::steps() const {
    const std::span<const Layer> layers = network_.layers();
    std::vector<Step> steps;
    for (std::size_t i = 0, end = 0; i < layers.size(); i = end) {
        Step step{layers.subspan(i, 1)};
        for (end = i + 1; end < layers.size() && step.takes(layers[end]); ++end)
            step.layers = layers.subspan(i, end + 1 - i);
        steps.push_back(step);
    }
    return steps;
}

void CompiledNetwork::lower() {
    const std::vector<Step> steps = this->steps();
    const auto batch = static_cast<std::size_t>(planning_.batch);
    // Map k lies in front of step k; its halo is for the convolution that reads it, its gradient's
    // for the convolution that made it. Gradients without a halo take turns in two buffers.
    std::vector<Place> maps, gradients;
    std::size_t shared[2] = {};
    std::vector<bool> ownGradient;
    for (std::size_t k = 0; k <= steps.size(); ++k) {
        const Layer* before = k > 0 ? &steps[k - 1].layers.back() : nullptr;
        const network::Shape shape = before ? before->output : network_.input();
        const bool read = k < steps.size() && steps[k].isConvolution();
        const bool made = before && steps[k - 1].isConvolution() && !steps[k - 1].prelu();
        const std::string name = before ? before->name + " output" : "packed images";
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

    for (std::size_t k = 0; k < steps.size(); ++k) {
        operations_.push_back(
            makeOperation(steps[k], {maps[k], maps[k + 1], gradients[k + 1], gradients[k], k > 0}));
        const std::span<const Layer> layers = steps[k].layers;
        names_.push_back(layers.size() > 2   ? layers.front().name + " to " + layers.back().name
                         : layers.size() > 1 ? layers.front().name + " + " + layers.back().name
                                             : layers.front().name);
    }
    input_ = maps.front();
    output_ = maps.back();
    loss_ = std::make_unique<Loss>(planning_, network_, output_, gradients.back());
}

std::unique_ptr<Operation> CompiledNetwork::makeOperation(const Step& step, const Wiring& wiring) {
    const Layer& layer = step.layer();
    switch (layer.kind) {
        case LayerKind::batchNorm:
            return std::make_unique<BatchNorm>(planning_, layer, wiring);
        case LayerKind::prelu:
            return std::make_unique<Prelu>(planning_, layer, wiring);
        case LayerKind::dense:
            return std::make_unique<Dense>(planning_, layer, wiring);
        case LayerKind::sigmoid:
            return std::make_unique<Sigmoid>(planning_, layer, wiring);
        case LayerKind::reshape:
            return std::make_unique<Reshape>(planning_, wiring);
        case LayerKind::convolution:
        case LayerKind::transposedConvolution: {
            auto convolution =
                std::make_unique<Convolution>(planning_, layer, step.prelu(), wiring);
            convolutions_.push_back(convolution.get());
            return convolution;
        }
        case LayerKind::latent: {
            auto latent = std::make_unique<Latent>(planning_, layer, wiring, divergences_);
            divergenceParts_ += latent->parts();
            return latent;
        }
        case LayerKind::made:
            break;
    }
    if (flows_.empty())
        samples_ = arena_.request("samples", MemoryUse::staging,
                                  saturatingProduct({Flow::kSamples, layer.input.count()}));
    auto flow = std::make_unique<Flow>(planning_, step.layers, wiring, samples_);
    flows_.push_back(flow.get());
    return flow;
}

void CompiledNetwork::build(Context& context, Queue& queue) {
    arena_.allocate(context, queue);
    parameters_.makePlaces();
    for (const std::unique_ptr<Operation>& operation : operations_)
        operation->build(context);
    loss_->build(context);
    weights_->build(context, queue);
    mirrors_->build(context, queue);
    transforms_->build(context, queue);
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
    pack_.setWork({0, 2 * bytesOf(input_, planning_.batch)});
    unpack_.setWork({0, 2 * bytesOf(output_, planning_.batch)});
}

std::size_t CompiledNetwork::pieceOf(Other other) const {
    return 2 * operations_.size() + static_cast<std::size_t>(other);
}

std::vector<CompiledNetwork::Piece> CompiledNetwork::pieces() const {
    std::vector<Piece> pieces;
    for (const ProfilePhase phase : {ProfilePhase::forward, ProfilePhase::backward})
        for (const std::string& name : names_)
            pieces.push_back({name, phase});
    for (const auto& [name, phase] :
         {std::pair("images", ProfilePhase::forward), std::pair("outputs", ProfilePhase::forward),
          std::pair("mirrored kernels", ProfilePhase::forward),
          std::pair("weight draw", ProfilePhase::forward), std::pair("loss", ProfilePhase::loss),
          std::pair("Adam", ProfilePhase::update)})
        pieces.push_back({name, phase});
    return pieces;
}

void CompiledNetwork::makeMirrors(Queue& queue) {
    queue.setPiece(pieceOf(Other::mirrors));
    mirrors_->make(queue);
    transforms_->make(queue);
    mirrorsCurrent_ = true;
}

void CompiledNetwork::begin(Queue& queue, const StepSettings& settings) {
    queue.setPiece(pieceOf(Other::weights));
    weights_->draw(queue, StreamPurpose::weightDraw, settings.noise);
    if (weights_->any() || !mirrorsCurrent_)
        makeMirrors(queue);
    for (const std::unique_ptr<Operation>& operation : operations_)
        operation->begin(queue, settings);
}

void CompiledNetwork::keepImages(Context& context, Queue& queue, std::int64_t count) {
    kept_ =
        std::make_unique<KeptImages>(context, queue, planning_, input_, targets(), picks(), count);
}

void CompiledNetwork::packImages(Queue& queue, int images) {
    queue.setPiece(pieceOf(Other::images));
    pack_.set(7, images);
    queue.launch(pack_, planning_.shape.striding(static_cast<std::size_t>(input_.map.blocks()) *
                                                 input_.map.pixels() * images));
}

void CompiledNetwork::gatherImages(Queue& queue, bool asTargets) {
    queue.setPiece(pieceOf(Other::images));
    kept_->gather(queue, asTargets);
}

void CompiledNetwork::forward(Queue& queue, int images, Mode mode) {
    if (!mirrorsCurrent_ && (mirrors_->readForward() || transforms_->any()))
        makeMirrors(queue);
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        queue.setPiece(i);
        operations_[i]->forward(queue, images, mode);
    }
}

void CompiledNetwork::unpackOutputs(Queue& queue, int images) {
    queue.setPiece(pieceOf(Other::outputs));
    unpack_.set(7, images);
    queue.launch(unpack_, planning_.shape.striding(static_cast<std::size_t>(output_.map.blocks()) *
                                                   output_.map.pixels() * images));
}

void CompiledNetwork::backward(Queue& queue) {
    queue.setPiece(pieceOf(Other::loss));
    loss_->compute(queue);
    for (std::size_t i = operations_.size(); i-- > 0;) {
        queue.setPiece(operations_.size() + i);
        operations_[i]->backward(queue);
    }
}

void CompiledNetwork::finishStep(Queue& queue, const StepSettings& settings, std::int64_t update,
                                 int entry) {
    queue.setPiece(pieceOf(Other::update));
    optimiser_->finishStep(queue, settings, update, entry);
}

void CompiledNetwork::invert(Queue& queue, int samples) {
    for (auto flow = flows_.rbegin(); flow != flows_.rend(); ++flow)
        (*flow)->invert(queue, samples);
}

}  // namespace shearbench::device::opencl
