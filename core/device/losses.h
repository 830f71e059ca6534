// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <span>

#include "core/network/network.h"

// The losses and their gradients as every device that runs on the host's processor computes them:
// single-precision features in, double precision inside. Allocates nothing; thread-safe.

namespace shearbench::device {

/// The sum over images of -log N(target; mean, L L^T), as network::LossKind::gaussianNll defines
/// it. `features` (n, 9), `targets` (n, 3); `gradients` (n, 9) receives the derivative of `scale`
/// times that sum (scale = 1 / batch gives that of the batch's mean).
double gaussianNll(std::span<const float> features, std::span<const float> targets, double scale,
                   std::span<float> gradients);

/// The sum over images and features of (feature - target)^2 / 2; all three of equal size.
/// `gradients` receives the derivative of `scale` times that sum.
double halfSquaredError(std::span<const float> features, std::span<const float> targets,
                        double scale, std::span<float> gradients);

/// Twice that.
double squaredError(std::span<const float> features, std::span<const float> targets, double scale,
                    std::span<float> gradients);

/// The sum over images and features of the cross entropy that network::LossKind defines.
double binaryCrossEntropy(std::span<const float> features, std::span<const float> targets,
                          double scale, std::span<float> gradients);

/// The sum over images of -log density, as network::LossKind::flowNll defines it. `features` (n,
/// dimensions + 1).
double flowNll(std::span<const float> features, std::size_t dimensions, double scale,
               std::span<float> gradients);

/// Whichever `kind` names; `perImage` features an image.
double lossAndGradient(network::LossKind kind, std::size_t perImage,
                       std::span<const float> features, std::span<const float> targets,
                       double scale, std::span<float> gradients);

}  // namespace shearbench::device
