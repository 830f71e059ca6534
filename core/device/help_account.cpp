// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/help_account.h"

#include <algorithm>

namespace shearbench::device {

void HelpAccount::record(Time begin, Time outOfTasks, Time done, std::int64_t own,
                         std::int64_t all) {
    if (!trying_) {
        trying_ = true;
        trialBegin_ = begin;
        saved_ = Seconds{0};
    }
    if (own > 0)
        saved_ += Seconds(outOfTasks - begin) *
                      (static_cast<double>(all - own) / static_cast<double>(own)) -
                  Seconds(done - outOfTasks);
    if (done - trialBegin_ < kTrial)
        return;
    trying_ = false;
    if (saved_ >= Seconds{0}) {
        pause_ = kShortestPause;
        return;
    }
    aloneUntil_ = done + std::chrono::duration_cast<Time::duration>(pause_);
    pause_ = std::min(2 * pause_, kLongestPause);
}

}  // namespace shearbench::device
