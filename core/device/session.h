// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/device/memory_plan.h"
#include "core/device/profile.h"
#include "core/network/network.h"

namespace shearbench::device {

/// Where a step's random numbers come from: NormalStream{seed, purpose, tensor, step} of
/// core/random.h, purpose weightDraw and tensor number t for Bayesian kernel t (in the order of
/// network::bayesianKernels()), element j of the kernel number j; a latent layer has purpose latent
/// and tensor 0.
struct StepNoise {
    std::uint64_t seed = 0;
    std::int64_t step = 0;
    /// Not empty: every number of the step instead, kernel behind kernel, then a latent
    /// layer's (batch, features).
    std::span<const float> given{};
};

/// Of one training step. The update is Adam (Kingma & Ba 2015, algorithm 1): epsilon is added to
/// the square root of the bias-corrected second moment.
struct StepSettings {
    double learningRate = 1e-3;
    double beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7;
    /// Gradients are scaled by clipNorm / norm where the norm over all trainable parameters is
    /// larger; 0: never.
    double clipNorm = 0;
    /// False: loss, gradients and batch statistics only; parameters, moments, moving averages and
    /// the step count stay as they are.
    bool update = true;
    /// Factor in the loss on the sum over all Bayesian weights of KL(N(mean, deviation^2) ||
    /// N(0, 1)) = (mean^2 + deviation^2 - 1) / 2 - log(deviation).
    double weightKl = 0;
    /// Factor in the loss on the mean over images of the KL divergence of a latent layer.
    double latentKl = 0;
    StepNoise noise{};
};

/// Throws Error(usage) unless `given` numbers are enough for a network's Bayesian weights. For use
/// by the backends.
void checkNoise(const network::Network& network, std::size_t given);

/// Throws Error(usage) naming `what` unless `found` numbers are as many as `expected`. For use by
/// the backends.
void checkSize(const network::Network& network, const char* what, std::size_t found,
               std::size_t expected);

/// What the steps since the last takeSummary() came to.
struct StepSummary {
    std::int64_t steps = 0;
    double meanLoss = 0, lastLoss = 0;          ///< of all terms together
    double meanDataLoss = 0, lastDataLoss = 0;  ///< of the network's LossKind alone
    double meanKl = 0;                          ///< of what weightKl or latentKl multiplies
    double largestGradientNorm = 0;             ///< before clipping
    bool finite = true;                         ///< every loss and gradient norm was
};

/// Everything Adam needs to go on: moments in the layout of network::Parameter (zeros where not
/// trainable) and the number of updates made.
struct OptimiserState {
    std::vector<float> firstMoment, secondMoment;
    std::int64_t updates = 0;
};

/// A network compiled for one device and one batch size: owns parameters, optimiser state and every
/// buffer, all allocated before the first step. Results are the same for the same calls, bit for
/// bit, as long as device and thread count stay the same. Not thread-safe; may be handed from one
/// thread to another between calls.
///
/// Throws Error(usage) before anything is done when a span is not of the stated size, and
/// Error(device) or Error(run) where the device fails at its work. After such a failure of step(),
/// profile() or takeSummary(), parameters, optimiser state and the next summary may be anything:
/// set both states before going on, or drop the session. A failed predict() or invert() leaves
/// training as it was.
class Session {
  public:
    virtual ~Session() = default;

    virtual const network::Network& network() const = 0;
    virtual const MemoryPlan& memoryPlan() const = 0;
    virtual int batch() const = 0;

    /// `values.size() == network().parameterCount()`, layout of network::Parameter.
    virtual void setParameters(std::span<const float> values) = 0;
    virtual void parameters(std::span<float> values) const = 0;

    virtual void setOptimiserState(const OptimiserState& state) = 0;
    virtual OptimiserState optimiserState() const = 0;

    /// One training step on a full batch: forward with batch statistics, loss, backward, clipping,
    /// Adam, moving averages. `images` (batch, C, H, W), `targets` (batch, targetCount); both may
    /// be reused when the call returns. May return before the step is done.
    virtual void step(std::span<const float> images, std::span<const float> targets,
                      const StepSettings& settings) = 0;

    /// Waits for all steps so far. Steps without an update are counted too.
    virtual StepSummary takeSummary() = 0;

    /// Of the last step's loss, before clipping; zeros where not trainable.
    virtual void gradients(std::span<float> values) const = 0;

    /// Forward with moving averages: `images` (n, C, H, W) -> `outputs` (n, features), any n >= 0.
    /// Does not disturb training. Bayesian weights are their means unless drawWeights() was called
    /// since the last step.
    virtual void predict(std::span<const float> images, std::span<float> outputs) = 0;

    /// Draws the Bayesian weights that predict() uses from now until the next step() or
    /// useMeanWeights(): noise as in a step, with purpose predictiveDraw and step `draw`. Does
    /// nothing for a network without Bayesian layers; Error(device) where the device has not learnt
    /// it.
    virtual void drawWeights(std::uint64_t seed, std::int64_t draw);
    virtual void useMeanWeights() {}

    /// Of a flow (made layers alone), against its density's direction: `base` (n, D) standard
    /// normal numbers -> `samples` (n, D), any n >= 0. Layer by layer from the last to the first,
    /// and within each one dimension after the other, computing only what that dimension needs.
    /// Throws Error(usage) for other networks, Error(device) where the device has not learnt it.
    virtual void invert(std::span<const float> base, std::span<float> samples);

    /// Makes `steps` >= 1 training steps as step() does and times each operation of them.
    /// Error(device) where the device has not learnt it.
    virtual Profile profile(std::span<const float> images, std::span<const float> targets,
                            const StepSettings& settings, int steps);
};

/// What invert() throws for a network that is no flow, or for so many numbers. For use by the
/// backends.
void requireFlow(const network::Network& network, std::size_t base, std::size_t samples);

}  // namespace shearbench::device
