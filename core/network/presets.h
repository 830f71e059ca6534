// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/network/network.h"

namespace shearbench::network {

/// Filters of the trunk's four stages; the paper's are the default.
using TrunkFilters = std::array<int, 4>;
inline constexpr TrunkFilters kPaperFilters = {32, 64, 128, 256};

/// A network that can be asked for by name.
struct Preset {
    std::string id;     ///< as in an experiment: "deterministic"
    std::string title;  ///< as on a button: "Deterministic"
    std::string summary;
};
const std::vector<Preset>& presets();

/// Which layers of a Bayesian network have distributions for weights, and how wide they start.
struct BayesianOptions {
    /// Names of convolutions and dense layers; all of them without a value.
    std::optional<std::vector<std::string>> layers;
    double rhoStart = kRhoStart;
};

/// The preset of that id for images of the given shape (6 x 64 x 64 in the paper). Throws
/// Error(usage) for an unknown id, a shape whose rows and columns are not multiples of 16, or a
/// Bayesian layer that is not there. The options matter to Bayesian networks only.
Network makePreset(std::string_view id, Shape input, const BayesianOptions& bayesian = {});

/// Batch norm, four pairs of convolutions with PReLU, a dense layer to the 9 features of a normal
/// posterior over (e1, e2, redshift). Arcelin 2021; 1,517,217 parameters for 6 x 64 x 64 images.
Network makeDeterministic(Shape input, TrunkFilters filters = kPaperFilters);

/// The same with normal distributions for kernel weights; 2,726,241 parameters for 6 x 64 x 64
/// images where every convolution and the dense layer are Bayesian.
Network makeBayesian(Shape input, TrunkFilters filters = kPaperFilters,
                     const BayesianOptions& options = {});

}  // namespace shearbench::network
