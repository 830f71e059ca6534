// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <vector>

#include "core/device/cpu/affine.h"
#include "core/device/cpu/operation.h"
#include "core/device/cpu/parameters.h"
#include "core/device/made_order.h"

namespace shearbench::device::cpu {

/// One masked autoregressive layer as three dense ones whose kernels are multiplied by the masks.
/// Sampling goes the other way with samples side by side as lanes: hidden units in the order of
/// their degrees, each computed once, when its inputs exist, and nothing masked touched.
class Made : public Operation {
  public:
    Made(const network::Layer& layer, int width, int batch, Arena& arena, Parameters& parameters);

    const Blocked& output() const override { return out_; }
    void bind(const Arena& arena, const Wiring& wiring) override;
    void forward(Mode mode) override;
    void backward() override;

    /// After parameters changed and before the first sample from them.
    void prepareSampling();
    /// Lanes of one call of sample(), and the floats of scratch memory it needs.
    static int lanes(bool many);
    std::int64_t sampleFloats(int lanes) const;
    /// `values` (D, lanes): u on the way in, y on the way out.
    void sample(float* values, int lanes, float* scratch) const;

  private:
    /// One of the three: rows of `inputs` floats, filled up to `stride`.
    struct Part {
        int inputs, outputs;
        std::int64_t stride;
        Parameters::Slot kernel, bias;
        std::vector<float> mask;
    };
    Part makePart(const network::Layer& layer, const char* name, int inputs, int outputs,
                  const float* mask, Parameters& parameters) const;
    void maskKernels();
    void partBackward(std::size_t part, const float* dy, const float* x, float* dx);
    std::int64_t padded(int count) const { return (count + width_ - 1) / width_ * width_; }
    int place(int feature) const { return reversed_ ? dimensions_ - 1 - feature : feature; }

    Blocked in_, out_;
    int width_, batch_, dimensions_, hidden_;
    bool reversed_;
    const Parameters* parameters_;
    MadeOrder order_;
    std::array<Part, 3> parts_;
    Arena::Buffer activationBuffer_, maskedBuffer_, gradientBuffer_;
    Wiring wiring_;
    /// (batch, stride of the part they go into), the last one (batch, 2 D filled up).
    std::array<float*, 4> activations_{}, gradients_{};
    std::array<float*, 3> masked_{};
    std::array<std::vector<float>, 3> sorted_;
    std::array<std::vector<float>, 3> sortedBias_;
};

}  // namespace shearbench::device::cpu
