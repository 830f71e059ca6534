// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/parameters.h"

#include <algorithm>

#include "core/device/cpu/isa.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kAlignment = 16;  // floats

std::int64_t aligned(std::int64_t floats) {
    return (floats + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

ParameterFormat perChannel(const Blocked& map) {
    const int channels = map.shape.channels;
    return {map.channels(),
            [=](const float* plain, float* own) { std::copy_n(plain, channels, own); },
            [=](const float* own, float* plain) { std::copy_n(own, channels, plain); }};
}

ParameterFormat perElement(const Blocked& map) {
    return {map.imageFloats(),
            [=](const float* plain, float* own) {
                kernels().pack(plain, own, map.shape.channels, map.pixels());
            },
            [=](const float* own, float* plain) {
                kernels().unpack(own, plain, map.shape.channels, map.pixels());
            }};
}

Parameters::Slot Parameters::add(const network::Layer& layer, const std::string& tensor,
                                 ParameterFormat format) {
    const network::Parameter& parameter = network_->parameter(layer.name + '.' + tensor);
    std::int64_t& part = parameter.trainable ? trainable_ : averageFloats_;
    const std::int64_t offset = part;
    part += aligned(format.floats);
    tensors_.push_back({&parameter, std::move(format), offset});
    return tensors_.size() - 1;
}

void Parameters::request(Arena& arena) {
    valueBuffer_ = arena.request("parameters", MemoryUse::parameters, trainable_ + averageFloats_);
    gradientBuffer_ = arena.request("parameter gradients", MemoryUse::parameters, trainable_);
    momentBuffer_ = arena.request("Adam moments", MemoryUse::optimiser, trainable_, 2);
}

void Parameters::bind(const Arena& arena) {
    values_ = arena.at(valueBuffer_);
    gradients_ = arena.at(gradientBuffer_);
    firstMoments_ = arena.at(momentBuffer_);
    secondMoments_ = firstMoments_ + trainable_;
}

float* Parameters::value(Slot slot) const {
    const Tensor& tensor = tensors_.at(slot);
    return (tensor.parameter->trainable ? values_ : averages()) + tensor.offset;
}

float* Parameters::gradient(Slot slot) const {
    return gradients_ + tensors_.at(slot).offset;
}

void Parameters::pack(std::span<const float> plain, float* own, float* averages) const {
    for (const Tensor& tensor : tensors_) {
        float* part = tensor.parameter->trainable ? own : averages;
        if (!part)
            continue;
        std::fill_n(part + tensor.offset, tensor.format.floats, 0.0f);
        tensor.format.pack(&plain[tensor.parameter->offset], part + tensor.offset);
    }
}

void Parameters::unpack(const float* own, const float* averages, std::span<float> plain) const {
    for (const Tensor& tensor : tensors_) {
        const float* part = tensor.parameter->trainable ? own : averages;
        float* out = &plain[tensor.parameter->offset];
        if (part)
            tensor.format.unpack(part + tensor.offset, out);
        else
            std::fill_n(out, tensor.parameter->count, 0.0f);
    }
}

}  // namespace shearbench::device::cpu
