// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/network/network.h"

namespace shearbench::network {

/// One line of a layer table: a layer together with the PReLU that follows it.
struct SummaryRow {
    std::string title;      ///< "conv 32->64 /2", with an arrow U+2192
    std::string layer;      ///< name of the layer, "conv4"
    bool weights = false;   ///< a convolution or dense layer, whose kernel may be Bayesian
    bool bayesian = false;  ///< it is
    Shape output;
    std::size_t parameters = 0, trainable = 0;  ///< slopes included
    std::size_t slopes = 0;
    std::int64_t multiplyAdds = 0;  ///< of one image, forward
};

/// The rows add up to the network's totals.
std::vector<SummaryRow> summarise(const Network& network);

}  // namespace shearbench::network
