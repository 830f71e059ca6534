// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/data/hdf5.h"
#include "core/data/normalisation.h"
#include "core/network/network.h"

// A network's parameters in HDF5, one dataset each, named and shaped as network::Parameter says:
// parameter/conv1.kernel (out, in, rows, columns), parameter/batch_norm.moving_mean (channels), ...

namespace shearbench::model {

/// `values` in the layout of network::Parameter, as datasets `group`/<name>.
void writeParameters(data::h5::File& file, const std::string& group,
                     const network::Network& network, std::span<const float> values);

/// The reverse. Throws Error(data) naming file and dataset where one is missing, has another shape
/// or holds numbers that are not finite.
std::vector<float> readParameters(const data::h5::File& file, const std::string& group,
                                  const network::Network& network);

/// A file with everything another program needs to repeat predictions: parameter/<name>, dataset
/// normalisation_scale (one per band), attributes normalisation ("none", "asinh"), network, input
/// (channels, rows, columns), batch_norm_epsilon. Written beside, synced, renamed.
void exportParameters(const network::Network& network, std::span<const float> parameters,
                      const data::Normalisation& normalisation, const std::filesystem::path& file);

}  // namespace shearbench::model
