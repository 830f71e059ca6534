// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <omp.h>

#include <algorithm>
#include <cstdint>

// Threads are OpenMP's, because oneDNN's are: one pool for both, so that no thread of one waits
// spinning while the other works.

namespace shearbench::device::cpu {

/// Sets how many threads parallel work started by this thread uses, for as long as it lives.
class ThreadScope {
  public:
    explicit ThreadScope(int threads) : before_(omp_get_max_threads()) {
        omp_set_num_threads(threads);
    }
    ~ThreadScope() { omp_set_num_threads(before_); }
    ThreadScope(const ThreadScope&) = delete;
    ThreadScope& operator=(const ThreadScope&) = delete;

  private:
    int before_;
};

/// body(i) for i in 0..tasks-1, each thread an equal run of neighbouring tasks. `body` must not
/// throw.
template <class Body>
void parallelFor(std::int64_t tasks, const Body& body) {
#pragma omp parallel for schedule(static) if (tasks > 1)
    for (std::int64_t i = 0; i < tasks; ++i)
        body(i);
}

/// body(part, begin, end) for 0..count-1 cut into parts of `size` (the last one shorter).
template <class Body>
void parallelParts(std::int64_t count, std::int64_t size, const Body& body) {
    parallelFor((count + size - 1) / size, [&](std::int64_t part) {
        body(part, part * size, std::min(count, (part + 1) * size));
    });
}

}  // namespace shearbench::device::cpu
