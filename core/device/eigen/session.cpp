// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/session.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/device/losses.h"
#include "core/error.h"

namespace shearbench::device::eigen {

SessionLayout layoutOf(const network::Network& network, int batch, int threads) {
    SessionLayout layout;
    layout.parameters = network.parameterCount();
    layout.bayesianWeights = network::bayesianWeightCount(network);
    for (const network::Layer& layer : network.layers()) {
        const OperationMemory memory = operationMemory(layer, batch, threads);
        const std::size_t output =
            saturatingProduct({layer.output.count(), static_cast<std::size_t>(batch)});
        std::size_t& gradient = layout.outputGradients[layout.outputs.size() % 2];
        gradient = std::max(gradient, output);
        layout.outputs.push_back(output);
        layout.stateBytes.push_back(memory.stateBytes);
        layout.workspace = std::max(layout.workspace, memory.workspaceFloats);
    }
    return layout;
}

MemoryPlan planOf(const network::Network& network, int batch, int threads) {
    const SessionLayout layout = layoutOf(network, batch, threads);
    MemoryPlan plan;
    plan.batch = batch;
    const auto add = [&](std::string name, MemoryUse use, std::size_t count, std::size_t unit) {
        if (count > 0)
            plan.items.push_back({std::move(name), use, saturatingProduct({count, unit})});
    };
    constexpr std::size_t kFloat = sizeof(float);
    add("parameters", MemoryUse::parameters, layout.parameters, kFloat);
    add("parameter gradients", MemoryUse::parameters, layout.parameters, kFloat);
    add("Adam moments", MemoryUse::optimiser, layout.parameters, 2 * kFloat);
    add("drawn weights", MemoryUse::parameters, layout.bayesianWeights,
        BayesianKernels::kFloatsPerWeight * kFloat);
    for (std::size_t i = 0; i < layout.outputs.size(); ++i) {
        const std::string& name = network.layers()[i].name;
        add(name + " output", MemoryUse::activations, layout.outputs[i], kFloat);
        add(name + " statistics", MemoryUse::activations, layout.stateBytes[i], 1);
    }
    add("output gradients, even layers", MemoryUse::activations, layout.outputGradients[0], kFloat);
    add("output gradients, odd layers", MemoryUse::activations, layout.outputGradients[1], kFloat);
    add("convolution workspace", MemoryUse::workspace, layout.workspace, kFloat);
    return plan;
}

EigenSession::EigenSession(network::Network network, int batch, int threads)
    : network_(std::move(network)),
      plan_(planOf(network_, batch, threads)),
      batch_(static_cast<std::size_t>(batch)),
      pool_(threads),
      bayesian_(network_, pool_),
      trainable_(trainableRanges(network_)) {
    const SessionLayout layout = layoutOf(network_, batch, threads);
    for (std::vector<float>* array : {&parameters_, &gradients_, &firstMoment_, &secondMoment_})
        array->resize(layout.parameters);
    workspace_.resize(layout.workspace);
    for (std::size_t output : layout.outputs)
        outputs_.emplace_back(output);
    outputGradients_[0].resize(layout.outputGradients[0]);
    outputGradients_[1].resize(layout.outputGradients[1]);
    makeOperations();
}

void EigenSession::makeOperations() {
    std::vector<std::vector<Tensor>> tensors(network_.layers().size());
    const std::vector<network::BayesianKernel> kernels = network::bayesianKernels(network_);
    std::size_t kernel = 0;
    for (const network::Parameter& parameter : network_.parameters()) {
        std::vector<Tensor>& own = tensors[static_cast<std::size_t>(parameter.layer)];
        if (kernel < kernels.size() && parameter.offset == kernels[kernel].mean)
            own.push_back(bayesian_.tensor(kernel));
        else if (kernel < kernels.size() && parameter.offset == kernels[kernel].rho)
            ++kernel;
        else
            own.push_back({std::span(parameters_).subspan(parameter.offset, parameter.count),
                           std::span(gradients_).subspan(parameter.offset, parameter.count)});
    }
    for (std::size_t i = 0; i < tensors.size(); ++i)
        operations_.push_back(makeOperation(
            {network_.layers()[i], std::move(tensors[i]), workspace_, pool_, batch_}));
}

void EigenSession::setParameters(std::span<const float> values) {
    checkSize(network_, "new parameters", values.size(), parameters_.size());
    std::copy(values.begin(), values.end(), parameters_.begin());
    useMeanWeights();
}

void EigenSession::parameters(std::span<float> values) const {
    checkSize(network_, "parameters to read", values.size(), parameters_.size());
    std::copy(parameters_.begin(), parameters_.end(), values.begin());
}

void EigenSession::gradients(std::span<float> values) const {
    checkSize(network_, "gradients to read", values.size(), gradients_.size());
    std::copy(gradients_.begin(), gradients_.end(), values.begin());
}

void EigenSession::setOptimiserState(const OptimiserState& state) {
    checkSize(network_, "first moments", state.firstMoment.size(), firstMoment_.size());
    checkSize(network_, "second moments", state.secondMoment.size(), secondMoment_.size());
    std::copy(state.firstMoment.begin(), state.firstMoment.end(), firstMoment_.begin());
    std::copy(state.secondMoment.begin(), state.secondMoment.end(), secondMoment_.begin());
    updates_ = state.updates;
}

OptimiserState EigenSession::optimiserState() const {
    return {firstMoment_, secondMoment_, updates_};
}

void EigenSession::forward(const float* images, std::size_t count, Mode mode) {
    const float* in = images;
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        operations_[i]->forward(in, outputs_[i].data(), count, mode);
        in = outputs_[i].data();
    }
}

void EigenSession::backward(const float* images) {
    for (std::size_t i = operations_.size(); i-- > 0;)
        operations_[i]->backward(i ? outputs_[i - 1].data() : images, outputGradient(i).data(),
                                 i ? outputGradient(i - 1).data() : nullptr, batch_);
}

void EigenSession::step(std::span<const float> images, std::span<const float> targets,
                        const StepSettings& settings) {
    checkSize(network_, "images of a step", images.size(), batch_ * network_.input().count());
    checkSize(network_, "targets of a step", targets.size(), batch_ * network_.targetCount());
    if (!settings.noise.given.empty())
        checkNoise(network_, settings.noise.given.size());
    for (const std::unique_ptr<Operation>& operation : operations_)
        operation->begin(settings);
    useMeanWeights();
    const double weightKl = bayesian_.draw(parameters_, StreamPurpose::weightDraw, settings.noise);
    forward(images.data(), batch_, Mode::training);

    const std::size_t last = operations_.size() - 1;
    const double share = 1.0 / static_cast<double>(batch_);
    const double dataLoss =
        share * lossAndGradient(network_.loss(), network_.output().count(), outputs_[last], targets,
                                share, outputGradient(last).first(outputs_[last].size()));
    backward(images.data());
    bayesian_.spreadGradients(parameters_, settings.weightKl, gradients_);

    double latentKl = 0;
    for (const std::unique_ptr<Operation>& operation : operations_)
        latentKl += operation->divergence();
    const double norm = gradientNorm(gradients_, trainable_);
    sums_.add(dataLoss, weightKl + latentKl,
              dataLoss + settings.weightKl * weightKl + settings.latentKl * latentKl, norm);
    if (!settings.update)
        return;
    const bool clip = settings.clipNorm > 0 && norm > settings.clipNorm;
    adamUpdate({parameters_, gradients_, firstMoment_, secondMoment_}, trainable_, settings,
               clip ? settings.clipNorm / norm : 1.0, ++updates_, pool_);
    for (const std::unique_ptr<Operation>& operation : operations_)
        operation->updateAverages();
}

void EigenSession::predict(std::span<const float> images, std::span<float> outputs) {
    const std::size_t inCount = network_.input().count(), outCount = network_.output().count();
    const std::size_t all = images.size() / inCount;
    checkSize(network_, "images to predict", images.size(), all * inCount);
    checkSize(network_, "predictions", outputs.size(), all * outCount);
    if (predictWith_ == Kernels::unknown) {
        bayesian_.setToMeans(parameters_);
        predictWith_ = Kernels::means;
    }
    for (std::size_t first = 0; first < all; first += batch_) {
        const std::size_t count = std::min(batch_, all - first);
        forward(images.data() + first * inCount, count, Mode::prediction);
        std::copy_n(outputs_.back().begin(), count * outCount, outputs.begin() + first * outCount);
    }
}

void EigenSession::invert(std::span<const float> base, std::span<float> samples) {
    requireFlow(network_, base.size(), samples.size());
    const std::size_t dimensions = network_.input().count();
    const std::size_t all = base.size() / dimensions;
    for (std::size_t first = 0; first < all; first += batch_) {
        const std::size_t count = std::min(batch_, all - first);
        const float* u = base.data() + first * dimensions;
        float* y = samples.data() + first * dimensions;
        for (std::size_t i = operations_.size(); i-- > 0; u = y)
            operations_[i]->invert(u, y, count);
    }
}

void EigenSession::drawWeights(std::uint64_t seed, std::int64_t draw) {
    bayesian_.draw(parameters_, StreamPurpose::predictiveDraw, {.seed = seed, .step = draw});
    predictWith_ = Kernels::draw;
}

}  // namespace shearbench::device::eigen
