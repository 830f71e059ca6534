// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/device/thread_pool.h"

namespace shearbench::device::cpu {

/// Sets how many threads parallel work started by this thread uses, for as long as it lives.
class ThreadScope {
  public:
    explicit ThreadScope(int threads) : before_(current()) { current() = threads; }
    ~ThreadScope() { current() = before_; }
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

    static int threads() { return current(); }

  private:
    static int& current() {
        thread_local int threads = 1;
        return threads;
    }

    int before_;
};

/// body(i, worker) for i in 0..tasks-1; two bodies at the same time have different workers, all
/// below ThreadScope::threads(). `body` must not throw.
template <class Body>
void parallelWorkers(std::int64_t tasks, const Body& body) {
    ThreadPool::shared().run(tasks, ThreadScope::threads(), body);
}

/// body(i) for i in 0..tasks-1. `body` must not throw.
template <class Body>
void parallelFor(std::int64_t tasks, const Body& body) {
    parallelWorkers(tasks, [&](std::int64_t i, int) { body(i); });
}

/// body(part, begin, end) for 0..count-1 cut into parts of `size` (the last one shorter).
template <class Body>
void parallelParts(std::int64_t count, std::int64_t size, const Body& body) {
    parallelFor((count + size - 1) / size, [&](std::int64_t part) {
        body(part, part * size, std::min(count, (part + 1) * size));
    });
}

}  // namespace shearbench::device::cpu
