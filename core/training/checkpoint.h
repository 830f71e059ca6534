// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/device/session.h"
#include "core/experiment.h"
#include "core/network/network.h"
#include "core/training/epoch_record.h"

namespace shearbench::training {

/// Everything needed to go on exactly as if nothing had happened.
struct Checkpoint {
    network::Shape input;           ///< of the network's images
    std::vector<float> parameters;  ///< layout of network::Parameter
    device::OptimiserState optimiser;
    std::int64_t stepsPerEpoch = 0;
    std::int64_t epoch = 0, step = 0;  ///< finished epochs, and finished steps of the next one
    double lossSum = 0, klSum = 0, gradientNorm = 0, seconds = 0,
           loaderWait = 0;      ///< of those steps
    std::int64_t replaced = 0;  ///< images, likewise
    std::vector<EpochRecord> history;
    std::int64_t bestEpoch = 0;  ///< 0: none yet
    double bestLoss = 0;         ///< EpochRecord::judgedLoss() of that epoch

    bool operator==(const Checkpoint& other) const;
};

/// HDF5: groups parameter/, first_moment/, second_moment/ as in core/model/parameters_file.h,
/// dataset history (a line of JSON an epoch), everything else as attributes. Written beside,
/// synced, renamed. `network` is the experiment's (network::makeNetwork).
void writeCheckpoint(const std::filesystem::path& file, const NetworkSettings& network,
                     const Checkpoint& checkpoint);

/// Throws Error(data) where the file is missing, truncated, no checkpoint, or of another network.
Checkpoint readCheckpoint(const std::filesystem::path& file, const NetworkSettings& network);

}  // namespace shearbench::training
