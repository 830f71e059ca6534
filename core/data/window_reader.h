// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/data/cutout_source.h"
#include "core/data/epoch_order.h"

namespace shearbench::data {

/// Reads the windows of one epoch after the other on a thread of its own, one ahead of the one in
/// use, in the order of the file within each; the thread gives way to those that compute.
class WindowReader {
  public:
    struct Window {
        std::int64_t epoch = 0;
        std::int64_t first = 0;               ///< its first place in the order of the epoch
        std::vector<std::int64_t> positions;  ///< of `rows`, in that order
        std::vector<float> images;            ///< theirs, as the source gives them
        /// Where one took the place of another with pixels that are not finite.
        std::vector<bool> replaced;
    };

    /// Starts with the window that holds place `startPlace` of epoch `startEpoch`; places from
    /// `placesPerEpoch` on are left out. `rows` and `order` belong together and outlive this.
    WindowReader(std::shared_ptr<const CutoutSource> source, const std::vector<std::int64_t>& rows,
                 const EpochOrder& order, std::int64_t placesPerEpoch, std::int64_t startEpoch,
                 std::int64_t startPlace);
    /// Waits for the block that is being read.
    ~WindowReader();

    /// The next window; the one before is given up. Throws what reading threw.
    const Window& next();

    /// Makes next() throw, from any thread.
    void stop();

  private:
    void run();
    bool waitForRoom();
    bool readWindow(Window& window, std::int64_t first, std::int64_t end,
                    const EpochOrder::Epoch& epoch);
    void replaceNonFinite(Window& window);

    std::shared_ptr<const CutoutSource> source_;
    const std::vector<std::int64_t>& rows_;
    const EpochOrder& order_;
    const std::int64_t placesPerEpoch_, startEpoch_, startPlace_;

    Window slots_[2];
    std::mutex mutex_;
    std::condition_variable changed_;
    std::uint64_t produced_ = 0, released_ = 0;
    bool holding_ = false;
    std::atomic<bool> stopping_ = false;
    std::exception_ptr failure_;
    std::thread thread_;
};

}  // namespace shearbench::data
