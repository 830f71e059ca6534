// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/dense.h"

namespace shearbench::device::opencl {

/// A latent layer, kernels/latent.cl: its two dense layers as one of twice the features, each half
/// filled up to whole blocks, then the samples. Two launches forward, two backward.
class Latent : public Operation {
  public:
    /// `divergences`: a buffer that every latent layer extends by parts().
    Latent(Planning& planning, const network::Layer& layer, const Wiring& wiring,
           Arena::Index divergences);

    void build(Context& context) override;
    void begin(Queue& queue, const StepSettings& settings) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

    /// Pieces in which a training forward() leaves the sum of the images' divergences.
    int parts() const { return parts_; }

  private:
    int features() const { return wiring_.y.map.shape.channels; }
    std::size_t vectors() const;

    Planning planning_;
    Wiring wiring_;
    int blocks_, parts_ = 1;
    Parameters::Slot meanKernel_, scaleKernel_, meanBias_, scaleBias_;
    Wiring rawWiring_;
    Arena::Index noise_, divergences_;
    std::size_t divergencesAt_ = 0;
    int source_ = 0;
    DenseProducts products_;
    Kernel sample_, gradients_;
};

}  // namespace shearbench::device::opencl
