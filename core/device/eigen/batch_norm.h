// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/eigen/operation.h"

namespace shearbench::device::eigen {

/// Batch normalisation per channel (Ioffe & Szegedy 2015, algorithm 1; biased variance). Training
/// uses the batch's mean and variance over images, rows and columns, prediction the moving
/// averages. Sums are in double precision; channels are shared out among the workers.
class BatchNorm : public Operation {
  public:
    explicit BatchNorm(OperationContext context);

    static OperationMemory memory(const network::Layer& layer);

    void forward(const float* in, float* out, std::size_t images, Mode mode) override;
    void backward(const float* in, const float* outGradient, float* inGradient,
                  std::size_t images) override;
    void updateAverages() override;

  private:
    struct Statistics {
        double mean = 0, variance = 0;
    };
    Statistics statisticsOf(const float* in, std::size_t channel, std::size_t images) const;
    void backwardOf(std::size_t channel, const float* in, const float* outGradient,
                    float* inGradient, std::size_t images);

    std::size_t channels_, pixels_;
    Tensor gamma_, beta_, movingMean_, movingVariance_;
    std::vector<Statistics> batch_;
    ThreadPool& pool_;
};

}  // namespace shearbench::device::eigen
