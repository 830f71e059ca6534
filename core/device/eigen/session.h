// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

#include "core/device/device.h"
#include "core/device/eigen/adam.h"
#include "core/device/eigen/bayesian_kernels.h"
#include "core/device/eigen/operation.h"
#include "core/device/eigen/thread_pool.h"
#include "core/device/session.h"
#include "core/device/step_sums.h"

namespace shearbench::device::eigen {

/// Sizes of everything a session allocates, from which both the plan and the buffers are made.
struct SessionLayout {
    std::size_t parameters = 0;           ///< floats, and as many gradients and moments twice
    std::vector<std::size_t> outputs;     ///< floats, of each layer for the whole batch
    std::vector<std::size_t> stateBytes;  ///< of each layer
    std::size_t outputGradients[2] = {};  ///< floats; layers take turns
    std::size_t workspace = 0;            ///< floats
    std::size_t bayesianWeights = 0;
};
SessionLayout layoutOf(const network::Network& network, int batch, int threads);
MemoryPlan planOf(const network::Network& network, int batch, int threads);

/// Steps are done when step() returns.
class EigenSession : public Session {
  public:
    EigenSession(network::Network network, int batch, int threads);

    const network::Network& network() const override { return network_; }
    const MemoryPlan& memoryPlan() const override { return plan_; }
    int batch() const override { return static_cast<int>(batch_); }

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
    void useMeanWeights() override { predictWith_ = Kernels::unknown; }

  private:
    /// What the Bayesian kernels hold for the next predict().
    enum class Kernels { unknown, means, draw };

    void makeOperations();
    void forward(const float* images, std::size_t count, Mode mode);
    void backward(const float* images);
    std::span<float> outputGradient(std::size_t layer) { return outputGradients_[layer % 2]; }

    network::Network network_;
    MemoryPlan plan_;
    std::size_t batch_;
    ThreadPool pool_;
    std::vector<float> parameters_, gradients_, firstMoment_, secondMoment_, workspace_;
    BayesianKernels bayesian_;
    Kernels predictWith_ = Kernels::unknown;
    std::vector<std::vector<float>> outputs_;
    std::vector<float> outputGradients_[2];
    std::vector<TrainableRange> trainable_;
    std::vector<std::unique_ptr<Operation>> operations_;
    std::int64_t updates_ = 0;
    StepSums sums_;
};

}  // namespace shearbench::device::eigen
