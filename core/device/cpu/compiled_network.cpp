// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/compiled_network.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/device/cpu/convolution.h"
#include "core/device/cpu/dense.h"
#include "core/device/cpu/isa.h"
#include "core/device/cpu/normalised_convolution.h"
#include "core/device/cpu/pack.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/prelu.h"
#include "core/device/device.h"
#include "core/error.h"

namespace shearbench::device::cpu {

using network::Layer;
using network::LayerKind;

namespace {

bool isPrelu(const std::vector<Layer>& layers, std::size_t index) {
    return index < layers.size() && layers[index].kind == LayerKind::prelu;
}

/// Runs `compile` for a layer; the library's errors come out naming it.
template <class Compile>
auto compiling(const network::Network& network, const Layer& layer, const Compile& compile) {
    try {
        return compile();
    } catch (const dnnl::error& e) {
        throw Error(ErrorKind::device,
                    fmt::format("Network {}: oneDNN cannot compute layer {} ({} x {} x {} to {} x "
                                "{} x {}): {}.",
                                network.name(), layer.name, layer.input.channels,
                                layer.input.height, layer.input.width, layer.output.channels,
                                layer.output.height, layer.output.width, e.what()),
                    "Choose a smaller batch or layer, or another device.");
    }
}

}  // namespace

CompiledNetwork::CompiledNetwork(const network::Network& network, int batch)
    : network_(network),
      batch_(batch),
      width_(kernels().width),
      parameters_(network_),
      featureCount_(static_cast<std::size_t>(batch) * network_.output().count()) {
    lower();
    parameters_.request(arena_);
    requestMaps();
}

void CompiledNetwork::lower() {
    const std::vector<Layer>& layers = network_.layers();
    std::size_t next = 0;
    for (const Layer& layer : layers)
        if (layer.bayesian)
            refuseLayer(layer, "the processor's device");
    std::optional<Parameters::Slot> bias;
    if (layers.size() >= 2 && compiling(network_, layers[1], [&] {
            return NormalisedConvolution::suits(layers[0], layers[1], width_, batch_);
        })) {
        auto first = compiling(network_, layers[1], [&] {
            return std::make_unique<NormalisedConvolution>(layers[0], layers[1], width_, batch_,
                                                           isPrelu(layers, 2), arena_, parameters_);
        });
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
        switch (layer.kind) {
            case LayerKind::batchNorm: {
                auto norm = std::make_unique<BatchNorm>(layer, width_, batch_, arena_, parameters_);
                averaging_.push_back(norm.get());
                operations_.push_back(std::move(norm));
                break;
            }
            case LayerKind::convolution: {
                auto convolution = compiling(network_, layer, [&] {
                    return std::make_unique<Convolution>(layer, width_, batch_, gradientNeeded,
                                                         preluFollows, arena_, parameters_);
                });
                bias = convolution->bias();
                operations_.push_back(std::move(convolution));
                break;
            }
            case LayerKind::prelu:
                operations_.push_back(std::make_unique<Prelu>(layer, width_, batch_, arena_,
                                                              parameters_, biasBefore));
                break;
            case LayerKind::dense: {
                auto dense = std::make_unique<Dense>(layer, width_, batch_, preluFollows, arena_,
                                                     parameters_);
                bias = dense->bias();
                operations_.push_back(std::move(dense));
                break;
            }
        }
        needsInputGradient_.push_back(gradientNeeded);
        gradientNeeded = true;
    }
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
    const auto gradient = [&](std::size_t i) { return arena_.at(gradients_[gradientBuffers_[i]]); };
    lastOutput_ = arena_.at(outputs_.back());
    lastGradient_ = gradient(outputs_.size() - 1);
    features_ = arena_.at(featureBuffer_);
    featureGradients_ = features_ + featureCount_;
    const std::vector<Layer>& layers = network_.layers();
    const std::size_t fused = layers.size() - operations_.size();
    compiling(network_, layers[fused ? fused - 1 : 0], [&] {
        entry_->bind(arena_, {nullptr, arena_.at(outputs_[0]), gradient(0), nullptr});
    });
    for (std::size_t i = 0; i < operations_.size(); ++i)
        compiling(network_, layers[fused + i], [&] {
            operations_[i]->bind(
                arena_, {arena_.at(outputs_[i]), arena_.at(outputs_[i + 1]), gradient(i + 1),
                         needsInputGradient_[i] ? gradient(i) : nullptr});
        });
}

const Blocked& CompiledNetwork::lastMap() const {
    return operations_.empty() ? entry_->output() : operations_.back()->output();
}

std::span<const float> CompiledNetwork::forward(const float* images, int count, Mode mode) {
    entry_->load(images, count, mode);
    entry_->forward(mode);
    for (const auto& operation : operations_)
        operation->forward(mode);
    const Blocked& map = lastMap();
    parallelFor(count, [&](std::int64_t n) {
        kernels().unpack(lastOutput_ + n * map.imageFloats(),
                         features_ + static_cast<std::size_t>(n) * map.shape.count(),
                         map.shape.channels, map.pixels());
    });
    return {features_, static_cast<std::size_t>(count) * map.shape.count()};
}

void CompiledNetwork::backward() {
    const Blocked& map = lastMap();
    parallelFor(batch_, [&](std::int64_t n) {
        kernels().pack(featureGradients_ + static_cast<std::size_t>(n) * map.shape.count(),
                       lastGradient_ + n * map.imageFloats(), map.shape.channels, map.pixels());
    });
    for (auto operation = operations_.rbegin(); operation != operations_.rend(); ++operation)
        (*operation)->backward();
    entry_->backward();
}

void CompiledNetwork::moveAverages() {
    for (Averaging* norm : averaging_)
        norm->moveAverages();
}

std::string CompiledNetwork::describe() const {
    std::string text = entry_->describe();
    for (const auto& operation : operations_) {
        const std::string line = operation->describe();
        if (!line.empty())
            text += (text.empty() ? "" : "\n") + line;
    }
    return text;
}

}  // namespace shearbench::device::cpu
