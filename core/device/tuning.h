// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/device/device.h"

// Some devices have several ways to compute a layer, and which is the fastest is best measured.

namespace shearbench::device {

/// What tuning found out of one layer, or of layers of one shape.
struct TunedItem {
    std::string name;                            ///< "conv3, conv4 (32 x 64 x 64 to 32)"
    double secondsBefore = 0, secondsAfter = 0;  ///< of a step: forward and backward
    int tried = 0;
    int refused = 0;  ///< of those: did not compile, failed, or computed something else
};

struct TuningRequest {
    int batch = 8;
    double seconds = 30;  ///< no candidate is begun later
    /// Told how much of the time is over, 0 to 1, and what is being measured, before each
    /// candidate; false stops. May be empty.
    std::function<bool(double done, const std::string& doing)> proceed;
    /// Told after each candidate what was found out so far of its layers, `secondsAfter` being the
    /// best up to then. May be empty.
    std::function<void(const TunedItem& item)> measured;
};

struct TuningReport {
    std::vector<TunedItem> items;  ///< those that were measured, the costliest first
    bool complete = false;         ///< every candidate of every shape was measured
    bool kept = false;             ///< for the next runs as well
    double seconds = 0;
};

/// What a device that can be tuned is besides a Device.
class Tunable {
  public:
    virtual TuningReport tune(const network::Network& network,
                              const TuningRequest& request) const = 0;

  protected:
    ~Tunable() = default;
};

/// Measures the ways in which `device` can compute the layers of `network` at that batch; sessions
/// compiled afterwards, in this and in later runs of the program, use the fastest. Every
/// candidate's result is checked against plain sums in double precision; one that throws or
/// computes something else is left out. What was found before a stop counts. Throws Error(device)
/// where the device has nothing to choose from or fails altogether, Error(usage) as checkRequest().
TuningReport tune(const Device& device, const network::Network& network,
                  const TuningRequest& request);

}  // namespace shearbench::device
