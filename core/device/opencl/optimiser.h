// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <utility>
#include <vector>

#include "core/device/opencl/convolution.h"
#include "core/device/opencl/loss.h"
#include "core/device/session.h"

namespace shearbench::device::opencl {

/// What follows the backward pass, kernels/optimiser.cl: gradients added up, their norm, Adam on
/// all parameters at once, the step's entry in the log. Two launches, and one more where
/// convolutions want mirrored kernels.
class Optimiser {
  public:
    /// Entries of the log, used in turn.
    static constexpr int kLogEntries = 64;

    /// After Parameters::place().
    Optimiser(Planning& planning, const std::vector<Convolution*>& convolutions, const Loss& loss);

    void build(Context& context, Queue& queue);

    /// Adds up the gradients, makes update number `update` (from 1; 0: none) and writes entry
    /// `entry` of the log.
    void finishStep(Queue& queue, const StepSettings& settings, std::int64_t update, int entry);
    /// After parameters came from outside.
    void mirror(Queue& queue);

    /// (kLogEntries, 2): mean loss, norm of the gradients before clipping.
    Arena::Index log() const { return log_; }

  private:
    Planning planning_;
    const Loss& loss_;
    std::vector<Run> runs_;
    std::vector<std::pair<cl_int, cl_int>> tiles_;  ///< from, to
    Arena::Index runTable_, tileTable_ = 0, mirrors_ = 0, squares_, log_;
    Kernel collect_, adam_, writeLog_, mirror_;
};

}  // namespace shearbench::device::opencl
