// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/device/cpu/parameters.h"
#include "core/device/session.h"

namespace shearbench::device::cpu {

/// Adam over all trainable parameters in one pass, and the norm of their gradients.
class Optimiser {
  public:
    explicit Optimiser(const Parameters& parameters);

    /// Makes one update, clipped if the settings say so; returns the gradients' norm before
    /// clipping. Sums are made over parts of fixed size, in order.
    double update(const StepSettings& settings);

    /// The gradients' norm alone.
    double norm();

    std::int64_t updates() const { return updates_; }
    void setUpdates(std::int64_t updates) { updates_ = updates; }

  private:
    double addUp() const;

    const Parameters* parameters_;
    std::vector<double> partial_;
    std::int64_t updates_ = 0;
};

}  // namespace shearbench::device::cpu
