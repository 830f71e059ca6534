// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "core/benchmark/result.h"
#include "core/device/device.h"

namespace shearbench::benchmark {

/// A counter of joules since some moment. From one thread at a time.
class PowerMeter {
  public:
    virtual ~PowerMeter() = default;
    virtual EnergySource source() const = 0;
    /// NaN when it cannot be read just now.
    virtual double joules() = 0;
};

/// The counter for that device, if this machine has one that may be read: RAPL (Linux powercap) for
/// devices on the processor, NVML for cards of Nvidia, found by their name. Null otherwise; the
/// libraries are looked for at run time and never needed.
std::unique_ptr<PowerMeter> findPowerMeter(const device::DeviceInfo& info);

/// The sum over the processor packages under `powercap`; counters that wrap around are followed as
/// long as they are read more often than they wrap. Null where there are none or they may not be
/// read.
std::unique_ptr<PowerMeter> makeRaplMeter(
    const std::filesystem::path& powercap = "/sys/class/powercap");

/// Null without the library, or unless exactly one card's name is part of `name` or holds it.
std::unique_ptr<PowerMeter> makeNvmlMeter(const std::string& name);

}  // namespace shearbench::benchmark
