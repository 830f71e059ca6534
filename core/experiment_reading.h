// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment.h"
#include "core/json_reader.h"

// The JSON fields of readingOf(), shared by experiments and dataset profiles.

namespace shearbench {

void writeReading(nlohmann::ordered_json& json, const DataSettings& data);
/// Leaves finish() to the caller.
void readReading(JsonReader& reader, DataSettings& data);

}  // namespace shearbench
