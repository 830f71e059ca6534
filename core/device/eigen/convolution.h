// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/operation.h"

namespace shearbench::device::eigen {

/// Cross-correlation as a matrix product: the kernel (out, in x taps) times a matrix of patches
/// (in x taps, pixels), built for a band of output rows at a time (Chellapilla et al. 2006). Images
/// are shared out among the workers; each adds up its own kernel gradient, and the workers' sums
/// are added in the order of their numbers.
class Convolution : public Operation {
  public:
    explicit Convolution(OperationContext context);

    static OperationMemory memory(const network::Layer& layer, int threads);

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;

  private:
    struct Band {
        std::size_t firstRow, rows;
    };
    /// Outputs along one axis that see the image, and not padding, through a tap.
    struct Reach {
        std::size_t first, end;
    };
    static std::size_t bandRows(const network::Layer& layer);
    static std::size_t patchFloats(const network::Layer& layer);

    template <class Body>
    void forBands(const Body& body) const;
    /// Of the outputs begin .. end - 1 along an axis of `in` inputs.
    Reach reach(std::size_t tap, std::size_t padding, std::size_t in, std::size_t begin,
                std::size_t end) const;
    void gatherPatches(const float* image, const Band& band, float* patches) const;
    void scatterPatches(const float* patches, const Band& band, float* image) const;
    void backwardOf(const float* image, const float* outGradient, float* inGradient,
                    float* kernelGradient, float* patches) const;
    void biasGradient(const float* outGradient, std::size_t images);
    void sumKernelGradients();

    std::size_t taps_, stride_, top_, left_;
    std::size_t inChannels_, inHeight_, inWidth_, outChannels_, outHeight_, outWidth_;
    std::size_t inCount_, outCount_, outPixels_, patchRows_, bandRows_, patchFloats_;
    Tensor kernel_, bias_;
    float* patches_;          ///< one matrix of patches a worker
    float* kernelGradients_;  ///< one kernel gradient for each worker but the first
    ThreadPool& pool_;
};

}  // namespace shearbench::device::eigen
