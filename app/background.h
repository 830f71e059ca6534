// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/error.h"

namespace shearbench::app {

/// An error as the window shows it: a sentence and what to do about it.
struct Failure {
    QString sentence, remedy;
    ErrorKind kind = ErrorKind::run;
};

Failure failureOf(const std::exception& error);

/// One thread that does jobs one after the other, so that the window never waits for a disk. What a
/// job returns, or the error it threw, is handed over on the window's thread; nothing is handed
/// over once the object is gone.
class Background : public QObject {
    Q_OBJECT
  public:
    explicit Background(QObject* parent = nullptr);
    /// Finishes the job in hand and drops the others.
    ~Background() override;

    /// Queues `job`; later calls `done(result)` or `failed(Failure)` in the window's thread.
    template <class Job, class Done, class Failed>
    void run(Job job, Done done, Failed failed) {
        enqueue([this, job = std::move(job), done = std::move(done), failed = std::move(failed)] {
            deliver(attempt(job, done, failed));
        });
    }

    /// Drops the jobs that have not begun.
    void clear();

  private:
    using Call = std::function<void()>;

    template <class Job, class Done, class Failed>
    static Call attempt(const Job& job, const Done& done, const Failed& failed) {
        try {
            return [done, result = job()]() mutable { done(std::move(result)); };
        } catch (const std::exception& error) {
            return [failed, failure = failureOf(error)] { failed(failure); };
        }
    }

    void enqueue(Call call);
    void deliver(Call call);
    void work();

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<Call> queue_;
    bool ending_ = false;
    std::thread thread_;
};

}  // namespace shearbench::app
