// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace shearbench::training {

/// What others ask of a training thread. Any thread, at any time.
class Control {
  public:
    void pause() { set(pause_, true); }
    void resume() { set(pause_, false); }
    void stop() { set(stop_, true); }
    /// Makes wait() return, without asking for anything.
    void nudge() { set(nudged_, true); }

    bool stopping() const { return stop_; }
    bool pausing() const { return pause_ && !stop_; }

    /// Blocks while pausing, at most until somebody nudges or some time has passed.
    void wait() {
        std::unique_lock held(mutex_);
        changed_.wait_for(held, std::chrono::seconds(1), [this] { return !pausing() || nudged_; });
        nudged_ = false;
    }

  private:
    void set(std::atomic<bool>& flag, bool value) {
        {
            const std::lock_guard held(mutex_);
            flag = value;
        }
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::atomic<bool> pause_ = false, stop_ = false, nudged_ = false;
};

}  // namespace shearbench::training
