// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/session.h"

namespace shearbench::device {

/// Gathers what takeSummary() gives back. For use by the backends.
class StepSums {
  public:
    /// One step: LossKind's loss, what a KL factor multiplies, all terms together, the gradients'
    /// norm before clipping.
    void add(double dataLoss, double kl, double loss, double gradientNorm);
    /// Of the steps since the last call.
    StepSummary take();

  private:
    StepSummary summary_;
    double loss_ = 0, dataLoss_ = 0, kl_ = 0;
};

}  // namespace shearbench::device
