// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/operation.h"
#include "core/device/eigen/patches.h"

namespace shearbench::device::eigen {

/// What a convolution and a transposed one share: the kernel (filters, channels x taps) as a
/// matrix, products with matrices of patches, images shared out among the workers. Each worker adds
/// up its own kernel gradient; the workers' sums are added in the order of their numbers.
class PatchProducts {
  public:
    /// `convolution`: the layer, or the one it is the adjoint of.
    PatchProducts(const network::Layer& convolution, const OperationContext& context);

    static OperationMemory memory(const network::Layer& convolution, int threads);

    /// Maps of the convolution's output, started with `bias` per channel or 0 where that is null.
    void convolve(const float* in, float* out, std::size_t images, const float* bias) const;
    /// Maps of the convolution's input, likewise.
    void convolveBack(const float* out, float* in, std::size_t images, const float* bias) const;
    /// Sets the kernel's gradient from the convolution's input and its output's gradient, whichever
    /// way round they came about.
    void kernelGradient(const float* in, const float* out, std::size_t images) const;

  private:
    static std::size_t kernelCount(const network::Layer& convolution);
    template <class Body>
    void forImages(std::size_t images, const Body& body) const;

    Patches patches_;
    std::size_t filters_, channels_, inPixels_, outPixels_;
    Tensor kernel_;
    float* patchSpace_;       ///< one matrix of patches a worker
    float* kernelGradients_;  ///< one kernel gradient for each worker but the first
    ThreadPool& pool_;
};

/// Cross-correlation as a matrix product with patches.
class Convolution : public Operation {
  public:
    explicit Convolution(OperationContext context);

    static OperationMemory memory(const network::Layer& layer, int threads);

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;

  private:
    PatchProducts products_;
    std::size_t channels_, pixels_;
    Tensor bias_;
    ThreadPool& pool_;
};

/// Its adjoint.
class TransposedConvolution : public Operation {
  public:
    explicit TransposedConvolution(OperationContext context);

    static OperationMemory memory(const network::Layer& layer, int threads);

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;

  private:
    PatchProducts products_;
    std::size_t channels_, pixels_;
    Tensor bias_;
    ThreadPool& pool_;
};

}  // namespace shearbench::device::eigen
