// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/loss_curve.h"

#include <algorithm>

namespace shearbench::training {

LossCurve::LossCurve(std::int64_t stepsPerEpoch)
    : stepsPerPoint_(std::max<std::int64_t>(1, stepsPerEpoch / kPointsPerEpoch)) {}

void LossCurve::start(const std::vector<EpochRecord>& history) {
    for (const EpochRecord& record : history) {
        for (const LossPoint& point : record.losses)
            append(point);
        if (record.losses.empty())
            append(
                {static_cast<double>(record.epoch), record.trainingLoss, record.imagesPerSecond});
    }
}

void LossCurve::add(std::int64_t steps, double meanLoss, double epoch, double imagesPerSecond) {
    steps_ += steps;
    sum_ += meanLoss * static_cast<double>(steps);
    if (steps_ < stepsPerPoint_)
        return;
    append({epoch, sum_ / static_cast<double>(steps_), imagesPerSecond});
    steps_ = 0;
    sum_ = 0;
}

std::vector<LossPoint> LossCurve::pointsAfter(double epoch) const {
    const auto first = std::partition_point(points_.begin(), points_.end(),
                                            [&](const LossPoint& p) { return p.epoch <= epoch; });
    return {first, points_.end()};
}

void LossCurve::append(const LossPoint& point) {
    points_.push_back(point);
    if (points_.size() >= kMost)
        thin();
}

void LossCurve::thin() {
    for (std::size_t i = 0; i < points_.size() / 2; ++i) {
        const LossPoint &a = points_[2 * i], &b = points_[2 * i + 1];
        points_[i] = {b.epoch, (a.loss + b.loss) / 2, b.imagesPerSecond};
    }
    points_.resize(points_.size() / 2);
    stepsPerPoint_ *= 2;
}

}  // namespace shearbench::training
