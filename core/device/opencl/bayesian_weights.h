// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/device/opencl/operation.h"
#include "core/device/session.h"
#include "core/random.h"

namespace shearbench::device::opencl {

/// The weights of all Bayesian kernels as they are drawn, kernels/bayesian.cl: one launch for all
/// of them. The way back to means and rhos is part of Optimiser::finishStep().
class BayesianWeights {
  public:
    /// After Parameters::place().
    explicit BayesianWeights(Planning& planning);

    bool any() const { return !tensors_.empty(); }
    void build(Context& context, Queue& queue);

    /// mean + deviation x noise everywhere; divergences() then hold the sum of the weights' KL
    /// divergences in parts() pieces. Where the noise is given, waits until it has arrived.
    void draw(Queue& queue, StreamPurpose purpose, const StepNoise& noise);
    void setToMeans(Queue& queue);

    /// The last draw's, in the layout of the drawn weights.
    Arena::Index noise() const { return noise_; }
    /// Of which weight each place in that layout is, in the kernel's row-major order; -1: of none.
    Arena::Index numbers() const { return numbers_; }
    Arena::Index divergences() const { return divergences_; }
    int parts() const { return static_cast<int>(stretches_.size()); }

  private:
    /// `Stretch` of kernels/bayesian.cl.
    struct Stretch {
        cl_int mean, rho, drawn, noise, count, tensor;
    };
    void launch(Queue& queue, int source);

    Planning planning_;
    std::vector<BayesianTensor> tensors_;
    std::vector<Stretch> stretches_;
    Arena::Index stretchTable_ = 0, noise_ = 0, numbers_ = 0, divergences_ = 0;
    Kernel draw_;
};

/// Arguments `first` to `first` + 4 of a kernel that makes normal numbers: the last two words of
/// the counter, then the key (core/random.h, NormalStream).
void setStream(Kernel& kernel, cl_uint first, const NormalStream& stream);

}  // namespace shearbench::device::opencl
