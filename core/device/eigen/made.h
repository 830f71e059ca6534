// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/operation.h"
#include "core/device/made_order.h"

namespace shearbench::device::eigen {

/// One masked autoregressive layer as three dense ones whose kernels are multiplied by the masks.
/// Images are taken a few at a time, shared out among the workers; the hidden layers are computed
/// once more on the way back. Each worker adds up its own gradients, which are then added in order.
class Made : public Operation {
  public:
    explicit Made(OperationContext context);

    static OperationMemory memory(const network::Layer& layer, int threads);

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;
    /// Of the density's direction: `out` (n, D) -> `in` (n, D), every hidden unit once.
    void invert(const float* out, float* in, std::size_t images) override;

  private:
    /// Where a worker keeps what it computes for kImages images.
    struct Chunk {
        float *x, *hidden1, *hidden2, *shifts;
        float *shiftGradients, *hiddenGradients2, *hiddenGradients1, *xGradients;
        float* tensorGradients;  ///< of all tensors, as the session has them
    };
    static std::size_t chunkFloats(const network::Layer& layer);
    static std::size_t tensorFloats(const network::Layer& layer);

    Chunk chunk(int worker) const;
    void maskKernels() const;
    void hiddenLayers(const float* in, std::size_t images, const Chunk& chunk) const;
    void backwardOf(const float* in, const float* outGradient, float* inGradient,
                    std::size_t images, const Chunk& chunk) const;
    void invertOne(const float* u, float* y, const Chunk& chunk) const;
    std::size_t place(std::size_t feature) const {
        return reversed_ ? dimensions_ - 1 - feature : feature;
    }

    std::size_t dimensions_, hidden_, inputs_;
    bool reversed_;
    std::size_t chunkFloats_, tensorFloats_;
    std::vector<Tensor> tensors_;
    std::vector<float> mask_;
    MadeOrder order_;
    float *kernels_, *workers_;
    ThreadPool& pool_;
};

}  // namespace shearbench::device::eigen
