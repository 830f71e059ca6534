// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/device/opencl/compiled_network.h"

namespace shearbench::device::opencl {

/// Gathers what the launches of some steps took. The same kernel launched more than once for one
/// piece of a step counts as one.
class LaunchTimes {
  public:
    void addStep(const std::vector<TimedLaunch>& launches);
    /// Over the steps; items in the order in which a step launches them.
    Profile medians(const std::vector<CompiledNetwork::Piece>& pieces) const;

  private:
    struct Entry {
        const Kernel* kernel;
        std::size_t piece;
        std::vector<double> seconds;  ///< one number a step
        int launches = 0;             ///< in all steps
    };
    std::vector<Entry> entries_;
    std::vector<double> steps_;
    std::size_t launches_ = 0;  ///< of the last step
};

}  // namespace shearbench::device::opencl
