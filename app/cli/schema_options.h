// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <CLI/CLI.hpp>

#include "core/data/schema.h"

namespace shearbench::cli {

/// The options that state what cannot be found in a file of cutouts: --images, --layout, --e1,
/// --e2,
/// --redshift, --group. Shared by every subcommand that opens one.
inline void addSchemaOptions(CLI::App& command, data::SchemaRequest& request) {
    command.add_option("--images", request.images, "Dataset that holds the cutouts");
    command.add_option("--layout", request.layout, "Order of its axes: NCHW, NHWC or NHW")
        ->check(CLI::IsMember({"NCHW", "NHWC", "NHW"}));
    command.add_option("--e1", request.targets[0], "Column of the first ellipticity component");
    command.add_option("--e2", request.targets[1], "Column of the second ellipticity component");
    command.add_option("--redshift", request.targets[2], "Column of the redshift");
    command.add_option("--group", request.group,
                       "Column of galaxy ids, kept on one side of the split; none: do not group");
}

}  // namespace shearbench::cli
