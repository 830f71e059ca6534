// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/device/eigen/operation.h"
#include "core/device/eigen/thread_pool.h"
#include "core/device/session.h"
#include "core/network/network.h"
#include "core/random.h"

namespace shearbench::device::eigen {

/// The kernels of all Bayesian layers as they are drawn, and the way back from their gradients to
/// those of means and rhos. Flat arrays have the layout of network::Parameter.
class BayesianKernels {
  public:
    BayesianKernels(const network::Network& network, ThreadPool& pool);

    /// Floats a weight takes here: drawn value, its gradient, noise, deviation.
    static constexpr std::size_t kFloatsPerWeight = 4;

    bool empty() const { return kernels_.empty(); }
    std::size_t weights() const { return drawn_.size(); }
    /// What a layer computes with, kernel `index` of network::bayesianKernels().
    Tensor tensor(std::size_t index);

    /// mean + deviation x noise everywhere; returns the sum of the weights' KL divergences.
    double draw(std::span<const float> parameters, StreamPurpose purpose, const StepNoise& noise);
    void setToMeans(std::span<const float> parameters);

    /// After a draw() and backward passes: writes the gradients of means and rhos.
    void spreadGradients(std::span<const float> parameters, double weightKl,
                         std::span<float> gradients);

  private:
    std::vector<network::BayesianKernel> kernels_;
    std::vector<std::size_t> first_;  ///< of each kernel, in the arrays below
    std::vector<float> drawn_, drawnGradients_, noise_, deviation_;
    std::vector<double> sums_;  ///< one a worker
    ThreadPool& pool_;
};

}  // namespace shearbench::device::eigen
