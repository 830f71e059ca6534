// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/device/device.h"

namespace shearbench::device {

struct StepProfileRequest {
    int batch = 8;
    int threads = 0;  ///< 0: all compute units
    int steps = 0;    ///< to be timed; 0: as many as about a second takes
};

/// Where the time of a network's training steps goes, and what the device could do at most.
struct StepProfile {
    DeviceRates rates;
    Profile profile;

    /// Of the measured peak; above 1 where an algorithm needs fewer operations than the layer's
    /// definition has, 0 where there are none.
    double shareOfPeak(double operations, double seconds) const;
};

/// Measures the device, compiles the network and times each operation of steps on random images.
/// The sum of it takes a few seconds; nothing else should be running. Throws Error(usage) for a
/// negative number of steps, and what Device::compile() and Session::profile() throw.
StepProfile profileSteps(const Device& device, const network::Network& network,
                         const StepProfileRequest& request);

}  // namespace shearbench::device
