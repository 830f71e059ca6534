// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// Brings the images into blocked layout, for networks whose first layers are not computed
/// together (normalised_convolution.h).
class Pack : public Entry {
  public:
    Pack(network::Shape shape, int width, int batch) : map_{shape, width}, batch_(batch) {}

    const Blocked& output() const override { return map_; }
    void bind(const Arena&, const Wiring& wiring) override { out_ = wiring.output; }
    void load(const float* images, int count, Mode mode) override;
    void forward(Mode) override {}
    void backward() override {}

  private:
    Blocked map_;
    int batch_;
    float* out_ = nullptr;
};

}  // namespace shearbench::device::cpu
