// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/device/cpu/arena.h"
#include "core/device/cpu/parameters.h"
#include "core/device/session.h"
#include "core/random.h"

namespace shearbench::device::cpu {

/// The kernels of all Bayesian layers as they are drawn, and the way back from their gradients to
/// those of means and rhos. Means, rhos, noise and deviations lie row-major, as in
/// network::Parameter; layers compute with drawn kernels in the format they asked for.
class BayesianWeights {
  public:
    explicit BayesianWeights(const Parameters& parameters) : parameters_(&parameters) {}

    /// After the last layer's parameters were added, before the arena allocates.
    void request(Arena& arena);
    void bind(const Arena& arena);

    /// How many there are in all layers together.
    std::int64_t count() const { return count_; }

    /// mean + deviation x noise everywhere; returns the sum of the weights' KL divergences, made
    /// over parts of fixed size, in order.
    double draw(StreamPurpose purpose, const StepNoise& noise);
    void setToMeans();

    /// After a draw() and backward passes: writes the gradients of means and rhos.
    void spreadGradients(double weightKl);

  private:
    struct Part {
        std::size_t tensor;
        std::int64_t begin, end;
    };
    void giveToLayers();

    const Parameters* parameters_;
    std::int64_t count_ = 0;
    std::vector<std::int64_t> first_;  ///< of each tensor, in the buffers below
    std::vector<Part> parts_;          ///< shared out among threads
    std::vector<double> divergences_;  ///< of each part
    Arena::Buffer noiseBuffer_ = 0, deviationBuffer_ = 0, plainBuffer_ = 0;
    float *noise_ = nullptr, *deviation_ = nullptr;
    float* plain_ =
        nullptr;  ///< drawn weights on their way to the layers, gradients on their way back
};

}  // namespace shearbench::device::cpu
