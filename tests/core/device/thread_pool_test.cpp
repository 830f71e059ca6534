// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

namespace shearbench::device {
namespace {

TEST(ThreadPool, DoesEveryTaskOnce) {
    ThreadPool pool;
    for (int threads : {1, 2, 3, 8})
        for (std::int64_t tasks : {0, 1, 2, 7, 1000}) {
            std::vector<std::atomic<int>> done(static_cast<std::size_t>(tasks));
            pool.run(tasks, threads, [&](std::int64_t task, int worker) {
                ++done[static_cast<std::size_t>(task)];
                EXPECT_GE(worker, 0);
                EXPECT_LT(worker, threads);
            });
            for (const std::atomic<int>& count : done)
                EXPECT_EQ(count, 1) << threads << " threads, " << tasks << " tasks";
        }
}

TEST(ThreadPool, NeverHasTwoTasksWithOneWorkerAtATime) {
    ThreadPool pool;
    std::vector<std::atomic<int>> busy(4);
    for (int round = 0; round < 50; ++round)
        pool.run(64, 4, [&](std::int64_t, int worker) {
            EXPECT_EQ(busy[static_cast<std::size_t>(worker)]++, 0);
            std::this_thread::yield();
            --busy[static_cast<std::size_t>(worker)];
        });
}

TEST(ThreadPool, ShowsEachTaskWhatTheCallerWrote) {
    ThreadPool pool;
    std::vector<std::int64_t> numbers(97);
    for (std::int64_t round = 1; round <= 20000; ++round) {
        const std::int64_t tasks = 1 + round % 97;
        pool.run(tasks, 3, [&](std::int64_t task, int) {
            numbers[static_cast<std::size_t>(task)] = round * task;
        });
        for (std::int64_t task = 0; task < tasks; ++task)
            ASSERT_EQ(numbers[static_cast<std::size_t>(task)], round * task);
    }
}

TEST(ThreadPool, WakesWorkersThatFellAsleep) {
    ThreadPool pool;
    for (int round = 0; round < 5; ++round) {
        std::atomic<int> met{0};
        pool.run(2, 2, [&](std::int64_t, int) {
            ++met;
            while (met < 2)
                std::this_thread::yield();
        });
        EXPECT_EQ(met, 2);
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

TEST(ThreadPool, WorksInsideATaskAndForSeveralCallers) {
    ThreadPool pool;
    std::atomic<int> sum{0};
    const auto nested = [&] {
        pool.run(8, 2, [&](std::int64_t, int) {
            pool.run(4, 2, [&](std::int64_t, int worker) {
                EXPECT_EQ(worker, 0);
                ++sum;
            });
        });
    };
    std::vector<std::thread> callers;
    for (int i = 0; i < 3; ++i)
        callers.emplace_back([&] {
            for (int round = 0; round < 20; ++round)
                nested();
        });
    for (std::thread& caller : callers)
        caller.join();
    EXPECT_EQ(sum, 3 * 20 * 8 * 4);
}

}  // namespace
}  // namespace shearbench::device
