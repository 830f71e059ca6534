// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <thread>
#include <utility>

namespace shearbench::device::opencl {

/// How long a driver may take over one call before it counts as hung: SHEARBENCH_OPENCL_TIMEOUT
/// seconds, 300 where the environment does not say; zero: for ever. A call waits for at most a few
/// steps, or compiles one program.
std::chrono::milliseconds driverPatience();

/// Makes calls that may never return on a thread of its own, so that the caller comes back. One
/// call at a time, from one thread at a time.
class Watchdog {
  public:
    Watchdog() = default;
    /// Leaves a call that has not returned to itself.
    ~Watchdog();
    Watchdog(const Watchdog&) = delete;
    Watchdog& operator=(const Watchdog&) = delete;

    /// Whether `call` returned within `patience` (zero: waits for ever). Where it did not, it may
    /// still be at work for good: what it uses must be its own. To be called no more then. What
    /// `call` throws ends the program.
    bool returns(std::function<void()> call, std::chrono::milliseconds patience);

  private:
    struct Shared;
    static void work(const std::shared_ptr<Shared>& shared);

    std::shared_ptr<Shared> shared_;
    std::thread thread_;  ///< once a call was made
};

/// Keeps what it points to until the program ends.
void keepShared(std::shared_ptr<void> value);

/// Keeps `value` until the program ends: for memory that a hung driver may yet write to.
template <class Value>
void keepForGood(Value value) {
    keepShared(std::make_shared<Value>(std::move(value)));
}

}  // namespace shearbench::device::opencl
