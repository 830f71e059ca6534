// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/split.h"
#include "core/device/device.h"
#include "core/experiment.h"
#include "core/training/run.h"
#include "core/training/snapshot.h"

namespace shearbench::training {

/// An experiment made ready: the source opened, schema and normalisation found and written back
/// into the experiment, rows split.
struct PreparedData {
    std::shared_ptr<const data::CutoutSource> source;
    data::Split split;
    Experiment experiment;  ///< completed
};

/// Opens and checks the experiment's data. Throws Error(data) or Error(usage).
PreparedData prepareData(const Experiment& experiment);

/// Trains one experiment in one run directory. run() blocks on the calling thread; all other
/// members may be called from any thread at any time and return at once.
class Trainer {
  public:
    /// Continues from the directory's checkpoint when it has one, else starts afresh.
    Trainer(PreparedData data, std::shared_ptr<const device::Device> device, RunDirectory run);
    ~Trainer();

    /// Until the last epoch, stop() or an error; leaves a checkpoint behind in every case but the
    /// last, where the last good one stays. Throws Error; the snapshot then says failed, why and
    /// what to do. Divergence (a loss that is not finite, or 1e4 above the best epoch's) is an
    /// Error(run).
    void run();

    void pause();
    void resume();
    void stop();  ///< acts within a step, also while paused

    Snapshot snapshot() const;

    /// Galaxies whose posteriors the snapshot shows, recomputed at most `perSecond` times a second.
    void watch(std::vector<std::int64_t> rows, double perSecond = 2);

    const RunDirectory& directory() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shearbench::training
