// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/thread_pool.h"

namespace shearbench::device::eigen {

ThreadPool::ThreadPool(int threads) {
    workers_.reserve(static_cast<std::size_t>(threads - 1));
    for (int worker = 1; worker < threads; ++worker)
        workers_.emplace_back([this, worker] { work(worker); });
}

ThreadPool::~ThreadPool() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    start_.notify_all();
    for (std::thread& worker : workers_)
        worker.join();
}

void ThreadPool::runAll(Function function, const void* context) {
    if (workers_.empty())
        return function(context, 0);
    {
        const std::lock_guard lock(mutex_);
        function_ = function;
        context_ = context;
        unfinished_ = static_cast<int>(workers_.size());
        ++round_;
    }
    start_.notify_all();
    function(context, 0);
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return unfinished_ == 0; });
}

void ThreadPool::work(int worker) {
    std::uint64_t seen = 0;
    std::unique_lock lock(mutex_);
    for (;;) {
        start_.wait(lock, [&] { return stop_ || round_ != seen; });
        if (stop_)
            return;
        seen = round_;
        const Function function = function_;
        const void* context = context_;
        lock.unlock();
        function(context, worker);
        lock.lock();
        if (--unfinished_ == 0)
            done_.notify_one();
    }
}

}  // namespace shearbench::device::eigen
