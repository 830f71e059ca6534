// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/tuning.h"

#include <fmt/format.h>

#include "core/error.h"

namespace shearbench::device {

TuningReport tune(const Device& device, const network::Network& network,
                  const TuningRequest& request) {
    SessionOptions options;
    options.batch = request.batch;
    checkRequest(network, options);
    const auto* tunable = dynamic_cast<const Tunable*>(&device);
    if (!tunable)
        throw Error(ErrorKind::device,
                    fmt::format("{} has nothing to tune: it always computes in one way.",
                                device.info().name),
                    "Choose an OpenCL device; shearbench-cli devices lists them.");
    return tunable->tune(network, request);
}

}  // namespace shearbench::device
