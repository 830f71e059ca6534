// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/model/posterior.h"

namespace shearbench::model {

/// How posteriors compare with the labels they should hold.
struct Evaluation {
    std::int64_t count = 0;
    double nll = 0;               ///< mean of -log N(label; mean, covariance)
    std::array<double, 3> rms{};  ///< of posterior mean minus label: e1, e2, redshift
    double insideOneSigma = 0;    ///< fraction of labels inside the (e1, e2) ellipse of Mahalanobis
                                  ///< radius 1; 1 - exp(-1/2) = 0.393 if calibrated
};

/// `targets` (posteriors.size(), 3): e1, e2, redshift. All zero when there are none.
Evaluation evaluate(std::span<const Posterior> posteriors, std::span<const float> targets);

}  // namespace shearbench::model
