// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/device/cpu/batch_norm.h"
#include "core/device/cpu/bias.h"
#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// Batch norm of the images and the convolution after it, computed together: y = K * (gamma x^ +
/// beta) + bias with fewer image channels than a block has lanes, row-major on the way in.
///
/// No gradient by the images is ever made. With D = the kernel gradient for x^ as input, and S(o,
/// t) = the sum of output channel o's gradient over the pixels where tap t falls inside the image:
///     gradient of K = gamma D + beta S,  of gamma = sum K D,  of beta = sum K S.
class NormalisedConvolution : public Entry, public Averaging {
  public:
    /// Whether the layers are such a pair, of few enough channels.
    static bool suits(const network::Layer& norm, const network::Layer& convolution);

    NormalisedConvolution(const network::Layer& norm, const network::Layer& convolution, int width,
                          int batch, bool preluFollows, Arena& arena, Parameters& parameters);

    Parameters::Slot bias() const { return bias_.slot(); }

    const Blocked& output() const override { return out_; }
    bool activates() const override { return true; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void load(const float* images, int count, Mode mode) override;
    void forward(Mode mode) override;
    void backward() override;
    void moveAverages() override { state_.moveAverages(); }
    std::string method() const override { return "direct"; }

  private:
    void takeStatistics(const float* images);
    void kernelGradientOfNormal();
    void tapSums();
    void combine();

    std::int64_t haloFloats() const;  ///< of one channel of one image
    std::int64_t parts() const;       ///< groups of images whose gradients are added at the end

    network::Layer layer_;
    Blocked out_;
    int batch_;
    const Parameters* parameters_;
    BatchNormState state_;
    Parameters::Slot kernel_;
    Bias bias_;
    Arena::Buffer scaledBuffer_, haloBuffer_, gradientBuffer_, sumsBuffer_;

    Wiring wiring_;
    float* scaled_ =
        nullptr;  ///< (batch, C, rows + 2, columns + 2): gamma x^ + beta, border of zeros
    float* halo_ = nullptr;                      ///< the same of x^
    float* partial_ = nullptr;                   ///< D by (part, C, blocks, 9, W)
    float* taps_ = nullptr;                      ///< S as (9, out channels)
    float* edges_ = nullptr;                     ///< (blocks, 8, W)
    std::vector<double> moments_, channelSums_;  ///< (batch, C, 2) and (C, 2)
};

}  // namespace shearbench::device::cpu
