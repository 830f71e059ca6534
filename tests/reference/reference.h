// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/device/session.h"
#include "core/network/network.h"

// Whole networks in plain double precision, for devices to be compared with: no speed, no
// cleverness, nothing shared with any device. Flat arrays have the layout of network::Parameter;
// images are (n, C, H, W), targets (n, targetCount).

namespace shearbench::reference {

/// Outputs (n, features) in prediction mode, with moving averages.
std::vector<double> predict(const network::Network& network, std::span<const double> parameters,
                            std::span<const double> images);

/// One batch in training mode.
struct Evaluation {
    double loss = 0, dataLoss = 0, kl = 0;
    std::vector<double> outputs;
    std::vector<double> gradients;        ///< zeros where not trainable
    std::vector<double> batchStatistics;  ///< in the places of the moving averages; zeros elsewhere
    double gradientNorm = 0;              ///< over all trainable parameters
    /// The smallest |x| any PReLU or leaky ReLU was given: how far the batch is from a kink. Large
    /// without any.
    double distanceToKink = 1e300;
};
/// Noise is that of settings.noise.given.
Evaluation evaluate(const network::Network& network, std::span<const double> parameters,
                    std::span<const double> images, std::span<const double> targets,
                    const device::StepSettings& settings = {});

/// The loss alone.
double trainingLoss(const network::Network& network, std::span<const double> parameters,
                    std::span<const double> images, std::span<const double> targets,
                    const device::StepSettings& settings = {});

/// Samples (n, D) of a network of made layers from base numbers (n, D).
std::vector<double> invert(const network::Network& network, std::span<const double> parameters,
                           std::span<const double> base);

/// What training changes.
struct State {
    explicit State(std::vector<double> start)
        : parameters(std::move(start)),
          firstMoment(parameters.size()),
          secondMoment(parameters.size()) {}
    std::vector<double> parameters, firstMoment, secondMoment;
    std::int64_t updates = 0;
};

/// Evaluates, clips, updates by Adam (Kingma & Ba 2015, algorithm 1) and moves the averages.
Evaluation step(const network::Network& network, State& state, std::span<const double> images,
                std::span<const double> targets, const device::StepSettings& settings);

}  // namespace shearbench::reference
