// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/step_sums.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace shearbench::device {

void StepSums::add(double dataLoss, double kl, double loss, double gradientNorm) {
    ++summary_.steps;
    loss_ += loss;
    dataLoss_ += dataLoss;
    kl_ += kl;
    summary_.lastLoss = loss;
    summary_.lastDataLoss = dataLoss;
    summary_.largestGradientNorm = std::max(summary_.largestGradientNorm, gradientNorm);
    summary_.finite = summary_.finite && std::isfinite(loss) && std::isfinite(gradientNorm);
}

StepSummary StepSums::take() {
    const StepSums sums = std::exchange(*this, {});
    StepSummary summary = sums.summary_;
    if (summary.steps > 0) {
        const auto steps = static_cast<double>(summary.steps);
        summary.meanLoss = sums.loss_ / steps;
        summary.meanDataLoss = sums.dataLoss_ / steps;
        summary.meanKl = sums.kl_ / steps;
    }
    return summary;
}

}  // namespace shearbench::device
