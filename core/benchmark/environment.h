// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>

#include "core/benchmark/result.h"
#include "core/device/device.h"

// What this machine is and what it is doing besides.

namespace shearbench::benchmark {

/// Now.
Machine describeMachine();

/// `experiment` says threads and cap. `measure`: the device's rates are measured, in well under a
/// second; they stay 0 where it fails.
DeviceRecord describeDevice(const device::Device& device, const DeviceSettings& settings,
                            bool measure);

/// "2026-11-21T09:14:03Z".
std::string utcNow();

/// How many processors other programs keep busy, from the machine's and this process's times in
/// /proc. From one thread at a time.
class ForeignLoad {
  public:
    ForeignLoad() : last_(read()) {}
    /// Mean since the last call or construction; nothing where it cannot be told.
    std::optional<double> cores();

  private:
    struct Times {
        double busy = -1, own = 0, wall = 0;  ///< seconds; busy < 0: unknown
    };
    static Times read();
    Times last_;
};

/// What is said of times that were measured while other programs kept so many processors busy;
/// empty where that is too few to tell.
std::string sharedMachineSentence(double cores);

}  // namespace shearbench::benchmark
