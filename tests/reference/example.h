// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/device/session.h"
#include "core/network/network.h"

namespace shearbench::reference {

/// Parameters, images and targets to try a network with. Every number is one that single precision
/// holds exactly, so that devices and the reference start from the same.
struct Example {
    std::vector<float> parameters, images, targets;
    std::vector<float> noise;  ///< for device::StepNoise::given

    /// The settings with this noise; valid while this example lives.
    device::StepSettings with(device::StepSettings settings) const {
        settings.noise.given = noise;
        return settings;
    }
};

/// Drawn from the seed: kernels of unit gain, biases and batch norm off their start values, slopes
/// between 0.2 and 0.8, images and targets of order one.
Example makeExample(const network::Network& network, int images, std::uint64_t seed);

inline std::vector<double> toDouble(const std::vector<float>& values) {
    return {values.begin(), values.end()};
}

}  // namespace shearbench::reference
