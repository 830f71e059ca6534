// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/parameters.h"

#include <algorithm>
#include <utility>

namespace shearbench::device::opencl {

ParameterFormat perChannel(const Map& map) {
    return {static_cast<std::size_t>(map.blocks()) * kBlock, [](std::size_t i) { return i; }};
}

ParameterFormat perElement(const Map& map) {
    const auto pixels = static_cast<std::size_t>(map.pixels());
    return {Map{map.shape, 0}.floats(), [pixels](std::size_t i) {
                const std::size_t channel = i / pixels, pixel = i % pixels;
                return (channel / kBlock * pixels + pixel) * kBlock + channel % kBlock;
            }};
}

ParameterFormat convolutionKernel(const network::Layer& layer) {
    const auto in = static_cast<std::size_t>(layer.input.channels);
    const auto inBlocks = static_cast<std::size_t>(blocksOf(layer.input.channels));
    const auto outBlocks = static_cast<std::size_t>(blocksOf(layer.output.channels));
    return {outBlocks * inBlocks * kTaps * kTile, [in, inBlocks](std::size_t i) {
                const std::size_t tap = i % kTaps, c = i / kTaps % in, o = i / kTaps / in;
                return ((o / kBlock * inBlocks + c / kBlock) * kTaps + tap) * kTile +
                       c % kBlock * kBlock + o % kBlock;
            }};
}

ParameterFormat denseKernel(const network::Layer& layer) {
    const ParameterFormat row = perElement({layer.input, 0});
    const std::size_t in = layer.input.count();
    return {static_cast<std::size_t>(layer.output.channels) * row.floats,
            [row, in](std::size_t i) { return i / in * row.floats + row.placeOf(i % in); }};
}

Parameters::Parameters(const network::Network& network, Arena& arena)
    : network_(network),
      arena_(arena),
      values_(arena.request("parameters", MemoryUse::parameters, 0)),
      gradients_(arena.request("gradients", MemoryUse::parameters, 0)),
      firstMoments_(arena.request("first Adam moments", MemoryUse::optimiser, 0)),
      secondMoments_(arena.request("second Adam moments", MemoryUse::optimiser, 0)),
      slices_(arena.request("slices of gradients", MemoryUse::workspace, 0)) {}

Parameters::Slot Parameters::add(const network::Layer& layer, const char* tensor,
                                 ParameterFormat format) {
    tensors_.push_back({&network_.parameter(layer.name + '.' + tensor), std::move(format), 0, {}});
    return tensors_.size() - 1;
}

Parameters::Slot Parameters::addKernel(const network::Layer& layer, ParameterFormat format) {
    if (!layer.bayesian)
        return add(layer, "kernel", std::move(format));
    const Slot mean = add(layer, "kernel_mean", format);
    tensors_[mean].kind = 1;
    tensors_[mean].noise = drawn_;
    drawn_ += format.floats;
    tensors_[add(layer, "kernel_rho", std::move(format))].kind = 2;
    return mean;
}

int Parameters::usedAt(Slot slot) const {
    const Tensor& tensor = tensors_[slot];
    return static_cast<int>(tensor.kind == 1 ? total_ + tensor.noise : tensor.at);
}

std::vector<BayesianTensor> Parameters::bayesian() const {
    std::vector<BayesianTensor> all;
    for (std::size_t i = 0; i < tensors_.size(); ++i)
        if (const Tensor& mean = tensors_[i]; mean.kind == 1)
            all.push_back({mean.at, tensors_[i + 1].at, total_ + mean.noise, mean.noise,
                           &mean.format, mean.parameter->count});
    return all;
}

Slices Parameters::sliceGradient(Slot slot, int count) {
    Tensor& tensor = tensors_[slot];
    const std::size_t floats = tensor.format.floats;
    tensor.slices = {count, arena_.extend(slices_, floats * static_cast<std::size_t>(count)),
                     floats};
    return tensor.slices;
}

void Parameters::place() {
    for (const bool trainable : {true, false}) {
        for (Tensor& tensor : tensors_)
            if (tensor.parameter->trainable == trainable) {
                tensor.at = total_;
                total_ += tensor.format.floats;
            }
        if (trainable)
            trainable_ = total_;
    }
    arena_.extend(values_, total_ + drawn_);
    for (const Arena::Index buffer : {gradients_, firstMoments_, secondMoments_})
        arena_.extend(buffer, trainable_);
}

std::vector<Run> Parameters::runs(std::size_t longest) const {
    std::vector<Run> runs;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        const Tensor& tensor = tensors_[i];
        const std::size_t rho = tensor.kind == 1 ? tensors_[i + 1].at : 0;
        for (std::size_t at = 0; tensor.parameter->trainable && at < tensor.format.floats;
             at += longest)
            runs.push_back({static_cast<cl_int>(tensor.at + at),
                            static_cast<cl_int>(std::min(longest, tensor.format.floats - at)),
                            tensor.slices.count, static_cast<cl_int>(tensor.slices.at + at),
                            static_cast<cl_int>(tensor.slices.stride), tensor.kind,
                            static_cast<cl_int>(rho + at), static_cast<cl_int>(tensor.noise + at)});
    }
    return runs;
}

void Parameters::makePlaces() {
    places_.resize(network_.parameterCount());
    for (const Tensor& tensor : tensors_)
        for (std::size_t i = 0; i < tensor.parameter->count; ++i)
            places_[tensor.parameter->offset + i] =
                static_cast<std::uint32_t>(tensor.at + tensor.format.placeOf(i));
}

void Parameters::pack(std::span<const float> plain, std::span<float> own) const {
    for (std::size_t i = 0; i < plain.size(); ++i)
        if (places_[i] < own.size())
            own[places_[i]] = plain[i];
}

void Parameters::unpack(std::span<const float> own, std::span<float> plain) const {
    for (std::size_t i = 0; i < plain.size(); ++i)
        plain[i] = places_[i] < own.size() ? own[places_[i]] : 0.0f;
}

}  // namespace shearbench::device::opencl
