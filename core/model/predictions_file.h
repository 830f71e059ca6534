// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "core/model/weight_draws.h"

namespace shearbench::model {

/// What a file of predictions holds.
struct Predictions {
    std::vector<Posterior> posteriors;  ///< total, where a network gives parts
    /// Of a Bayesian network, one a posterior; they add up to its covariance. Else empty.
    std::vector<Covariance3> aleatoric, epistemic;
    std::vector<std::int64_t> rows;  ///< of each, in the file of cutouts
    std::map<std::string, std::vector<double>>
        labels;                                     ///< known ones by name, each one a posterior
    std::map<std::string, std::string> attributes;  ///< where it all came from
};

/// HDF5: mean (n, 3) and covariance (n, 3, 3) of e1, e2, redshift, aleatoric and
/// epistemic likewise where there are parts; index (n), the row in the file
/// of cutouts; label/<name> (n) each; the attributes, as texts. Written beside, synced, renamed.
/// Throws Error(data).
void writePredictions(const std::filesystem::path& file, const Predictions& predictions);

}  // namespace shearbench::model
