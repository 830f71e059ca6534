// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "core/device/help_account.h"

namespace shearbench::device {

/// The threads that devices on the host's processor compute with: one pool in the process, started
/// as they are first asked for and kept. Whoever is idle takes the next task, so that a thread that
/// another program keeps from running holds nobody up for longer than its task; where even that
/// costs more than sharing gives, the caller works alone for a while. Idle threads spin for a
/// moment, as tasks mostly follow each other closely, and then sleep.
class ThreadPool {
  public:
    static ThreadPool& shared();

    ThreadPool() = default;
    ~ThreadPool();
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    /// body(task, worker) for every task 0 .. tasks - 1 in any order, on at most `threads` threads
    /// of which the caller is one; returns when all are done. worker < threads, and no two tasks
    /// have the same worker at the same time. `body` must not throw. From any thread: while the
    /// pool works for one, and inside a body, the caller does all by itself as worker 0. Allocates
    /// nothing once so many threads have been started.
    template <class Body>
    void run(std::int64_t tasks, int threads, const Body& body) {
        runAll(
            tasks, threads,
            [](const void* context, std::int64_t task, int worker) {
                (*static_cast<const Body*>(context))(task, worker);
            },
            &body);
    }

  private:
    using Function = void (*)(const void* context, std::int64_t task, int worker);

    void runAll(std::int64_t tasks, int threads, Function function, const void* context);
    void share(std::uint32_t tasks, int threads, Function function, const void* context);
    void start(int threads);
    void work(int worker);
    /// Returns how many this thread did.
    std::int64_t takeTasks(int worker);
    void waitForTasks();

    std::mutex caller_;  ///< held by the one the pool works for
    std::vector<std::thread> workers_;
    HelpAccount help_;

    // The job. A worker reads its fields, then claims a task; where they changed in between, next_
    // has changed before them and the claim fails.
    std::atomic<Function> function_{nullptr};
    std::atomic<const void*> context_{nullptr};
    std::atomic<std::uint32_t> tasks_{0};
    std::atomic<int> threads_{1};

    /// Number of the job (upper half) and of its next task (lower half).
    alignas(64) std::atomic<std::uint64_t> next_{0};
    alignas(64) std::atomic<std::uint32_t> unfinished_{0};
    /// The job's number once more: what sleeping threads wait on.
    alignas(64) std::atomic<std::uint32_t> job_{0};
    std::atomic<bool> stop_{false};
};

}  // namespace shearbench::device
