// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/made.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/device/eigen/gemm.h"

namespace shearbench::device::eigen {

namespace {

constexpr std::size_t kImages = 32;  // of a chunk
constexpr auto kSlope = static_cast<float>(network::kLeakySlope);

std::size_t size(int value) {
    return static_cast<std::size_t>(value);
}

/// y (images, outputs) = x w^T + bias.
void affine(const float* x, const float* kernel, std::span<const float> bias, float* y,
            std::size_t images, std::size_t inputs) {
    const std::size_t outputs = bias.size();
    for (std::size_t n = 0; n < images; ++n)
        std::copy(bias.begin(), bias.end(), y + n * outputs);
    gemm(images, outputs, inputs, {x, inputs}, {kernel, inputs, true}, Write::add, y, outputs);
}

void leak(float* values, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        values[i] *= values[i] > 0 ? 1 : kSlope;
}

/// The activated value has the sign of what was activated.
void leakBackward(const float* values, float* gradients, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i)
        gradients[i] *= values[i] > 0 ? 1 : kSlope;
}

/// Adds to the gradients of kernel and bias, and sets that of the input.
void affineBackward(const float* x, const float* outGradient, const float* kernel,
                    std::size_t images, std::size_t inputs, std::size_t outputs, float*& gradient,
                    float* xGradient) {
    gemm(outputs, inputs, images, {outGradient, outputs, true}, {x, inputs}, Write::add, gradient,
         inputs);
    gradient += outputs * inputs;
    for (std::size_t n = 0; n < images; ++n)
        for (std::size_t o = 0; o < outputs; ++o)
            gradient[o] += outGradient[n * outputs + o];
    gradient += outputs;
    gemm(images, inputs, outputs, {outGradient, outputs}, {kernel, inputs}, Write::replace,
         xGradient, inputs);
}

}  // namespace

std::size_t Made::chunkFloats(const network::Layer& layer) {
    return kImages * (6 * size(layer.dimensions()) + 4 * size(layer.hidden));
}

std::size_t Made::tensorFloats(const network::Layer& layer) {
    const std::size_t d = size(layer.dimensions()), h = size(layer.hidden);
    return 3 * d * h + h * h + 2 * h + 2 * d;
}

OperationMemory Made::memory(const network::Layer& layer, int threads) {
    const std::size_t kernels = tensorFloats(layer);
    return {2 * kernels * sizeof(float),
            kernels + size(threads) * (chunkFloats(layer) + tensorFloats(layer))};
}

Made::Made(OperationContext context)
    : dimensions_(size(context.layer.dimensions())),
      hidden_(size(context.layer.hidden)),
      inputs_(context.layer.input.count()),
      reversed_(context.layer.reversed),
      chunkFloats_(chunkFloats(context.layer)),
      tensorFloats_(tensorFloats(context.layer)),
      tensors_(std::move(context.tensors)),
      mask_(madeMask(context.layer)),
      order_(context.layer),
      kernels_(context.workspace.data()),
      workers_(kernels_ + tensorFloats_),
      pool_(context.pool) {}

Made::Chunk Made::chunk(int worker) const {
    float* at = workers_ + size(worker) * (chunkFloats_ + tensorFloats_);
    const auto take = [&at](std::size_t floats) { return std::exchange(at, at + floats); };
    const std::size_t d = kImages * dimensions_, h = kImages * hidden_;
    // One after the other: the order in which an aggregate's parts are computed is fixed.
    return {take(d), take(h), take(h), take(2 * d), take(2 * d), take(h), take(h), take(d), at};
}

/// The three kernels, multiplied by their masks, into the workspace.
void Made::maskKernels() const {
    std::size_t at = 0;
    for (std::size_t tensor : {0, 2, 4})
        for (float value : tensors_[tensor].values) {
            kernels_[at] = value * mask_[at];
            ++at;
        }
}

void Made::hiddenLayers(const float* in, std::size_t images, const Chunk& chunk) const {
    for (std::size_t n = 0; n < images; ++n)
        for (std::size_t i = 0; i < dimensions_; ++i)
            chunk.x[n * dimensions_ + i] = in[n * inputs_ + place(i)];
    const float* kernel2 = kernels_ + hidden_ * dimensions_;
    affine(chunk.x, kernels_, tensors_[1].values, chunk.hidden1, images, dimensions_);
    leak(chunk.hidden1, images * hidden_);
    affine(chunk.hidden1, kernel2, tensors_[3].values, chunk.hidden2, images, hidden_);
    leak(chunk.hidden2, images * hidden_);
    affine(chunk.hidden2, kernel2 + hidden_ * hidden_, tensors_[5].values, chunk.shifts, images,
           hidden_);
}

void Made::forward(const float* in, float* out, std::size_t images, Mode) {
    maskKernels();
    pool_.run([=, this](int worker) {
        const Chunk own = chunk(worker);
        const std::size_t end = pool_.shareBegin(images, worker + 1);
        for (std::size_t first = pool_.shareBegin(images, worker); first < end; first += kImages) {
            const std::size_t count = std::min(kImages, end - first);
            hiddenLayers(in + first * inputs_, count, own);
            for (std::size_t n = 0; n < count; ++n) {
                const float* x = own.x + n * dimensions_;
                const float* shifts = own.shifts + n * 2 * dimensions_;
                float* u = out + (first + n) * (dimensions_ + 1);
                float sum = 0;
                for (std::size_t i = 0; i < dimensions_; ++i) {
                    u[i] = (x[i] - shifts[2 * i]) * std::exp(-shifts[2 * i + 1]);
                    sum -= shifts[2 * i + 1];
                }
                u[dimensions_] = sum;
                if (inputs_ > dimensions_)
                    u[dimensions_] += in[(first + n) * inputs_ + dimensions_];
            }
        }
    });
}

void Made::backward(const float* in, const float* outGradient, float* inGradient,
                    std::size_t images) {
    maskKernels();
    pool_.run([=, this](int worker) {
        const Chunk own = chunk(worker);
        std::fill_n(own.tensorGradients, tensorFloats_, 0.0f);
        const std::size_t end = pool_.shareBegin(images, worker + 1);
        for (std::size_t first = pool_.shareBegin(images, worker); first < end; first += kImages)
            backwardOf(in + first * inputs_, outGradient + first * (dimensions_ + 1),
                       inGradient ? inGradient + first * inputs_ : nullptr,
                       std::min(kImages, end - first), own);
    });
    std::size_t at = 0, masked = 0;
    for (std::size_t tensor = 0; tensor < tensors_.size(); ++tensor)
        for (float& gradient : tensors_[tensor].gradients) {
            gradient = 0;
            for (int worker = 0; worker < pool_.threads(); ++worker)
                gradient += chunk(worker).tensorGradients[at];
            if (tensor % 2 == 0)
                gradient *= mask_[masked++];
            ++at;
        }
}

void Made::backwardOf(const float* in, const float* outGradient, float* inGradient,
                      std::size_t images, const Chunk& own) const {
    hiddenLayers(in, images, own);
    const std::size_t d = dimensions_;
    for (std::size_t n = 0; n < images; ++n) {
        const float* g = outGradient + n * (d + 1);
        const float* shifts = own.shifts + n * 2 * d;
        float* back = own.shiftGradients + n * 2 * d;
        for (std::size_t i = 0; i < d; ++i) {
            const float shrink = std::exp(-shifts[2 * i + 1]);
            back[2 * i] = -g[i] * shrink;
            back[2 * i + 1] = -g[i] * (own.x[n * d + i] - shifts[2 * i]) * shrink - g[d];
        }
    }
    // The tensors' gradients lie as the tensors do: from the last layer's to the first's.
    const float* kernel2 = kernels_ + hidden_ * d;
    float* gradient3 = own.tensorGradients + hidden_ * (d + 1) + hidden_ * (hidden_ + 1);
    float* gradient2 = own.tensorGradients + hidden_ * (d + 1);
    float* gradient1 = own.tensorGradients;
    affineBackward(own.hidden2, own.shiftGradients, kernel2 + hidden_ * hidden_, images, hidden_,
                   2 * d, gradient3, own.hiddenGradients2);
    leakBackward(own.hidden2, own.hiddenGradients2, images * hidden_);
    affineBackward(own.hidden1, own.hiddenGradients2, kernel2, images, hidden_, hidden_, gradient2,
                   own.hiddenGradients1);
    leakBackward(own.hidden1, own.hiddenGradients1, images * hidden_);
    affineBackward(own.x, own.hiddenGradients1, kernels_, images, d, hidden_, gradient1,
                   own.xGradients);
    if (!inGradient)
        return;
    for (std::size_t n = 0; n < images; ++n) {
        // The derivative by the feature itself is minus that by its shift.
        for (std::size_t i = 0; i < d; ++i)
            inGradient[n * inputs_ + place(i)] =
                own.xGradients[n * d + i] - own.shiftGradients[n * 2 * d + 2 * i];
        if (inputs_ > d)
            inGradient[n * inputs_ + d] = outGradient[n * (d + 1) + d];
    }
}

void Made::invert(const float* out, float* in, std::size_t images) {
    pool_.run([=, this](int worker) {
        const Chunk own = chunk(worker);
        const std::size_t end = pool_.shareBegin(images, worker + 1);
        for (std::size_t n = pool_.shareBegin(images, worker); n < end; ++n)
            invertOne(out + n * dimensions_, in + n * dimensions_, own);
    });
}

/// After feature k, the hidden units of degree k and then shift and log scale of feature k + 1.
void Made::invertOne(const float* u, float* y, const Chunk& own) const {
    float *x = own.x, *hidden1 = own.hidden1, *hidden2 = own.hidden2;
    const auto unit = [](const float* kernel, float bias, const auto& in, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i)
            bias += kernel[in(i)] * in.value(i);
        return bias;
    };
    struct Features {
        const float* values;
        std::size_t operator()(std::size_t i) const { return i; }
        float value(std::size_t i) const { return values[i]; }
    };
    /// Hidden units, kept in the order of their degrees.
    struct Units {
        const float* values;
        const int* units;
        std::size_t operator()(std::size_t i) const { return static_cast<std::size_t>(units[i]); }
        float value(std::size_t i) const { return values[i]; }
    };
    const auto leaked = [](float value) { return value > 0 ? value : kSlope * value; };
    const int* units = order_.units.data();
    for (std::size_t k = 0; k < dimensions_; ++k) {
        const std::size_t known = size(order_.end[k]);
        const std::size_t before = k ? size(order_.end[k - 1]) : 0;
        for (std::size_t i = before; i < known; ++i) {
            const std::size_t j = size(units[i]);
            hidden1[i] = leaked(unit(tensors_[0].values.data() + j * dimensions_,
                                     tensors_[1].values[j], Features{x}, k));
        }
        for (std::size_t i = before; i < known; ++i) {
            const std::size_t j = size(units[i]);
            hidden2[i] = leaked(unit(tensors_[2].values.data() + j * hidden_, tensors_[3].values[j],
                                     Units{hidden1, units}, known));
        }
        const float* kernel = tensors_[4].values.data() + 2 * k * hidden_;
        const Units seen{hidden2, units};
        const float shift = unit(kernel, tensors_[5].values[2 * k], seen, known);
        const float logScale = unit(kernel + hidden_, tensors_[5].values[2 * k + 1], seen, known);
        x[k] = u[k] * std::exp(logScale) + shift;
    }
    for (std::size_t i = 0; i < dimensions_; ++i)
        y[place(i)] = x[i];
}

}  // namespace shearbench::device::eigen
