// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/cpu/operation.h"

namespace shearbench::device::cpu {

/// From a vector, which lies as its features follow each other, to a blocked map and back.
class Reshape : public Operation {
  public:
    Reshape(const network::Layer& layer, int width, int batch)
        : in_{layer.input, width}, out_{layer.output, width}, batch_(batch) {}

    const Blocked& output() const override { return out_; }
    void bind(const Arena&, const Wiring& wiring) override { wiring_ = wiring; }
    void forward(Mode mode) override;
    void backward() override;

  private:
    Blocked in_, out_;
    int batch_;
    Wiring wiring_;
};

/// 1 / (1 + exp(-x)) of every element; the zeros that fill up blocks stay.
class Sigmoid : public Operation {
  public:
    Sigmoid(const network::Layer& layer, int width, int batch)
        : map_{layer.output, width}, batch_(batch) {}

    const Blocked& output() const override { return map_; }
    bool gradientInPlace() const override { return true; }
    void bind(const Arena&, const Wiring& wiring) override { wiring_ = wiring; }
    void forward(Mode mode) override;
    void backward() override;

  private:
    Blocked map_;
    int batch_;
    Wiring wiring_;
};

}  // namespace shearbench::device::cpu
