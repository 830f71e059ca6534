// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/benchmark/protocol.h"
#include "core/benchmark/result.h"
#include "core/data/cutout_source.h"
#include "core/device/device.h"
#include "core/experiment.h"
#include "core/training/prepare.h"

namespace shearbench::benchmark {

/// Something that is timed again and again on one device. From one thread at a time.
class Work {
  public:
    virtual ~Work() = default;
    /// Returns when the device has done them all.
    virtual void run(std::int64_t steps) = 0;
    virtual std::uint64_t memoryBytes() const = 0;  ///< as in Point
    virtual std::uint64_t parameters() const = 0;
    /// What was odd about it so far, in a sentence; mostly empty.
    virtual std::string remark() const { return {}; }
};

/// Thrown by a WorkMaker for what does not fit: a marked point, no failure.
struct OutOfMemory {
    std::string sentence;
    std::uint64_t bytes = 0;  ///< needed; 0: not known
};

/// Makes a task ready to run. Throws OutOfMemory, or Error with the sentence for the point.
using WorkMaker = std::function<std::unique_ptr<Work>(const Task& task)>;

/// The images that every task of a sweep trains on: those of the experiment's file, else made-up
/// ones of unit variance, of as many rows and columns as experiment.benchmark says, in six bands.
/// What is trained on does not change how long it takes.
training::PreparedData prepareImages(const Experiment& experiment);
DataRecord describeImages(const training::PreparedData& images);

/// The program's own: training goes through loader, augmentation and session as a training does,
/// generation through flow and decoder, with weights as they start: they do not change the time.
/// `images` is shared by all.
WorkMaker makeWork(std::shared_ptr<const training::PreparedData> images);

}  // namespace shearbench::benchmark
