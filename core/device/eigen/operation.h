// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "core/device/eigen/thread_pool.h"
#include "core/device/session.h"
#include "core/network/network.h"

namespace shearbench::device::eigen {

enum class Mode { training, prediction };

/// One parameter tensor of a layer and its gradient, both in the session's flat arrays.
struct Tensor {
    std::span<float> values, gradients;
};

/// What a layer works with. Tensors are in the order of network::Network::parameters().
struct OperationContext {
    const network::Layer& layer;
    std::vector<Tensor> tensors;
    std::span<float> workspace;  ///< shared by all layers; nothing survives in it between calls
    ThreadPool& pool;
    std::size_t batch = 1;
};

/// One layer's computation. Feature maps are (images, channels, rows, columns). Calls allocate
/// nothing and come from one thread at a time.
class Operation {
  public:
    virtual ~Operation() = default;

    /// Before the forward() of a step in training mode.
    virtual void begin(const StepSettings&) {}

    virtual void forward(const float* in, float* out, std::size_t images, Mode mode) = 0;

    /// After forward() in training mode on the same `in`: overwrites this layer's parameter
    /// gradients and, unless `inGradient` is null, the gradient by its input.
    virtual void backward(const float* in, const float* outGradient, float* inGradient,
                          std::size_t images) = 0;

    /// Takes the statistics of the last forward() in training mode into the moving averages.
    virtual void updateAverages() {}

    /// Of the last forward() in training mode: what StepSettings::latentKl multiplies.
    virtual double divergence() const { return 0; }

    /// Made layers: from u (images, D) to y (images, D), against the direction of forward().
    virtual void invert(const float*, float*, std::size_t) {}
};

/// What an operation keeps or needs beside its tensors and feature maps.
struct OperationMemory {
    std::size_t stateBytes = 0;       ///< its own
    std::size_t workspaceFloats = 0;  ///< of the shared workspace
};

/// Throws Error(device) for a layer of a kind that is not known here.
OperationMemory operationMemory(const network::Layer& layer, int batch, int threads);
std::unique_ptr<Operation> makeOperation(OperationContext context);

}  // namespace shearbench::device::eigen
