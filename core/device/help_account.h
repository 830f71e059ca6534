// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>

namespace shearbench::device {

/// Keeps account of what the help of other threads is worth. Where another program keeps a thread
/// from running in the middle of a task, the one who shared his work waits longer than he would
/// have worked; then he works alone for a while and tries again, less and less often as long as
/// help goes on to cost more than it gives. Not thread-safe.
class HelpAccount {
  public:
    using Time = std::chrono::steady_clock::time_point;

    /// Whether work that begins now is better shared.
    bool accepts(Time now) const { return now >= aloneUntil_; }

    /// Shared work: begun, the caller out of tasks, all tasks done; `own` of `all` tasks were done
    /// by the caller. What the others did saved as much time as the caller would have taken for as
    /// many of his tasks.
    void record(Time begin, Time outOfTasks, Time done, std::int64_t own, std::int64_t all);

  private:
    using Seconds = std::chrono::duration<double>;

    static constexpr Seconds kTrial{0.02}, kShortestPause{0.02}, kLongestPause{0.32};

    Time aloneUntil_{}, trialBegin_{};
    Seconds saved_{0}, pause_ = kShortestPause;
    bool trying_ = false;
};

}  // namespace shearbench::device
