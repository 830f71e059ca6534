// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace shearbench::device::eigen {

/// The calling thread and threads - 1 more that run one function together and wait for each other.
/// Work is divided by worker number alone, so that results do not depend on who is faster.
/// run() may be called from one thread at a time and must not be nested; it allocates nothing.
class ThreadPool {
  public:
    explicit ThreadPool(int threads);
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    int threads() const { return static_cast<int>(workers_.size()) + 1; }

    /// `body(worker)` for every worker 0 .. threads() - 1; returns when all are done. `body` must
    /// not throw.
    template <class Body>
    void run(const Body& body) {
        runAll(
            [](const void* context, int worker) { (*static_cast<const Body*>(context))(worker); },
            &body);
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
    using Function = void (*)(const void* context, int worker);
    void runAll(Function function, const void* context);
    void work(int worker);

    std::vector<std::thread> workers_;
    std::mutex mutex_;
    std::condition_variable start_, done_;
    Function function_ = nullptr;
    const void* context_ = nullptr;
    std::uint64_t round_ = 0;
    int unfinished_ = 0;
    bool stop_ = false;
};

}  // namespace shearbench::device::eigen
