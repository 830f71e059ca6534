// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/opencl/operation.h"

namespace shearbench::device::opencl {

/// The loss of the last map and its gradient, kernels/losses.cl: one launch. Leaves the batch's sum
/// in partSums(), in parts() pieces.
class Loss {
  public:
    /// `gradient` has a buffer of its own, so that what fills up its blocks stays zero.
    Loss(Planning& planning, const network::Network& network, const Place& map,
         const Place& gradient);

    void build(Context& context);
    void compute(Queue& queue);

    Arena::Index targets() const { return targets_; }
    Arena::Index partSums() const { return partSums_; }
    int parts() const { return parts_; }

  private:
    Planning planning_;
    network::LossKind kind_;
    Place map_, gradient_;
    int features_, parts_;
    Arena::Index targets_, partSums_;
    Kernel kernel_;
};

}  // namespace shearbench::device::opencl
