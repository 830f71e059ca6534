// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/hdf5.h"
#include "core/network/network.h"

namespace shearbench::reference {

/// The noise of a golden file's Bayesian kernels, in the order of StepNoise::given.
inline std::vector<float> goldenNoise(const data::h5::File& file, const network::Network& network) {
    std::vector<float> noise;
    for (const network::BayesianKernel& kernel : network::bayesianKernels(network)) {
        const network::Layer& layer = network.layers()[static_cast<std::size_t>(kernel.layer)];
        const std::vector<float> part = file.read<float>("/input/noise/" + layer.name);
        noise.insert(noise.end(), part.begin(), part.end());
    }
    return noise;
}

}  // namespace shearbench::reference
