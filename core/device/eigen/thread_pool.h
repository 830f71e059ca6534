// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/device/thread_pool.h"

namespace shearbench::device::eigen {

/// Divides work into one part a thread, by part number alone, so that results do not depend on who
/// is faster.
class ThreadPool {
  public:
    explicit ThreadPool(int threads) : threads_(threads) {}

    int threads() const { return threads_; }

    /// `body(worker)` for every worker 0 .. threads() - 1; returns when all are done. `body` must
    /// not throw.
    template <class Body>
    void run(const Body& body) {
        device::ThreadPool::shared().run(
            threads_, threads_, [&](std::int64_t task, int) { body(static_cast<int>(task)); });
    }

    /// `body(begin, end)`, each worker on its own contiguous share of 0 .. count - 1.
    template <class Body>
    void forShares(std::size_t count, const Body& body) {
        run([&](int worker) {
            const std::size_t begin = shareBegin(count, worker),
                              end = shareBegin(count, worker + 1);
            if (begin < end)
                body(begin, end);
        });
    }

    /// Where the share of `worker` begins; that of the next is where it ends.
    std::size_t shareBegin(std::size_t count, int worker) const {
        const auto all = static_cast<std::size_t>(threads()), w = static_cast<std::size_t>(worker);
        return count / all * w + std::min(count % all, w);
    }

  private:
    int threads_;
};

}  // namespace shearbench::device::eigen
