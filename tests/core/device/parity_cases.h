// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "core/network/network.h"

namespace shearbench::device {

/// One network that every device must compute as the reference does.
struct ParityCase {
    std::string name;  ///< of letters, digits and underscores
    network::Network network;
    /// Of Adam; larger where the gradient of a bias in front of batch norm is nothing but rounding,
    /// along which Adam would otherwise take whole steps.
    double epsilon = 1e-7;
};

/// Every kind of layer alone and beside others, with sizes that are no multiple of anything, and
/// both losses.
std::vector<ParityCase> parityCases();

inline void PrintTo(const ParityCase& parityCase, std::ostream* out) {
    *out << parityCase.name;
}

}  // namespace shearbench::device
