// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>
#include <vector>

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// Made layers of equal size one behind the other, kernels/made.cl: one launch forward, two
/// backward, one against the density's direction.
class Flow : public Operation {
  public:
    /// `samples`: (kSamples, dimensions), what invert() takes and leaves.
    Flow(Planning& planning, std::span<const network::Layer> layers, const Wiring& wiring,
         Arena::Index samples);

    void build(Context& context) override;
    void forward(Queue& queue, int images, Mode mode) override;
    void backward(Queue& queue) override;

    /// Samples that invert() takes at once.
    static constexpr int kSamples = 1024;
    void invert(Queue& queue, int samples);

  private:
    std::size_t rowFloats() const;
    std::size_t layerFloats() const;

    Planning planning_;
    Wiring wiring_;
    int dimensions_, hidden_, layers_;
    double operations_ = 0;  ///< forward, of a batch
    Parameters::Slot firstKernel_ = 0;
    std::vector<cl_int> tables_;
    Arena::Index tableBuffer_, rows_, gradients_, sampleRows_, samples_;
    Kernel forward_, backward_, weights_, invert_;
};

}  // namespace shearbench::device::opencl
