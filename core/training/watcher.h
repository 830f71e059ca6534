// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/normalisation.h"
#include "core/device/session.h"
#include "core/training/snapshot.h"

namespace shearbench::training {

/// Computes the posteriors of the galaxies someone watches, now and then between training steps.
/// watch() may be called from any thread, the rest belongs to the training thread.
class Watcher {
  public:
    /// At most this share of the time goes into watching, whatever rate was asked for.
    static constexpr double kLargestShare = 0.008;

    Watcher(std::shared_ptr<const data::CutoutSource> source, data::Normalisation normalisation);

    /// Throws Error(usage) for rows that are not there.
    void watch(std::vector<std::int64_t> rows, double perSecond);

    /// Whether update() would compute something: the rows were changed or it is time again.
    bool due() const;
    /// Posteriors in the order of the rows, without those whose image or posterior is not finite.
    std::vector<WatchedPosterior> update(device::Session& session);

  private:
    using Clock = std::chrono::steady_clock;
    void readImages();

    std::shared_ptr<const data::CutoutSource> source_;
    data::Normalisation normalisation_;

    mutable std::mutex mutex_;
    std::vector<std::int64_t> asked_;  ///< guarded by mutex_
    std::atomic<double> perSecond_ = 2;
    std::atomic<bool> changed_ = false;

    std::vector<std::int64_t> rows_;
    std::vector<float> images_;
    Clock::time_point next_ = Clock::now();
};

}  // namespace shearbench::training
