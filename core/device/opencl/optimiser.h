// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/device/opencl/bayesian_weights.h"
#include "core/device/opencl/loss.h"

namespace shearbench::device::opencl {

/// Sums that a step leaves in pieces: where, and how many pieces.
struct Pieces {
    Arena::Index buffer;
    int count;
};

/// What follows the backward pass, kernels/optimiser.cl: gradients added up, those of drawn weights
/// taken on to means and rhos, their norm, Adam on all parameters at once, the step's entry in the
/// log. Two launches.
class Optimiser {
  public:
    /// Entries of the log, used in turn, and numbers of each: the network's loss, the sum of the
    /// weights' divergences, the latent layers' divergence, the norm of the gradients before
    /// clipping. Loss and latent divergence are means over the batch.
    static constexpr int kLogEntries = 64, kLogNumbers = 4;

    /// After Parameters::place(). `divergences`: of latent layers.
    Optimiser(Planning& planning, const Loss& loss, const BayesianWeights& weights,
              Pieces divergences);

    void build(Context& context, Queue& queue);

    /// Adds up the gradients, makes update number `update` (from 1; 0: none) and writes entry
    /// `entry` of the log.
    void finishStep(Queue& queue, const StepSettings& settings, std::int64_t update, int entry);

    Arena::Index log() const { return log_; }

  private:
    Planning planning_;
    const Loss& loss_;
    const BayesianWeights& weights_;
    Pieces divergences_;
    std::vector<Run> runs_;
    Arena::Index runTable_, squares_, log_;
    Kernel collect_, adam_, writeLog_;
};

}  // namespace shearbench::device::opencl
