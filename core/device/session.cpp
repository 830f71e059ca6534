// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/session.h"

#include <fmt/format.h>

#include "core/error.h"

namespace shearbench::device {

void Session::drawWeights(std::uint64_t, std::int64_t) {
    if (network::bayesianWeightCount(network()) > 0)
        throw Error(
            ErrorKind::device,
            fmt::format("This device cannot draw the weights of network {}.", network().name()),
            "Choose another device.");
}

}  // namespace shearbench::device
