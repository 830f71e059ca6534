// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/device/cpu/operation.h"
#include "core/device/cpu/parameters.h"

namespace shearbench::device::cpu {

/// The four tensors of a batch norm layer and the statistics of one step.
class BatchNormState {
  public:
    BatchNormState(const network::Layer& layer, int width, Parameters& parameters);

    /// From the sums of x and x^2 over `count` values per channel, sums (channels, 2), to this
    /// step's statistics. Biased variance (Ioffe & Szegedy 2015).
    void useBatch(const std::vector<double>& sums, double count);
    void useMovingAverages();
    /// moving = 0.99 moving + 0.01 batch, from the last useBatch().
    void moveAverages() const;

    float mean(int channel) const { return mean_[static_cast<std::size_t>(channel)]; }
    float inverse(int channel) const { return inverse_[static_cast<std::size_t>(channel)]; }
    const float* means() const { return mean_.data(); }  ///< filled up to whole blocks
    const float* inverses() const { return inverse_.data(); }
    float* gamma() const { return parameters_->value(gamma_); }
    float* beta() const { return parameters_->value(beta_); }
    float* gammaGradient() const { return parameters_->gradient(gamma_); }
    float* betaGradient() const { return parameters_->gradient(beta_); }

  private:
    int channels_;
    const Parameters* parameters_;
    Parameters::Slot gamma_, beta_, movingMean_, movingVariance_;
    std::vector<float> mean_, inverse_;  ///< inverse: 1 / sqrt(variance + epsilon)
    std::vector<double> batchMean_, batchVariance_;
};

/// Operations with batch statistics, whose moving averages follow once the step is accepted.
class Averaging {
  public:
    virtual ~Averaging() = default;
    virtual void moveAverages() = 0;
};

/// gamma (x - mean) / sqrt(variance + epsilon) + beta per channel, anywhere in a network.
class BatchNorm : public Operation, public Averaging {
  public:
    BatchNorm(const network::Layer& layer, int width, int batch, Arena& arena,
              Parameters& parameters);

    const Blocked& output() const override { return map_; }
    bool gradientInPlace() const override { return true; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void forward(Mode mode) override;
    void backward() override;
    void moveAverages() override { state_.moveAverages(); }

  private:
    /// Sums sums(image, block) -> (2, W) over images: (channels, 2).
    template <class Sums>
    void addUp(const Sums& sums);

    Blocked map_;
    int batch_;
    BatchNormState state_;
    Arena::Buffer partialBuffer_;
    Wiring wiring_;
    double* partial_ = nullptr;        ///< (batch, blocks, 2, W)
    std::vector<double> channelSums_;  ///< (channels, 2)
    std::vector<float> scale_, offset_, slope_;
};

}  // namespace shearbench::device::cpu
