// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <vector>

#include "core/training/epoch_record.h"
#include "core/training/snapshot.h"

namespace shearbench::training {

/// The loss within epochs, as a bounded number of points: up to kPointsPerEpoch an epoch, and when
/// there are kMost, neighbours are joined and points from then on come half as often.
class LossCurve {
  public:
    static constexpr std::int64_t kPointsPerEpoch = 16;
    static constexpr std::size_t kMost = 1024;

    explicit LossCurve(std::int64_t stepsPerEpoch);

    /// The points kept of those epochs; one of an epoch of which nothing more is known.
    void start(const std::vector<EpochRecord>& history);

    /// `steps` steps with that mean loss ended at `epoch` (fractional), at that rate.
    void add(std::int64_t steps, double meanLoss, double epoch, double imagesPerSecond);

    const std::vector<LossPoint>& points() const { return points_; }
    /// Those after `epoch`.
    std::vector<LossPoint> pointsAfter(double epoch) const;

  private:
    void append(const LossPoint& point);
    void thin();

    std::int64_t stepsPerPoint_;
    std::int64_t steps_ = 0;
    double sum_ = 0;
    std::vector<LossPoint> points_;
};

}  // namespace shearbench::training
