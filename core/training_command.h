// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

#include "core/experiment.h"

// Experiments as what is typed in a terminal.

namespace shearbench {

/// A word as a shell reads it back: in quotes where it needs them.
std::string shellWord(const std::string& word);

/// The command that trains this experiment with shearbench-cli; what is as usual is left out, and
/// so is provenance and what is found in the data (checksums, scales). Where an option cannot say
/// something, the command names an experiment.json, which the experiment has to be saved as.
std::string trainingCommand(const Experiment& experiment);

}  // namespace shearbench
