// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/device/cpu/compiled_network.h"
#include "core/device/cpu/optimiser.h"
#include "core/device/cpu/stopwatch.h"
#include "core/device/session.h"
#include "core/device/step_sums.h"

namespace shearbench::device::cpu {

/// A session on the host's processor. Steps are done when step() returns.
class CpuSession : public Session {
  public:
    /// `compiled`: not yet allocated, made under a ThreadScope of `threads`.
    CpuSession(network::Network network, std::unique_ptr<CompiledNetwork> compiled, int threads);

    const network::Network& network() const override { return network_; }
    const MemoryPlan& memoryPlan() const override { return plan_; }
    int batch() const override { return plan_.batch; }

    void setParameters(std::span<const float> values) override;
    void parameters(std::span<float> values) const override;
    void setOptimiserState(const OptimiserState& state) override;
    OptimiserState optimiserState() const override;
    void step(std::span<const float> images, std::span<const float> targets,
              const StepSettings& settings) override;
    StepSummary takeSummary() override { return sums_.take(); }
    void gradients(std::span<float> values) const override;
    void predict(std::span<const float> images, std::span<float> outputs) override;
    void invert(std::span<const float> base, std::span<float> samples) override;
    void drawWeights(std::uint64_t seed, std::int64_t draw) override;
    void useMeanWeights() override { predictWith_ = Weights::unknown; }

    Profile profile(std::span<const float> images, std::span<const float> targets,
                    const StepSettings& settings, int steps) override;

    /// Which implementation computes each convolution, one line each.
    std::string describe() const { return compiled_->describe(); }

  private:
    /// step() with the time of each piece: those of the network, the loss, the update.
    void timedStep(std::span<const float> images, std::span<const float> targets,
                   const StepSettings& settings, Stopwatch* watch);
    /// What the Bayesian weights are for the next predict().
    enum class Weights { unknown, means, draw };
    double lossOf(std::span<const float> features, std::span<const float> targets);

    network::Network network_;
    int threads_;
    MemoryPlan plan_;
    std::unique_ptr<CompiledNetwork> compiled_;
    std::unique_ptr<Optimiser> optimiser_;
    StepSums sums_;
    std::vector<double> imageLosses_;
    std::vector<float> scratch_;  ///< of invert()
    bool samplingReady_ = false;
    Weights predictWith_ = Weights::unknown;
};

}  // namespace shearbench::device::cpu
