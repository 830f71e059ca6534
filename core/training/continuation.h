// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment.h"
#include "core/training/run.h"

namespace shearbench::training {

/// The experiment with which `run` goes on from checkpoint `from` when `wanted` is asked for: rate,
/// schedule, clipping, epochs, device and name may change, the batch between two epochs, and the
/// data file's path if its content is the same. Throws Error(usage) naming the field for anything
/// else (data, network, seed), for a batch within an epoch, and for fewer epochs than are finished;
/// where `from` is the last state, as requireLastState().
Experiment continuation(const RunDirectory& run, const Experiment& wanted, RunDirectory::Kept from);

/// Throws Error(data) when `run` has finished epochs but its last state is gone: training would
/// begin anew and replace what they left.
void requireLastState(const RunDirectory& run);

/// Whether no step and no galaxy is left to do when `run` goes on from `from` as `experiment` says.
bool isFinished(const RunDirectory& run, const Experiment& experiment, RunDirectory::Kept from);

}  // namespace shearbench::training
