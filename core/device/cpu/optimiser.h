// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/device/cpu/bayesian_weights.h"
#include "core/device/cpu/parameters.h"
#include "core/device/session.h"

namespace shearbench::device::cpu {

/// Adam over all trainable parameters in one pass, that of Bayesian weights together with the
/// spreading of their gradients, and the norm of all gradients. Norms are sums over parts of fixed
/// size, in order.
class Optimiser {
  public:
    Optimiser(const Parameters& parameters, BayesianWeights& bayesian);

    /// Makes one update, clipped if the settings say so; returns the gradients' norm before
    /// clipping.
    double update(const StepSettings& settings);

    /// The gradients' norm alone.
    double norm(double weightKl);

    std::int64_t updates() const { return updates_; }
    void setUpdates(std::int64_t updates) { updates_ = updates; }

  private:
    AdamStep nextStep(const StepSettings& settings, double gradientScale);
    double adam(std::int64_t floats, const AdamStep& step);
    double sumOfParts(std::int64_t floats) const;

    const Parameters* parameters_;
    BayesianWeights* bayesian_;
    std::vector<double> partial_;
    std::int64_t updates_ = 0;
};

}  // namespace shearbench::device::cpu
