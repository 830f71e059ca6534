// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/data/schema.h"
#include "core/experiment.h"

namespace shearbench::data {

/// What an experiment states of how its file is read.
SchemaRequest schemaRequest(const DataSettings& settings);

/// Writes what was found over what the settings left open, so that they read the same again.
void completeReading(DataSettings& settings, const Schema& schema);

}  // namespace shearbench::data
