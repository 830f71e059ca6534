// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/watchdog.h"

#include <charconv>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <string_view>
#include <utility>
#include <vector>

namespace shearbench::device::opencl {

std::chrono::milliseconds driverPatience() {
    constexpr double kDefault = 300, kMost = 1e6;
    double seconds = kDefault;
    if (const char* wish = std::getenv("SHEARBENCH_OPENCL_TIMEOUT")) {
        const std::string_view text(wish);
        double read = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
        if (error == std::errc() && end == text.data() + text.size() && read >= 0 && read <= kMost)
            seconds = read;
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1e3));
}

struct Watchdog::Shared {
    std::mutex mutex;
    std::condition_variable wake, done;
    std::function<void()> call;
    bool busy = false, ending = false;
};

Watchdog::~Watchdog() {
    if (!shared_)
        return;
    std::unique_lock lock(shared_->mutex);
    shared_->ending = true;
    const bool hung = shared_->busy;
    lock.unlock();
    shared_->wake.notify_one();
    hung ? thread_.detach() : thread_.join();
}

void Watchdog::work(const std::shared_ptr<Shared>& shared) {
    std::unique_lock lock(shared->mutex);
    for (;;) {
        shared->wake.wait(lock, [&] { return shared->busy || shared->ending; });
        if (!shared->busy)
            return;
        const std::function<void()> call = std::exchange(shared->call, {});
        lock.unlock();
        call();
        lock.lock();
        shared->busy = false;
        shared->done.notify_one();
    }
}

bool Watchdog::returns(std::function<void()> call, std::chrono::milliseconds patience) {
    if (patience.count() == 0) {
        call();
        return true;
    }
    if (!shared_) {
        const auto shared = std::make_shared<Shared>();
        thread_ = std::thread([shared] { work(shared); });
        shared_ = shared;
    }
    std::unique_lock lock(shared_->mutex);
    shared_->call = std::move(call);
    shared_->busy = true;
    shared_->wake.notify_one();
    return shared_->done.wait_for(lock, patience, [&] { return !shared_->busy; });
}

void keepShared(std::shared_ptr<void> value) {
    static std::mutex mutex;
    static auto* kept = new std::vector<std::shared_ptr<void>>;
    const std::lock_guard lock(mutex);
    kept->push_back(std::move(value));
}

}  // namespace shearbench::device::opencl
