// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/device/device.h"
#include "core/training/run.h"

namespace shearbench::training {

/// A part of a run that was trained with the same settings on the same device. experiment.json says
/// what the run goes on with; its segments say what it has been trained with so far.
struct Segment {
    std::int64_t epoch = 0, step = 0;  ///< finished before it: 0, 0 of the first
    std::string version;               ///< of the program
    std::string device;                ///< as in Provenance
    std::string started;               ///< UTC, ISO 8601
    /// Values as JSON by field: "training.batch": "4". All settings of training, generation, device
    /// and data file of the first segment, of others those that are not as in the one before.
    std::map<std::string, std::string> settings;

    bool operator==(const Segment&) const = default;
};

/// Those in `run`/segments.json; none where nothing was trained yet. Throws Error(data) naming the
/// file when it is not as written.
std::vector<Segment> segmentsOf(const RunDirectory& run);

/// Notes in `run` that it is trained as `experiment` says, on `device`, after `epoch` finished
/// epochs and `step` steps: completes and keeps the experiment, and adds a segment unless settings,
/// device and program are those of the last one. Segments from there on, whose epochs are no longer
/// part of the run, are dropped.
void beginSegment(RunDirectory& run, Experiment experiment, const device::Device& device,
                  std::int64_t epoch, std::int64_t step);

}  // namespace shearbench::training
