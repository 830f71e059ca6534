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

/// The standard normal numbers of a step: each Bayesian kernel's, in the order of parameters.
std::vector<double> noiseOf(const network::Network& network, const device::StepNoise& noise);
/// Those of Session::drawWeights().
std::vector<double> predictiveNoise(const network::Network& network, std::uint64_t seed,
                                    std::int64_t draw);

/// Outputs (n, features) in prediction mode, with moving averages. Bayesian weights are drawn with
/// `noise`, or their means where there is none.
std::vector<double> predict(const network::Network& network, std::span<const double> parameters,
                            std::span<const double> images, std::span<const double> noise = {});

/// One batch in training mode.
struct Evaluation {
    double loss = 0;              ///< dataLoss, weightKl x and latentKl x their divergences
    double dataLoss = 0, kl = 0;  ///< kl: of weights and latent together
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
