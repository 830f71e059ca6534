// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "core/device/comparison.h"
#include "core/device/composite.h"

namespace shearbench::device {

struct CheckSettings {
    int every = 1;  ///< steps from one comparison to the next, the first step being compared
    /// Whether the second device makes only the steps that are compared, each from the first's
    /// parameters and moments, so that what differs is what one step does; otherwise both train on
    /// their own, and differences grow.
    bool together = true;
};

/// The devices and settings of an id like "check:cpu,opencl:0" or "check:cpu,opencl:0,10".
struct CheckId {
    std::string first, second;
    int every = 1;

    std::string text() const;
};
/// Whether it begins with "check:".
bool isCheckId(std::string_view id);
/// Nothing where isCheckId() is false. Throws Error(device) where it does not name
/// two devices.
std::optional<CheckId> readCheckId(std::string_view id);

/// Two devices as one, id "check:cpu,opencl:0" ("check:cpu,opencl:0,10" compares every tenth step):
/// the first trains and predicts, the second makes the same steps, and their losses, gradients and
/// parameters are compared tensor by tensor.
class CheckDevice : public Device {
  public:
    /// Throws Error(usage) where `settings.every` is less than 1.
    CheckDevice(std::shared_ptr<const Device> first, std::shared_ptr<const Device> second,
                const CheckSettings& settings = {});

    const Device& first() const { return *devices_[0]; }
    const Device& second() const { return *devices_[1]; }

    const DeviceInfo& info() const override { return info_; }
    /// The first's.
    DeviceRates measure(int threads) const override { return first().measure(threads); }
    /// Of both, and what comparing takes.
    MemoryPlan plan(const network::Network& network, const SessionOptions& options) const override;
    std::unique_ptr<Session> compile(const network::Network& network,
                                     const SessionOptions& options) const override;

    /// What the newest compared step of any of its sessions came to. Thread-safe.
    StepComparison latest() const;
    /// What all of them did. Thread-safe.
    CheckRecord record() const;

    /// Where sessions leave that.
    struct Board {
        std::mutex mutex;
        CheckRecord record;
    };

  private:
    const DeviceList devices_;
    const CheckSettings settings_;
    const DeviceInfo info_;
    const std::shared_ptr<Board> board_ = std::make_shared<Board>();
};

}  // namespace shearbench::device
