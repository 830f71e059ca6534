// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <memory>

#include "core/device/opencl/context.h"
#include "core/device/opencl/tile_table.h"
#include "core/device/tuning.h"

namespace shearbench::device::opencl {

/// Finds the fastest tiles for every convolution of `network` and sets them in `table`; the shapes
/// that cost most come first and get their share of the time. `context` makes the context to work
/// in, a new one after a failure. What a candidate throws makes it no candidate; throws
/// Error(device) only where not even the default tiles work, or the driver hangs.
TuningReport tuneConvolutions(const std::function<std::shared_ptr<Context>()>& context,
                              const network::Network& network, const TuningRequest& request,
                              TileTable& table);

}  // namespace shearbench::device::opencl
