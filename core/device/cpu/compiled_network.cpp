// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/compiled_network.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/device/cpu/convolution.h"
#include "core/device/cpu/dense.h"
#include "core/device/cpu/isa.h"
#include "core/device/cpu/latent.h"
#include "core/device/cpu/normalised_convolution.h"
#include "core/device/cpu/pack.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/prelu.h"
#include "core/device/cpu/reshape.h"
#include "core/device/cpu/transposed_convolution.h"
#include "core/device/device.h"

namespace shearbench::device::cpu {

using network::Layer;
using network::LayerKind;

namespace {

bool isPrelu(const std::vector<Layer>& layers, std::size_t index) {
    return index < layers.size() && layers[index].kind == LayerKind::prelu;
}

}  // namespace

CompiledNetwork::CompiledNetwork(const network::Network& network, int batch)
    : network_(network),
      batch_(batch),
      width_(kernels().width),
      parameters_(network_),
      bayesian_(parameters_),
      featureCount_(static_cast<std::size_t>(batch) * network_.output().count()) {
    lower();
    parameters_.request(arena_);
    bayesian_.request(arena_);
    requestMaps();
}

void CompiledNetwork::lower() {
    const std::vector<Layer>& layers = network_.layers();
    std::size_t next = 0;
    std::optional<Parameters::Slot> bias;
    if (layers.size() >= 2 && NormalisedConvolution::suits(layers[0], layers[1])) {
        auto first = std::make_unique<NormalisedConvolution>(
            layers[0], layers[1], width_, batch_, isPrelu(layers, 2), arena_, parameters_);
        bias = first->bias();
        averaging_.push_back(first.get());
        entry_ = std::move(first);
        next = 2;
    } else {
        entry_ = std::make_unique<Pack>(network_.input(), width_, batch_);
    }
    bool gradientNeeded = next > 0;
    for (; next < layers.size(); ++next) {
        const Layer& layer = layers[next];
        const bool preluFollows = isPrelu(layers, next + 1);
        const std::optional<Parameters::Slot> biasBefore = std::exchange(bias, std::nullopt);
        // A transposed convolution of stride 1 is a convolution with the kernel turned round.
        const LayerKind kind = layer.kind == LayerKind::transposedConvolution && layer.stride == 1
                                   ? LayerKind::convolution
                                   : layer.kind;
        switch (kind) {
            case LayerKind::batchNorm: {
                auto norm = std::make_unique<BatchNorm>(layer, width_, batch_, arena_, parameters_);
                averaging_.push_back(norm.get());
                operations_.push_back(std::move(norm));
                break;
            }
            case LayerKind::convolution: {
                auto convolution = std::make_unique<Convolution>(
                    layer, width_, batch_, gradientNeeded, preluFollows, arena_, parameters_);
                bias = convolution->bias();
                operations_.push_back(std::move(convolution));
                break;
            }
            case LayerKind::prelu: {
                const Operation& before = operations_.empty() ? *entry_ : *operations_.back();
                auto prelu = std::make_unique<Prelu>(layer, width_, batch_, arena_, parameters_,
                                                     biasBefore, before.activates());
                prelus_.resize(operations_.size());
                prelus_.push_back(prelu.get());
                operations_.push_back(std::move(prelu));
                break;
            }
            case LayerKind::dense: {
                auto dense = std::make_unique<Dense>(layer, width_, batch_, preluFollows, arena_,
                                                     parameters_);
                bias = dense->bias();
                operations_.push_back(std::move(dense));
                break;
            }
            case LayerKind::transposedConvolution: {
                auto transposed = std::make_unique<TransposedConvolution>(
                    layer, width_, batch_, preluFollows, arena_, parameters_);
                bias = transposed->bias();
                operations_.push_back(std::move(transposed));
                break;
            }
            case LayerKind::reshape:
                operations_.push_back(std::make_unique<Reshape>(layer, width_, batch_));
                break;
            case LayerKind::sigmoid:
                operations_.push_back(std::make_unique<Sigmoid>(layer, width_, batch_));
                break;
            case LayerKind::latent:
                operations_.push_back(
                    std::make_unique<Latent>(layer, width_, batch_, arena_, parameters_));
                break;
            case LayerKind::made: {
                auto made = std::make_unique<Made>(layer, width_, batch_, arena_, parameters_);
                flow_.push_back(made.get());
                operations_.push_back(std::move(made));
                break;
            }
        }
        needsInputGradient_.push_back(gradientNeeded);
        gradientNeeded = true;
    }
    prelus_.resize(operations_.size() + 1);
}

void CompiledNetwork::requestMaps() {
    const auto ask = [&](const std::string& name, const Blocked& map) {
        outputs_.push_back(
            arena_.request(name + " output", MemoryUse::activations, map.imageFloats(), batch_));
    };
    const std::vector<Layer>& layers = network_.layers();
    const std::size_t fused = layers.size() - operations_.size();
    ask(fused ? layers[fused - 1].name : "images", entry_->output());
    for (std::size_t i = 0; i < operations_.size(); ++i)
        ask(layers[fused + i].name, operations_[i]->output());

    featureBuffer_ =
        arena_.request("output features and gradients", MemoryUse::staging,
                       static_cast<std::int64_t>(network_.output().count()), 2LL * batch_);

    const char* const names[2] = {"gradients, first buffer", "gradients, second buffer"};
    gradientBuffers_.resize(outputs_.size());
    int buffer = 0;
    for (std::size_t i = outputs_.size(); i-- > 0;) {
        const bool last = i + 1 == outputs_.size();
        if (!last && !operations_[i]->gradientInPlace())
            buffer = 1 - buffer;
        gradientBuffers_[i] = buffer;
        const bool needed = last || needsInputGradient_[i];
        const Blocked& map = i ? operations_[i - 1]->output() : entry_->output();
        gradients_[buffer] = arena_.requestShared(names[buffer], MemoryUse::activations,
                                                  needed ? map.imageFloats() : 0, batch_);
    }
}

void CompiledNetwork::allocate() {
    arena_.allocate();
    parameters_.bind(arena_);
    bayesian_.bind(arena_);
    lastOutput_ = arena_.at(outputs_.back());
    lastGradient_ = arena_.at(gradients_[gradientBuffers_.back()]);
    features_ = arena_.at(featureBuffer_);
    featureGradients_ = features_ + featureCount_;
    entry_->bind(arena_, wiring(0));
    for (std::size_t i = 0; i < operations_.size(); ++i)
        operations_[i]->bind(arena_, wiring(i + 1));
}

/// The entry, index 0, or operations_[index - 1].
Operation& CompiledNetwork::operation(std::size_t index) const {
    return index == 0 ? *entry_ : *operations_[index - 1];
}

Wiring CompiledNetwork::wiring(std::size_t index) const {
    const auto gradient = [&](std::size_t i) { return arena_.at(gradients_[gradientBuffers_[i]]); };
    Wiring wires;
    wires.output = arena_.at(outputs_[index]);
    wires.outputGradient = gradient(index);
    if (index > 0) {
        wires.input = arena_.at(outputs_[index - 1]);
        wires.inputGradient = needsInputGradient_[index - 1] ? gradient(index - 1) : nullptr;
    }
    if (operation(index).activates() && prelus_[index]) {
        wires.slope = prelus_[index]->slope();
        wires.activated = arena_.at(outputs_[index + 1]);
    }
    return wires;
}

const Blocked& CompiledNetwork::lastMap() const {
    return operations_.empty() ? entry_->output() : operations_.back()->output();
}

std::span<const float> CompiledNetwork::forward(const float* images, int count, Mode mode,
                                                Stopwatch* watch) {
    const auto lap = [&](std::size_t piece) {
        if (watch)
            watch->lap(piece);
    };
    entry_->load(images, count, mode);
    entry_->forward(mode);
    lap(0);
    for (std::size_t i = 0; i < operations_.size(); ++i) {
        operations_[i]->forward(mode);
        lap(i + 1);
    }
    const Blocked& map = lastMap();
    parallelFor(count, [&](std::int64_t n) {
        kernels().unpack(lastOutput_ + n * map.imageFloats(),
                         features_ + static_cast<std::size_t>(n) * map.shape.count(),
                         map.shape.channels, map.pixels());
    });
    return {features_, static_cast<std::size_t>(count) * map.shape.count()};
}

void CompiledNetwork::backward(Stopwatch* watch) {
    const std::size_t first = outputs_.size();
    const Blocked& map = lastMap();
    parallelFor(batch_, [&](std::int64_t n) {
        kernels().pack(featureGradients_ + static_cast<std::size_t>(n) * map.shape.count(),
                       lastGradient_ + n * map.imageFloats(), map.shape.channels, map.pixels());
    });
    for (std::size_t i = outputs_.size(); i-- > 0;) {
        operation(i).backward();
        if (watch)
            watch->lap(first + outputs_.size() - 1 - i);
    }
}

std::vector<ProfileItem> CompiledNetwork::profileItems() const {
    std::vector<ProfileItem> items;
    for (std::size_t i = 0; i < outputs_.size(); ++i)
        items.push_back(profileItem(i, ProfilePhase::forward));
    for (std::size_t i = outputs_.size(); i-- > 0;)
        items.push_back(profileItem(i, ProfilePhase::backward));
    return items;
}

ProfileItem CompiledNetwork::profileItem(std::size_t index, ProfilePhase phase) const {
    const bool back = phase == ProfilePhase::backward;
    const bool toInput = index > 0 && needsInputGradient_[index - 1];
    const std::vector<Layer>& layers = network_.layers();
    const std::size_t fused = layers.size() - operations_.size();
    ProfileItem item;
    item.phase = phase;
    item.method = operation(index).method();
    double floats = 0;
    for (std::size_t l = index == 0 ? 0 : fused + index - 1; l < fused + index; ++l) {
        const Layer& layer = layers[l];
        item.name += (item.name.empty() ? "" : " + ") + layer.name;
        item.operations +=
            2.0 * batch_ * static_cast<double>(layer.multiplyAdds()) * (back && toInput ? 2 : 1);
        const double maps = static_cast<double>(layer.input.count()) * (back && toInput ? 2 : 1) +
                            static_cast<double>(layer.output.count());
        floats += batch_ * maps;
    }
    for (const network::Parameter& parameter : network_.parameters())
        if (parameter.layer >= static_cast<int>(index == 0 ? 0 : fused + index - 1) &&
            parameter.layer < static_cast<int>(fused + index))
            floats += static_cast<double>(parameter.count) * (back ? 2 : 1);
    item.bytes = sizeof(float) * floats;
    if (item.name.empty())
        item.name = "images";
    return item;
}

void CompiledNetwork::begin(const StepSettings& settings) {
    for (const auto& operation : operations_)
        operation->begin(settings);
}

void CompiledNetwork::weightsChanged() {
    for (const auto& operation : operations_)
        operation->weightsChanged();
}

double CompiledNetwork::divergence() const {
    double sum = 0;
    for (const auto& operation : operations_)
        sum += operation->divergence();
    return sum;
}

void CompiledNetwork::moveAverages() {
    for (Averaging* norm : averaging_)
        norm->moveAverages();
}

std::string CompiledNetwork::describe() const {
    std::string text;
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        const ProfileItem item = profileItem(i, ProfilePhase::forward);
        if (!item.method.empty())
            text += (text.empty() ? "" : "\n") + item.name + ": " + item.method;
    }
    return text;
}

}  // namespace shearbench::device::cpu
