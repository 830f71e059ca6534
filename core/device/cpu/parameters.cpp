// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/parameters.h"

#include <algorithm>

#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr std::int64_t kAlignment = 16;  // floats

std::int64_t aligned(std::int64_t floats) {
    return (floats + kAlignment - 1) / kAlignment * kAlignment;
}

ParameterFormat rowMajor(std::int64_t count) {
    const auto copy = [=](const float* from, float* to, std::int64_t) {
        std::copy_n(from, count, to);
    };
    return {count, copy, copy};
}

}  // namespace

void ParameterFormat::pack(const float* plain, float* own) const {
    parallelFor(pieces, [&](std::int64_t piece) {
        packPiece(plain + piece * plainPiece, own + piece * ownPiece, piece);
    });
}

void ParameterFormat::unpack(const float* own, float* plain) const {
    parallelFor(pieces, [&](std::int64_t piece) {
        unpackPiece(own + piece * ownPiece, plain + piece * plainPiece, piece);
    });
}

ParameterFormat perChannel(const Blocked& map) {
    const int channels = map.shape.channels;
    const auto copy = [=](const float* from, float* to, std::int64_t) {
        std::copy_n(from, channels, to);
    };
    return {map.channels(), copy, copy};
}

ParameterFormat perElement(const Blocked& map) {
    return {map.imageFloats(),
            [=](const float* plain, float* own, std::int64_t) {
                kernels().pack(plain, own, map.shape.channels, map.pixels());
            },
            [=](const float* own, float* plain, std::int64_t) {
                kernels().unpack(own, plain, map.shape.channels, map.pixels());
            }};
}

Parameters::Slot Parameters::addTensor(const network::Parameter* parameter, ParameterFormat format,
                                       Part part) {
    std::int64_t& floats = floatsOf(part);
    const std::int64_t offset = floats;
    floats += aligned(format.floats);
    tensors_.push_back({parameter, std::move(format), part, offset});
    return tensors_.size() - 1;
}

Parameters::Slot Parameters::add(const network::Layer& layer, const std::string& tensor,
                                 ParameterFormat format) {
    if (layer.bayesian && tensor == "kernel")
        return addDrawn(layer, std::move(format));
    const network::Parameter& parameter = network_->parameter(layer.name + '.' + tensor);
    return addTensor(&parameter, std::move(format),
                     parameter.trainable ? Part::fixed : Part::averages);
}

Parameters::Slot Parameters::addDrawn(const network::Layer& layer, ParameterFormat format) {
    const network::Parameter& mean = network_->parameter(layer.name + ".kernel_mean");
    const network::Parameter& rho = network_->parameter(layer.name + ".kernel_rho");
    BayesianTensor tensor{};
    for (const network::BayesianKernel& kernel : network::bayesianKernels(*network_))
        tensor.number += kernel.mean < mean.offset ? 1 : 0;
    tensor.count = static_cast<std::int64_t>(mean.count);
    tensor.mean = tensors_[addTensor(&mean, rowMajor(tensor.count), Part::bayesian)].offset;
    tensor.rho = tensors_[addTensor(&rho, rowMajor(tensor.count), Part::bayesian)].offset;
    tensor.drawn = addTensor(nullptr, std::move(format), Part::drawn);
    bayesian_.push_back(tensor);
    return tensor.drawn;
}

void Parameters::request(Arena& arena) {
    for (BayesianTensor& tensor : bayesian_) {
        tensor.mean += floatsOf(Part::fixed);
        tensor.rho += floatsOf(Part::fixed);
    }
    valueBuffer_ = arena.request("parameters", MemoryUse::parameters,
                                 trainableFloats() + floatsOf(Part::averages));
    gradientBuffer_ =
        arena.request("parameter gradients", MemoryUse::parameters, trainableFloats());
    momentBuffer_ = arena.request("Adam moments", MemoryUse::optimiser, trainableFloats(), 2);
    if (!bayesian_.empty())
        drawnBuffer_ = arena.request("drawn kernels and their gradients", MemoryUse::parameters,
                                     floatsOf(Part::drawn), 2);
}

void Parameters::bind(const Arena& arena) {
    values_ = arena.at(valueBuffer_);
    gradients_ = arena.at(gradientBuffer_);
    firstMoments_ = arena.at(momentBuffer_);
    secondMoments_ = firstMoments_ + trainableFloats();
    if (!bayesian_.empty())
        drawn_ = arena.at(drawnBuffer_);
}

std::int64_t Parameters::trainableOffset(const Tensor& tensor) const {
    return (tensor.part == Part::bayesian ? floatsOf(Part::fixed) : 0) + tensor.offset;
}

float* Parameters::value(Slot slot) const {
    const Tensor& tensor = tensors_.at(slot);
    switch (tensor.part) {
        case Part::averages:
            return averages() + tensor.offset;
        case Part::drawn:
            return drawn_ + tensor.offset;
        case Part::fixed:
        case Part::bayesian:
            break;
    }
    return values_ + trainableOffset(tensor);
}

float* Parameters::gradient(Slot slot) const {
    const Tensor& tensor = tensors_.at(slot);
    return tensor.part == Part::drawn ? drawn_ + floatsOf(Part::drawn) + tensor.offset
                                      : gradients_ + trainableOffset(tensor);
}

void Parameters::pack(std::span<const float> plain, float* own, float* averages) const {
    for (const Tensor& tensor : tensors_) {
        if (tensor.part == Part::drawn || (tensor.part == Part::averages && !averages))
            continue;
        float* to = tensor.part == Part::averages ? averages + tensor.offset
                                                  : own + trainableOffset(tensor);
        std::fill_n(to, tensor.format.floats, 0.0f);
        tensor.format.pack(&plain[tensor.parameter->offset], to);
    }
}

void Parameters::unpack(const float* own, const float* averages, std::span<float> plain) const {
    for (const Tensor& tensor : tensors_) {
        if (tensor.part == Part::drawn)
            continue;
        float* out = &plain[tensor.parameter->offset];
        if (tensor.part != Part::averages)
            tensor.format.unpack(own + trainableOffset(tensor), out);
        else if (averages)
            tensor.format.unpack(averages + tensor.offset, out);
        else
            std::fill_n(out, tensor.parameter->count, 0.0f);
    }
}

}  // namespace shearbench::device::cpu
