// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/convolution_output.h"
#include "core/device/opencl/convolution_products.h"

namespace shearbench::device::opencl {

/// A 3x3 convolution with its bias and, where one follows, the PReLU: forward is one launch,
/// backward two (PReLU, slopes and bias; then the gradients by kernel and input together). A
/// transposed one is the same with the products in other roles: forward is the gradient by the
/// input of the convolution it is the adjoint of, backward that convolution's output.
class Convolution : public Operation {
  public:
    /// `prelu`, `wiring`: as ConvolutionOutput says.
    Convolution(Planning& planning, const network::Layer& layer, const network::Layer* prelu,
                const Wiring& wiring);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

    /// Where the kernel that it computes with lies among the parameters' values, and its floats.
    int kernelAt() const { return planning_.parameters.usedAt(kernel_); }
    std::size_t kernelFloats() const;
    /// Whether it reads its mirrored kernel on the way forward; otherwise on the way back.
    bool mirrorsForward() const { return transposed_; }
    /// Where the mirrored kernel lies, for devices whose kernels want one (kernels/mirrors.cl).
    void useMirror(Arena::Index buffer, std::size_t at);
    Arena::Index mirrors() const { return mirrors_; }
    std::size_t mirrorAt() const { return mirrorAt_; }

    const ConvolutionProducts& products() const { return products_; }
    /// Where its kernel and its mirrored kernel lie transformed, where products().winograd().
    void useTransforms(Arena::Index buffer, std::size_t at, std::size_t mirroredAt);

  private:
    struct KernelPlace {
        const Buffer& buffer;
        int at;
    };
    KernelPlace kernelFor(bool output) const;

    Planning planning_;
    network::Layer layer_;  ///< of a transposed one: the convolution it is the adjoint of
    bool transposed_;
    Wiring wiring_;
    Parameters::Slot kernel_;
    ConvolutionOutput output_;
    ConvolutionProducts products_;
    Slices kernelGradient_;
    Arena::Index mirrors_ = 0;
    Arena::Index transforms_ = 0;
    std::size_t mirrorAt_ = 0, transformAt_ = 0, mirroredTransformAt_ = 0;
    Kernel forward_, backward_;
};

}  // namespace shearbench::device::opencl
