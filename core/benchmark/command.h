// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/benchmark/result.h"

// Results as what a terminal makes them again with.

namespace shearbench::benchmark {

/// The command that makes the benchmark of an experiment; what is as usual is left out.
std::string commandOf(const Experiment& experiment);

/// The command that times a point alone, as it was timed.
std::string commandOf(const Results& results, const Point& point);

}  // namespace shearbench::benchmark
