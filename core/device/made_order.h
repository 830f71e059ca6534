// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <vector>

#include "core/network/network.h"

namespace shearbench::device {

/// A made layer's hidden units in the order in which sampling can compute them: by degree, then by
/// number. Once the features 1..k are known, the units of degree k are, and with them shift and log
/// scale of feature k + 1.
struct MadeOrder {
    explicit MadeOrder(const network::Layer& layer);

    int dimensions, hidden;
    std::vector<int> units;  ///< (hidden), ascending degree
    std::vector<int> end;    ///< (dimensions), number of units of degree 1..k at place k
};

/// 1 where a kernel's weight is used and 0 where it is not: for hidden1 (hidden, D), hidden2
/// (hidden, hidden) and output (2 D, hidden), one behind the other.
std::vector<float> madeMask(const network::Layer& layer);

}  // namespace shearbench::device
