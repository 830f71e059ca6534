// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/thread_pool.h"

#include <chrono>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shearbench::device {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kSpin = std::chrono::microseconds(50);  // a few times what waking a thread takes
constexpr int kLooksPerClock = 16;
constexpr std::uint32_t kMostTasks = std::numeric_limits<std::uint32_t>::max();

thread_local bool insideTask = false;

void pause() {
#if defined(__x86_64__)
    _mm_pause();
#else
    std::this_thread::yield();
#endif
}

/// Whether `done` came true within kSpin.
template <class Done>
bool spin(const Done& done) {
    const auto end = Clock::now() + kSpin;
    do {
        for (int look = 0; look < kLooksPerClock; ++look) {
            if (done())
                return true;
            pause();
        }
    } while (Clock::now() < end);
    return done();
}

}  // namespace

ThreadPool& ThreadPool::shared() {
    static ThreadPool pool;
    return pool;
}

ThreadPool::~ThreadPool() {
    stop_ = true;
    ++job_;
    job_.notify_all();
    for (std::thread& worker : workers_)
        worker.join();
}

void ThreadPool::start(int threads) {
    while (static_cast<int>(workers_.size()) < threads - 1) {
        const int worker = static_cast<int>(workers_.size()) + 1;
        workers_.emplace_back([this, worker] { work(worker); });
    }
}

void ThreadPool::runAll(std::int64_t tasks, int threads, Function function, const void* context) {
    const bool alone = tasks <= 1 || threads <= 1 || insideTask || tasks > kMostTasks;
    if (!alone && caller_.try_lock()) {
        const std::lock_guard lock(caller_, std::adopt_lock);
        const Clock::time_point begin = Clock::now();
        if (help_.accepts(begin)) {
            share(static_cast<std::uint32_t>(tasks), threads, function, context);
            const std::int64_t own = takeTasks(0);
            const Clock::time_point outOfTasks = Clock::now();
            waitForTasks();
            help_.record(begin, outOfTasks, Clock::now(), own, tasks);
            return;
        }
    }
    for (std::int64_t task = 0; task < tasks; ++task)
        function(context, task, 0);
}

/// Lets the workers begin.
void ThreadPool::share(std::uint32_t tasks, int threads, Function function, const void* context) {
    start(threads);
    const std::uint32_t job = job_.load(std::memory_order_relaxed) + 1;
    const std::uint64_t first = static_cast<std::uint64_t>(job) << 32;
    // No claim of a late worker can succeed from here on, nor one on the new job yet.
    next_.store(first + kMostTasks, std::memory_order_release);
    function_.store(function, std::memory_order_release);
    context_.store(context, std::memory_order_release);
    tasks_.store(tasks, std::memory_order_release);
    threads_.store(threads, std::memory_order_release);
    unfinished_.store(tasks, std::memory_order_release);
    next_.store(first, std::memory_order_release);
    job_.store(job, std::memory_order_release);
    job_.notify_all();
}

std::int64_t ThreadPool::takeTasks(int worker) {
    insideTask = true;
    std::int64_t done = 0;
    std::uint64_t next = next_.load(std::memory_order_acquire);
    for (;;) {
        const Function function = function_.load(std::memory_order_acquire);
        const void* context = context_.load(std::memory_order_acquire);
        const auto task = static_cast<std::uint32_t>(next);
        if (task >= tasks_.load(std::memory_order_acquire) ||
            worker >= threads_.load(std::memory_order_acquire))
            break;
        // Fails where another took the task, or where the job is over and the fields are another's.
        if (!next_.compare_exchange_weak(next, next + 1, std::memory_order_acq_rel,
                                         std::memory_order_acquire))
            continue;
        function(context, task, worker);
        ++done;
        if (unfinished_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            unfinished_.notify_one();
        next = next_.load(std::memory_order_acquire);
    }
    insideTask = false;
    return done;
}

void ThreadPool::waitForTasks() {
    const auto done = [this] { return unfinished_.load(std::memory_order_acquire) == 0; };
    if (spin(done))
        return;
    for (std::uint32_t left = unfinished_.load(std::memory_order_acquire); left != 0;
         left = unfinished_.load(std::memory_order_acquire))
        unfinished_.wait(left, std::memory_order_acquire);
}

void ThreadPool::work(int worker) {
    std::uint32_t seen = 0;
    for (;;) {
        const auto changed = [&] { return job_.load(std::memory_order_acquire) != seen; };
        while (!spin(changed) && !changed())
            job_.wait(seen, std::memory_order_acquire);
        if (stop_)
            return;
        seen = job_.load(std::memory_order_acquire);
        takeTasks(worker);
    }
}

}  // namespace shearbench::device
