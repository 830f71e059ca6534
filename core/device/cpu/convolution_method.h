// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/blocked.h"
#include "core/network/network.h"

namespace shearbench::device::cpu {

/// A 3x3 convolution between blocked maps, without its data.
struct ConvolutionShape {
    network::Layer layer;
    Blocked in, out;
    int batch;

    static constexpr int kTaps = 9;

    /// Kernels lie as (out block, in block, 9, W in, W out).
    std::int64_t tapFloats() const { return std::int64_t{in.width} * in.width; }
    std::int64_t blockFloats() const { return kTaps * tapFloats(); }
    std::int64_t kernelFloats() const { return in.blocks() * out.blocks() * blockFloats(); }
    std::int64_t kernelAt(std::int64_t outBlock, std::int64_t inBlock) const {
        return (outBlock * in.blocks() + inBlock) * blockFloats();
    }
};

struct ConvolutionForward {
    const float* input;
    const float* kernel;
    const float* bias;
    float* output;
    const float* slope = nullptr;  ///< where not null, activated = PReLU of the output
    float* activated = nullptr;
    bool prepared = false;  ///< the kernel is the one that prepare() was given last
};

struct ConvolutionBackward {
    const float* input;
    const float* kernel;
    const float* outputGradient;
    float* kernelGradient;
    float* inputGradient;  ///< may be null
};

/// The convolution's adjoint: `source` in the layout of its output, `result` in that of its input.
struct ConvolutionAdjoint {
    const float* source;
    const float* kernel;
    const float* bias;  ///< per channel of the result; null: 0
    float* result;
    const float* slope = nullptr;  ///< where not null, activated = PReLU of the result
    float* activated = nullptr;
    const float* turned = nullptr;  ///< DirectConvolution::turn() of the kernel, if it is at hand
};

/// A way to compute convolutions of one shape. Uses the caller's ThreadScope, the same one when
/// constructed and when run; results do not depend on which thread did what.
class ConvolutionMethod {
  public:
    virtual ~ConvolutionMethod() = default;
    virtual void bind(const Arena& arena) = 0;
    /// Does once what forward() does with a kernel before it comes to the input.
    virtual void prepare(const float*) {}
    virtual void forward(const ConvolutionForward& task) = 0;
    virtual void backward(const ConvolutionBackward& task) = 0;
    virtual const char* name() const = 0;
};

}  // namespace shearbench::device::cpu
