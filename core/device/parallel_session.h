// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "core/device/eigen/adam.h"
#include "core/device/session.h"
#include "core/device/step_sums.h"

namespace shearbench::device {

/// A session whose batch is split among others, as parallel_device.h says. Parameters and optimiser
/// state lie on the host; a part's session gets the parameters of each step and gives the gradients
/// of its images. Parts work at the same time, each on a thread of its own.
class ParallelSession : public Session {
  public:
    /// What the host holds of a plan.
    static MemoryPlan planOfHost(const network::Network& network, int batch);

    /// `parts`: at least one, whose batches add up to the plan's. `threads`: the host's, for Adam.
    ParallelSession(network::Network network, MemoryPlan plan,
                    std::vector<std::unique_ptr<Session>> parts, int threads);

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
    void drawWeights(std::uint64_t seed, std::int64_t draw) override;
    void useMeanWeights() override;
    void invert(std::span<const float> base, std::span<float> samples) override;

  private:
    /// Of each channel of some images, in front of a first layer that is a batch norm.
    struct Statistics {
        std::vector<double> mean, variance;
    };
    struct Part {
        std::unique_ptr<Session> session;
        std::size_t first, batch;  ///< of a step's images
        std::vector<float> parameters, gradients, noise;
        Statistics statistics;
        StepSummary summary;
    };
    struct BatchNorm {
        const network::Parameter *gamma, *beta, *movingMean, *movingVariance;
    };

    double shareOf(const Part& part) const;
    Statistics statisticsOf(std::span<const float> images) const;
    Statistics combinedStatistics() const;
    void stepPart(Part& part, std::span<const float> images, std::span<const float> targets,
                  StepSettings settings);
    void adaptParameters(Part& part);
    void adaptGradients(Part& part) const;
    std::span<const float> noiseOf(Part& part, const StepNoise& noise) const;
    void addGradients();
    void moveAverages();
    void shareParameters();
    template <class Act>
    void forParts(const Act& act);
    template <class Act>
    void splitImages(std::size_t images, const Act& act);

    const network::Network network_;
    MemoryPlan plan_;
    std::vector<Part> parts_;
    eigen::ThreadPool pool_;
    const std::vector<eigen::TrainableRange> trainable_;
    std::optional<BatchNorm> batchNorm_;
    std::size_t latentFeatures_ = 0;
    std::vector<float> parameters_, gradients_, firstMoment_, secondMoment_;
    std::int64_t updates_ = 0;
    Statistics statistics_;  ///< of the whole batch
    bool shared_ = false;    ///< every part holds the parameters as they are
    StepSums sums_;
};

}  // namespace shearbench::device
