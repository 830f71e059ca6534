// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/pace.h"

#include <algorithm>

namespace shearbench::training {

double Pace::lap(std::int64_t steps, std::int64_t images) {
    constexpr std::size_t kLapsKept = 101;
    constexpr double kWindow = 1;
    const Clock::time_point now = Clock::now();
    const double seconds = std::chrono::duration<double>(now - mark_).count();
    mark_ = now;
    if (steps <= 0)
        return seconds;
    stepSeconds_.push_back(seconds / static_cast<double>(steps));
    if (stepSeconds_.size() > kLapsKept)
        stepSeconds_.pop_front();
    recent_.push_back({seconds, steps, images});
    double total = 0;
    for (const Lap& lap : recent_)
        total += lap.seconds;
    while (recent_.size() > 1 && total - recent_.front().seconds >= kWindow) {
        total -= recent_.front().seconds;
        recent_.pop_front();
    }
    return seconds;
}

double Pace::imagesPerSecond() const {
    double seconds = 0;
    std::int64_t images = 0;
    for (const Lap& lap : recent_) {
        seconds += lap.seconds;
        images += lap.images;
    }
    return seconds > 0 ? static_cast<double>(images) / seconds : 0;
}

double Pace::secondsPerStep() const {
    if (stepSeconds_.empty())
        return 0;
    std::vector<double> sorted(stepSeconds_.begin(), stepSeconds_.end());
    const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

}  // namespace shearbench::training
