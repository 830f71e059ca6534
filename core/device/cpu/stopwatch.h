// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <vector>

namespace shearbench::device::cpu {

/// Times the pieces of a step, of which each has a number. Allocates nothing once begun.
class Stopwatch {
  public:
    explicit Stopwatch(std::size_t pieces) : seconds_(pieces) {}

    void begin() { last_ = Clock::now(); }
    /// What has passed since begin() or the last lap() belongs to `piece`.
    void lap(std::size_t piece) {
        const Clock::time_point now = Clock::now();
        seconds_[piece] = std::chrono::duration<double>(now - last_).count();
        last_ = now;
    }
    const std::vector<double>& seconds() const { return seconds_; }

  private:
    using Clock = std::chrono::steady_clock;
    Clock::time_point last_{};
    std::vector<double> seconds_;
};

}  // namespace shearbench::device::cpu
