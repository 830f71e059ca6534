// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <memory>
#include <mutex>

#include "core/training/snapshot.h"

namespace shearbench::training {

/// Where the training thread hangs out its snapshots. The thread fills draft() and publishes copies
/// of it; anyone takes the newest one. The lock is held for the exchange of a pointer only, so that
/// neither waits for the other's copying.
class SnapshotBoard {
  public:
    /// For the training thread alone.
    Snapshot& draft() { return draft_; }

    void publish();
    /// The same, but not more often than anyone could look.
    void publishNowAndThen();

    std::shared_ptr<const Snapshot> latest() const;

  private:
    Snapshot draft_;
    std::chrono::steady_clock::time_point published_{};
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> latest_ = std::make_shared<const Snapshot>();
};

}  // namespace shearbench::training
