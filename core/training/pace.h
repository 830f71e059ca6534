// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <vector>

namespace shearbench::training {

/// How fast training goes, from the clock that runs only while steps are made.
class Pace {
  public:
    /// Starts the clock, after anything that is no training step.
    void start() { mark_ = Clock::now(); }

    /// `steps` steps on `images` images were made since start() or the last lap. Returns the
    /// seconds they took.
    double lap(std::int64_t steps, std::int64_t images);

    /// Over the last second of steps or so; 0 before the first lap.
    double imagesPerSecond() const;

    /// The median over the last laps, insensitive to a lap that something held up; 0 before the
    /// first.
    double secondsPerStep() const;

  private:
    using Clock = std::chrono::steady_clock;
    struct Lap {
        double seconds;
        std::int64_t steps, images;
    };
    Clock::time_point mark_ = Clock::now();
    std::deque<Lap> recent_;          ///< for imagesPerSecond()
    std::deque<double> stepSeconds_;  ///< for secondsPerStep()
};

}  // namespace shearbench::training
