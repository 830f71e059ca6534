// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/made.h"

#include <algorithm>
#include <cmath>

#include "core/device/cpu/dense.h"
#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"

namespace shearbench::device::cpu {

namespace {

constexpr auto kSlope = static_cast<float>(network::kLeakySlope);

void leak(float* values, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        values[i] *= values[i] > 0 ? 1.0f : kSlope;
}

/// The activated value has the sign of what was activated.
void leakBackward(const float* values, float* gradients, std::int64_t count) {
    for (std::int64_t i = 0; i < count; ++i)
        gradients[i] *= values[i] > 0 ? 1.0f : kSlope;
}

}  // namespace

Made::Part Made::makePart(const network::Layer& layer, const char* name, int inputs, int outputs,
                          const float* mask, Parameters& parameters) const {
    const std::string prefix = std::string(name) + '.';
    const ParameterFormat format = denseKernel({{inputs, 1, 1}, width_}, outputs);
    Part part{inputs,
              outputs,
              padded(inputs),
              parameters.add(layer, prefix + "kernel", format),
              parameters.add(layer, prefix + "bias", perChannel({{outputs, 1, 1}, width_})),
              std::vector<float>(static_cast<std::size_t>(format.floats))};
    format.pack(mask, part.mask.data());
    return part;
}

Made::Made(const network::Layer& layer, int width, int batch, Arena& arena, Parameters& parameters)
    : in_{layer.input, width},
      out_{layer.output, width},
      width_(width),
      batch_(batch),
      dimensions_(layer.dimensions()),
      hidden_(layer.hidden),
      reversed_(layer.reversed),
      parameters_(&parameters),
      order_(layer) {
    const std::vector<float> mask = madeMask(layer);
    const float* at = mask.data();
    parts_[0] = makePart(layer, "hidden1", dimensions_, hidden_, at, parameters);
    at += dimensions_ * hidden_;
    parts_[1] = makePart(layer, "hidden2", hidden_, hidden_, at, parameters);
    at += hidden_ * hidden_;
    parts_[2] = makePart(layer, "output", hidden_, 2 * dimensions_, at, parameters);
    const std::int64_t row = padded(dimensions_) + 2 * padded(hidden_) + padded(2 * dimensions_);
    activationBuffer_ =
        arena.request(layer.name + " hidden units", MemoryUse::activations, row, batch);
    gradientBuffer_ =
        arena.requestShared("gradients of hidden units", MemoryUse::workspace, row, batch);
    std::int64_t kernels = 0;
    for (const Part& part : parts_)
        kernels += static_cast<std::int64_t>(part.mask.size());
    maskedBuffer_ = arena.requestShared("masked kernels", MemoryUse::workspace, kernels);
}

void Made::bind(const Arena& arena, const Wiring& wiring) {
    wiring_ = wiring;
    float* values = arena.at(activationBuffer_);
    float* gradients = arena.at(gradientBuffer_);
    float* masked = arena.at(maskedBuffer_);
    const std::int64_t strides[4] = {parts_[0].stride, parts_[1].stride, parts_[2].stride,
                                     padded(2 * dimensions_)};
    for (std::size_t i = 0; i < 4; ++i) {
        activations_[i] = values;
        gradients_[i] = gradients;
        values += batch_ * strides[i];
        gradients += batch_ * strides[i];
    }
    for (std::size_t i = 0; i < 3; ++i) {
        masked_[i] = masked;
        masked += parts_[i].mask.size();
    }
}

void Made::maskKernels() {
    for (std::size_t i = 0; i < 3; ++i) {
        const float* kernel = parameters_->value(parts_[i].kernel);
        const float* mask = parts_[i].mask.data();
        for (std::size_t j = 0; j < parts_[i].mask.size(); ++j)
            masked_[i][j] = kernel[j] * mask[j];
    }
}

void Made::forward(Mode) {
    maskKernels();
    const std::int64_t shiftStride = padded(2 * dimensions_);
    for (std::int64_t n = 0; n < batch_; ++n)
        for (int i = 0; i < dimensions_; ++i)
            activations_[0][n * parts_[0].stride + i] =
                wiring_.input[n * in_.imageFloats() + place(i)];
    for (std::size_t i = 0; i < 3; ++i) {
        const std::int64_t stride = i < 2 ? parts_[i + 1].stride : shiftStride;
        affine({activations_[i], parts_[i].stride}, masked_[i], parameters_->value(parts_[i].bias),
               activations_[i + 1], stride, parts_[i].stride, batch_, parts_[i].outputs);
        if (i < 2)
            leak(activations_[i + 1], batch_ * stride);
    }
    parallelFor(batch_, [&](std::int64_t n) {
        const float* x = activations_[0] + n * parts_[0].stride;
        const float* shifts = activations_[3] + n * shiftStride;
        float* u = wiring_.output + n * out_.imageFloats();
        float sum = in_.shape.channels > dimensions_
                        ? wiring_.input[n * in_.imageFloats() + dimensions_]
                        : 0;
        for (int i = 0; i < dimensions_; ++i) {
            u[i] = (x[i] - shifts[2 * i]) * std::exp(-shifts[2 * i + 1]);
            sum -= shifts[2 * i + 1];
        }
        u[dimensions_] = sum;
    });
}

void Made::backward() {
    maskKernels();
    const std::int64_t shiftStride = padded(2 * dimensions_);
    parallelFor(batch_, [&](std::int64_t n) {
        const float* x = activations_[0] + n * parts_[0].stride;
        const float* shifts = activations_[3] + n * shiftStride;
        const float* g = wiring_.outputGradient + n * out_.imageFloats();
        float* back = gradients_[3] + n * shiftStride;
        for (int i = 0; i < dimensions_; ++i) {
            const float shrunk = g[i] * std::exp(-shifts[2 * i + 1]);
            back[2 * i] = -shrunk;
            back[2 * i + 1] = -shrunk * (x[i] - shifts[2 * i]) - g[dimensions_];
        }
    });
    for (std::size_t i = 3; i-- > 0;) {
        partBackward(i, gradients_[i + 1], activations_[i], gradients_[i]);
        if (i > 0)
            leakBackward(activations_[i], gradients_[i], batch_ * parts_[i].stride);
    }
    if (!wiring_.inputGradient)
        return;
    for (std::int64_t n = 0; n < batch_; ++n) {
        float* gradient = wiring_.inputGradient + n * in_.imageFloats();
        const float last = wiring_.outputGradient[n * out_.imageFloats() + dimensions_];
        std::fill_n(gradient, in_.imageFloats(), 0.0f);
        // The derivative by the feature itself is minus that by its shift.
        for (int i = 0; i < dimensions_; ++i)
            gradient[place(i)] =
                gradients_[0][n * parts_[0].stride + i] - gradients_[3][n * shiftStride + 2 * i];
        if (in_.shape.channels > dimensions_)
            gradient[dimensions_] = last;
    }
}

void Made::partBackward(std::size_t index, const float* dy, const float* x, float* dx) {
    const Part& part = parts_[index];
    const std::int64_t yStride = index < 2 ? parts_[index + 1].stride : padded(2 * dimensions_);
    float* kernelGradient = parameters_->gradient(part.kernel);
    affineBackward({dy, yStride}, {x, part.stride}, masked_[index], kernelGradient, dx, part.stride,
                   batch_, part.outputs);
    for (std::size_t i = 0; i < part.mask.size(); ++i)
        kernelGradient[i] *= part.mask[i];
    float* biasGradient = parameters_->gradient(part.bias);
    for (int o = 0; o < part.outputs; ++o) {
        double sum = 0;
        for (std::int64_t n = 0; n < batch_; ++n)
            sum += dy[n * yStride + o];
        biasGradient[o] = static_cast<float>(sum);
    }
}

void Made::prepareSampling() {
    const auto sort = [&](std::size_t index, bool sortOutputs, bool sortInputs) {
        const Part& part = parts_[index];
        const float* kernel = parameters_->value(part.kernel);
        const float* bias = parameters_->value(part.bias);
        sorted_[index].resize(static_cast<std::size_t>(part.outputs) *
                              static_cast<std::size_t>(part.inputs));
        sortedBias_[index].resize(static_cast<std::size_t>(part.outputs));
        const auto unit = [&](int i) { return order_.units[static_cast<std::size_t>(i)]; };
        float* to = sorted_[index].data();
        for (int o = 0; o < part.outputs; ++o) {
            const int from = sortOutputs ? unit(o) : o;
            sortedBias_[index][static_cast<std::size_t>(o)] = bias[from];
            for (int i = 0; i < part.inputs; ++i)
                *to++ = kernel[from * part.stride + (sortInputs ? unit(i) : i)];
        }
    };
    sort(0, true, false);
    sort(1, true, true);
    sort(2, false, true);
}

int Made::lanes(bool many) {
    return kernels().width * (many ? kernels().sampleVectors : 1);
}

std::int64_t Made::sampleFloats(int lanes) const {
    return std::int64_t{lanes} * (dimensions_ + 2 * hidden_ + 2);
}

void Made::sample(float* values, int lanes, float* scratch) const {
    float* x = scratch;
    float* hidden1 = x + dimensions_ * lanes;
    float* hidden2 = hidden1 + hidden_ * lanes;
    float* shift = hidden2 + hidden_ * lanes;
    const Kernels& k = kernels();
    const auto end = [&](int feature) { return order_.end[static_cast<std::size_t>(feature)]; };
    for (int i = 0; i < dimensions_; ++i) {
        const int known = end(i), before = i ? end(i - 1) : 0;
        // Where nothing new is known, as before the first feature, there are no new units.
        k.madeUnits(x, i, sorted_[0].data() + before * dimensions_, dimensions_,
                    sortedBias_[0].data() + before, known - before, hidden1 + before * lanes, lanes,
                    kSlope);
        k.madeUnits(hidden1, known, sorted_[1].data() + before * hidden_, hidden_,
                    sortedBias_[1].data() + before, known - before, hidden2 + before * lanes, lanes,
                    kSlope);
        k.madeUnits(hidden2, known, sorted_[2].data() + 2 * i * hidden_, hidden_,
                    sortedBias_[2].data() + 2 * i, 2, shift, lanes, 1);
        k.madeFeature(values + i * lanes, shift, x + i * lanes, lanes);
    }
    for (int i = 0; i < dimensions_; ++i)
        std::copy_n(x + i * lanes, lanes, values + place(i) * lanes);
}

}  // namespace shearbench::device::cpu
