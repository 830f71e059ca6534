// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/benchmark/power_meter.h"
#include "core/benchmark/result.h"
#include "core/benchmark/workload.h"
#include "core/training/control.h"

namespace shearbench::benchmark {

/// The protocol an experiment asks for.
Protocol protocolOf(const BenchmarkSettings& settings);

/// What an experiment asks to be timed, each once: its benchmark's lists, else its device and its
/// network; no network where only generation is asked for.
std::vector<std::string> devicesAskedFor(const Experiment& experiment);
std::vector<std::string> networksAskedFor(const Experiment& experiment);

/// Every point an experiment asks for, waiting: network by network, size by size, the devices of
/// one size behind each other. Lists that are empty in the experiment are filled in: its network,
/// its device, the paper's batch sizes. Generation is asked for by image counts alone, or, at the
/// paper's counts, by the network "generative", which is trained as well. Throws Error(usage) for a
/// network, Error(device) for a device there is none of.
std::vector<Point> planPoints(const Experiment& experiment);

/// Where a sweep stands.
struct Progress {
    std::size_t done = 0, points = 0;
    std::optional<std::size_t> running;  ///< index of the point whose block was last
    double secondsLeft = 0;              ///< a guess; 0: not known
};

/// What a sweep uses of the world; a test puts its own in place.
struct Surroundings {
    WorkMaker makeWork;
    std::function<double()> clock;  ///< seconds; unset: the steady one
    std::function<std::unique_ptr<PowerMeter>(const std::string& device)>
        makeMeter;  ///< may be unset
    /// After every block and every change of a point, in the sweep's thread.
    std::function<void(const Results&, const Progress&)> changed;
};

/// Takes the times of all points that are not done. The devices of one size take turns, a block
/// each, so that whatever drifts meets all of them; where their memory does not suffice for that,
/// one after the other. A point that does not fit or fails is marked and the sweep goes on. Pausing
/// and stopping act within a block's slice of a fraction of a second; a stopped point keeps its
/// blocks until it is run again, from its start. A quick point whose budget ended before its
/// interval was narrow is done, and its sentence says so.
class Sweep {
  public:
    /// `results.points` as planPoints() or an interrupted sweep left them.
    Sweep(Results results, Surroundings surroundings, training::Control& control);
    ~Sweep();

    /// True when all points were run; false when stopped. On the caller's thread.
    bool run();
    const Results& results() const { return results_; }

  private:
    struct Lane;

    void runGroup(const std::vector<std::size_t>& points);
    bool open(std::size_t index, std::vector<Lane>& lanes, bool last);
    void turns(std::vector<Lane>& lanes);
    bool block(Lane& lane, std::vector<Lane>& lanes);
    bool proceed(std::vector<Lane>& lanes);
    void finish(Lane& lane, Status status);
    void tell(const std::vector<Lane>& lanes);

    Results results_;
    Surroundings surroundings_;
    training::Control& control_;
    double start_ = 0;
    std::optional<std::size_t> running_;
};

}  // namespace shearbench::benchmark
