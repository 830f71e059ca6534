// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

#include "core/device/cpu/kernels.h"

// The arithmetic of Bayesian weights, compiled once per instruction set as kernels.h is. Every
// function works on one thread and allocates nothing. Pointers need no alignment.

namespace shearbench::device::cpu {

/// Some Bayesian weights, side by side.
struct WeightArrays {
    const float* mean;
    const float* rho;
    float* noise;
    float* deviation;  ///< softplus(rho)
};

struct WeightGradients {
    float *byMean, *byRho;
};

/// What a step of Adam changes, of the same weights.
struct WeightUpdate {
    float *mean, *rho;
    float *firstOfMean, *secondOfMean, *firstOfRho, *secondOfRho;  ///< moments
    AdamStep step;
};

/// Where standard normal numbers come from: normalBlock() of core/random.h.
struct WeightNoise {
    std::uint32_t key[2];
    std::uint32_t counter[4];  ///< of the first weight's block of four
    bool given;                ///< the numbers are in WeightArrays::noise already
};

struct BayesianKernels {
    /// drawn = mean + deviation x noise; writes noise and deviation. Returns the sum of the
    /// weights' KL divergences from N(0, 1). The first weight is the first of a block of four.
    double (*draw)(const WeightArrays& weights, const WeightNoise& noise, float* drawn,
                   std::int64_t count);
    /// From the gradient by the drawn weights to those by mean and rho of the loss with
    /// `weightKl` times the divergence added. Returns the sum of their squares.
    double (*gradients)(const WeightArrays& weights, const float* byDrawn, float weightKl,
                        const WeightGradients& to, std::int64_t count);
    /// One step of Adam with the same gradients, which are not kept; returns the same sum.
    double (*update)(const WeightArrays& weights, const float* byDrawn, float weightKl,
                     const WeightUpdate& update, std::int64_t count);
};

}  // namespace shearbench::device::cpu
