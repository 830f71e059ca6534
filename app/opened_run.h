// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/training/run.h"
#include "core/training/snapshot.h"

namespace shearbench::app {

/// What a run's files tell of its training, as if it had just ended.
training::Snapshot snapshotOf(const training::RunDirectory& run);

}  // namespace shearbench::app
