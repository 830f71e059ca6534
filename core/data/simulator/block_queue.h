// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "core/data/simulator/cutout_simulator.h"
#include "core/data/simulator/simulate.h"

namespace shearbench::data::simulator {

inline constexpr std::int64_t kBlockCutouts = 32;

/// Neighbouring cutouts: what a thread makes at a time and what is written at a time.
struct Block {
    /// (count, 6, 64, 64); the second and third empty unless asked for.
    std::vector<float> images, noiseless, central;
    std::vector<CutoutLabels> labels;

    std::int64_t count() const { return static_cast<std::int64_t>(labels.size()); }
};

/// Makes the cutouts 0..count-1 on threads of its own and hands them out in order, in blocks. At
/// most three blocks a thread exist at a time. next() is for one thread; destruction stops the
/// threads after the cutouts they are at.
class BlockQueue {
  public:
    BlockQueue(const SimulationSettings& settings, int threads);
    ~BlockQueue();

    /// The next block; waits for it. Errors of the threads come out here.
    Block next();

  private:
    void work(CutoutSimulator simulator);
    Block make(CutoutSimulator& simulator, std::int64_t block);
    void stop();

    const SimulationSettings settings_;
    const std::int64_t blocks_, ahead_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::int64_t nextToMake_ = 0, nextToHandOut_ = 0;
    std::map<std::int64_t, Block> finished_;
    std::exception_ptr failure_;
    bool stopping_ = false;

    std::vector<std::thread> threads_;
};

}  // namespace shearbench::data::simulator
