// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/data/normalisation.h"
#include "core/device/device.h"
#include "core/model/predictor.h"
#include "core/network/network.h"
#include "core/training/run.h"

namespace shearbench::training {

/// What a run has learnt, taken out of its directory: enough to use the network elsewhere.
struct TrainedNetwork {
    network::Network network;
    std::vector<float> parameters;  ///< layout of network::Parameter
    data::Normalisation normalisation;
};

/// The best epoch's network where there is one and `which` asks for it, else the last state. Throws
/// Error(data) naming the run when nothing has been saved yet.
TrainedNetwork loadTrainedNetwork(const RunDirectory& run,
                                  RunDirectory::Kept which = RunDirectory::Kept::best);

/// Throws Error(usage) for a network that gives no posteriors.
model::Predictor makePredictor(const TrainedNetwork& trained, const device::Device& device,
                               int threads = 0);

}  // namespace shearbench::training
