// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "core/experiment.h"

namespace shearbench::cli {

/// Sets what one option says.
using ReadingChange = std::function<void(DataSettings&)>;

/// The options that state how a file of cutouts is read where that cannot be found in it: --images,
/// --layout, --variant, --band-names, --bands, --pixel-scale, --stamp, --labels, --e1, --e2,
/// --redshift, --ellipticity, --shape, --group, --profile. Shared by every subcommand that opens
/// one. `add` gets what was given, in the order in which it is to be applied.
void addReadingOptions(CLI::App& command, const std::function<void(ReadingChange)>& add);

/// The same, applied at once.
void addReadingOptions(CLI::App& command, DataSettings& settings);

}  // namespace shearbench::cli
