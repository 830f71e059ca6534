// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <map>
#include <string>

#include "core/training/run.h"
#include "core/training/snapshot.h"

namespace shearbench::app {

/// The trainings of a run by their stage (training::Snapshot::stage), as if they had just ended:
/// one, or those of a generative run that were begun.
using TrainingStages = std::map<std::string, training::Snapshot>;
TrainingStages stagesOf(const training::RunDirectory& run);

/// What a run's files tell of where it stands: the last of its stages.
training::Snapshot snapshotOf(const training::RunDirectory& run);

}  // namespace shearbench::app
