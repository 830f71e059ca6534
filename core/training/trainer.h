// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/device/device.h"
#include "core/training/prepare.h"
#include "core/training/run.h"
#include "core/training/snapshot.h"

namespace shearbench::training {

/// Trains one experiment in one run directory. run() blocks on the calling thread; all other
/// members may be called from any thread at any time and return at once.
class Trainer {
  public:
    /// Continues from the directory's checkpoint when it has one, else starts afresh.
    Trainer(PreparedData data, std::shared_ptr<const device::Device> device, RunDirectory run);
    ~Trainer();

    /// Until the last epoch, stop() or an error; to be called once. Saves a checkpoint when it
    /// ends, when it pauses, every half minute and after each epoch (unless that would take more
    /// than a few percent of the time). A run that was stopped, or killed at any moment, and is
    /// continued on the same device and thread count ends with the same parameters, bit for bit, as
    /// one that was not.
    ///
    /// Throws Error; the snapshot and the directory's state then say failed and why, the last
    /// checkpoint stays and the best epoch's state is saved. Divergence (see DivergenceGuard) is an
    /// Error(run) whose remedy says what to try; RunDirectory::returnToBest() and a lower learning
    /// rate in the experiment do so.
    void run();

    void pause();
    void resume();
    void stop();  ///< acts within a step, also while paused

    Snapshot snapshot() const { return *latest(); }
    /// The same without a copy.
    std::shared_ptr<const Snapshot> latest() const;

    /// Galaxies whose posteriors the snapshot shows; of a generative network their reconstructions
    /// while the autoencoder is trained and as many generated ones with the flow. Recomputed at
    /// most `perSecond` times a second and only so often that it takes less than 1 % of the time.
    /// Throws Error(usage) for rows that are not there.
    void watch(std::vector<std::int64_t> rows, double perSecond = 2);

    const RunDirectory& directory() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace shearbench::training
