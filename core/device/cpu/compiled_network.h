// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/batch_norm.h"
#include "core/device/cpu/bayesian_weights.h"
#include "core/device/cpu/made.h"
#include "core/device/cpu/operation.h"
#include "core/device/cpu/parameters.h"
#include "core/device/cpu/prelu.h"
#include "core/device/cpu/stopwatch.h"
#include "core/device/profile.h"
#include "core/network/network.h"

namespace shearbench::device::cpu {

/// A network's layers as operations on feature maps in one arena. Constructing one decides
/// everything and sums up the memory; nothing is allocated before allocate().
class CompiledNetwork {
  public:
    /// Uses as many threads, now and later, as the caller's ThreadScope says.
    CompiledNetwork(const network::Network& network, int batch);

    MemoryPlan memoryPlan() const { return arena_.plan(batch_); }
    void allocate();

    const Parameters& parameters() const { return parameters_; }
    /// To be drawn, or set to their means, before forward().
    BayesianWeights& bayesian() { return bayesian_; }

    /// The batch's features, row-major (batch, output().count()); valid until the next call.
    /// Images beyond `count` <= batch are zeros.
    std::span<const float> forward(const float* images, int count, Mode mode,
                                   Stopwatch* watch = nullptr);
    /// Before a prediction with other weights than the last one's.
    void weightsChanged();
    /// To be filled with the loss' gradient by those features before backward().
    std::span<float> featureGradients() { return {featureGradients_, featureCount_}; }
    /// All parameters' gradients. After a training forward().
    void backward(Stopwatch* watch = nullptr);
    /// Before the training forward() of a step.
    void begin(const StepSettings& settings);
    /// Of the last training forward(): what StepSettings::latentKl multiplies.
    double divergence() const;
    /// The layers of a flow, in order; fewer than there are layers where others are among them.
    const std::vector<Made*>& flow() const { return flow_; }
    /// Moving averages of all batch norms, from the last training forward().
    void moveAverages();

    /// What a Stopwatch tells apart: each operation forward, the way out, then each backward.
    std::size_t pieces() const { return 2 * outputs_.size(); }
    /// One for each piece, without times.
    std::vector<ProfileItem> profileItems() const;

    /// One line for each convolution: how it is computed.
    std::string describe() const;

  private:
    void lower();
    void requestMaps();
    Wiring wiring(std::size_t index) const;
    Operation& operation(std::size_t index) const;
    ProfileItem profileItem(std::size_t index, ProfilePhase phase) const;
    const Blocked& lastMap() const;

    network::Network network_;
    int batch_, width_;
    Arena arena_;
    Parameters parameters_;
    BayesianWeights bayesian_;
    std::unique_ptr<Entry> entry_;
    std::vector<std::unique_ptr<Operation>> operations_;  ///< after the entry
    std::vector<const Prelu*> prelus_;  ///< of operations_ that are one, else null
    std::vector<Averaging*> averaging_;
    std::vector<Made*> flow_;
    std::vector<bool> needsInputGradient_;  ///< of operations_
    std::vector<Arena::Buffer> outputs_;    ///< entry's first
    std::vector<int> gradientBuffers_;      ///< which of the two holds each output's gradient
    Arena::Buffer gradients_[2] = {0, 0};
    Arena::Buffer featureBuffer_ = 0;
    std::size_t featureCount_;  ///< of the whole batch
    float *features_ = nullptr, *featureGradients_ = nullptr;
    float *lastOutput_ = nullptr, *lastGradient_ = nullptr;
};

}  // namespace shearbench::device::cpu
