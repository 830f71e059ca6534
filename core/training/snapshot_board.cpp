// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/snapshot_board.h"

namespace shearbench::training {

void SnapshotBoard::publish() {
    ++draft_.version;
    std::shared_ptr<const Snapshot> next = std::make_shared<const Snapshot>(draft_);
    published_ = std::chrono::steady_clock::now();
    const std::lock_guard held(mutex_);
    latest_.swap(next);
}

void SnapshotBoard::publishNowAndThen() {
    if (std::chrono::steady_clock::now() - published_ >= std::chrono::milliseconds(30))
        publish();
}

std::shared_ptr<const Snapshot> SnapshotBoard::latest() const {
    const std::lock_guard held(mutex_);
    return latest_;
}

}  // namespace shearbench::training
