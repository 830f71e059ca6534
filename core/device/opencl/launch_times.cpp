// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/launch_times.h"

#include <algorithm>

namespace shearbench::device::opencl {

void LaunchTimes::addStep(const std::vector<TimedLaunch>& launches) {
    if (launches.empty())
        return;
    for (const TimedLaunch& launch : launches) {
        auto entry = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& known) {
            return known.kernel == launch.kernel && known.piece == launch.piece;
        });
        if (entry == entries_.end())
            entry = entries_.insert(entry, {launch.kernel, launch.piece, {}});
        entry->seconds.resize(steps_.size() + 1);
        entry->seconds.back() += launch.end - launch.begin;
        ++entry->launches;
    }
    steps_.push_back(launches.back().end - launches.front().begin);
    launches_ = launches.size();
}

Profile LaunchTimes::medians(const std::vector<CompiledNetwork::Piece>& pieces) const {
    Profile profile;
    profile.steps = static_cast<int>(steps_.size());
    profile.launches = static_cast<int>(launches_);
    profile.stepSeconds = steps_.empty() ? 0 : median(steps_);
    for (const Entry& entry : entries_) {
        const CompiledNetwork::Piece& piece = pieces[entry.piece];
        const auto times = static_cast<double>(entry.launches) / static_cast<double>(steps_.size());
        const Work& work = entry.kernel->work();
        const std::string method = *work.method ? std::string(", ") + work.method : "";
        profile.items.push_back({piece.name, entry.kernel->name() + method, piece.phase,
                                 median(entry.seconds), times * work.operations,
                                 times * work.bytes});
    }
    return profile;
}

}  // namespace shearbench::device::opencl
