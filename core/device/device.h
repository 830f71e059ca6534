// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/device/memory_plan.h"
#include "core/device/session.h"
#include "core/network/network.h"

namespace shearbench::device {

/// What a device says of itself, without being measured.
struct DeviceInfo {
    std::string id;    ///< stable, typed on the command line: "cpu", "eigen", "opencl:0"
    std::string name;  ///< as its maker calls it, "AMD EPYC 9B45, 2 cores"
    std::string vendor;
    std::string backend;  ///< library and version that computes, "own kernels, AVX-512"
    std::string instructionSet;
    int computeUnits = 0;  ///< cores that may be used
    double clockMHz = 0;   ///< 0: unknown
    std::uint64_t memoryBytes = 0;
    std::optional<double> maxPowerWatts;
    /// What else the backend knows, to be shown as it is: {"driver", "535.104"}.
    std::vector<std::pair<std::string, std::string>> details;
};

/// Measured on the spot.
struct DeviceRates {
    double gflops = 0;              ///< single-precision multiply-add rate, 1e9 operations/s
    double gigabytesPerSecond = 0;  ///< reading and writing main memory
    double seconds = 0;             ///< how long the measurement took
};

struct SessionOptions {
    int batch = 8;
    int threads = 0;                   ///< 0: all compute units
    std::uint64_t memoryCapBytes = 0;  ///< 0: what the device has; pretends to be a smaller device
};

/// Something that can train and use a network. Several are alive at once, chosen at run time.
/// Thread rule: info() and plan() from any thread; the rest from one thread at a time.
class Device {
  public:
    virtual ~Device() = default;

    virtual const DeviceInfo& info() const = 0;

    /// Takes well under a second; nothing else should be running.
    virtual DeviceRates measure(int threads) const = 0;

    /// What compile() would allocate. Throws Error(device) for a layer it cannot compute.
    virtual MemoryPlan plan(const network::Network& network,
                            const SessionOptions& options) const = 0;

    /// Allocates everything a step needs; parameters start at zero. Throws Error(device), naming
    /// layer and bytes and the largest batch that would fit, when the plan exceeds the memory cap.
    virtual std::unique_ptr<Session> compile(const network::Network& network,
                                             const SessionOptions& options) const = 0;
};

/// The largest batch of at least 1 and at most `limit` whose plan stays within `capBytes`; 0 if
/// none.
int largestBatchThatFits(const Device& device, const network::Network& network,
                         SessionOptions options, std::uint64_t capBytes, int limit = 4096);

/// More images a step than any use of the program has; keeps arithmetic on sizes small.
inline constexpr int kLargestBatch = 65536;

/// What plan() and compile() refuse on any device. Throws Error(usage) for a network without
/// layers, with an empty feature map or with a loss that does not fit its output, and for a batch
/// that is not within 1 and kLargestBatch.
void checkRequest(const network::Network& network, const SessionOptions& options);

/// Throws the Error(device) that plan() promises for a layer that a device cannot compute; `device`
/// as in a sentence: "the Eigen device". For use by the backends.
[[noreturn]] void refuseLayer(const network::Layer& layer, std::string_view device);

/// Throws the Error(device) that compile() promises if `plan` exceeds the options' cap or, where
/// there is none, the device's memory. For use by the backends.
void checkFits(const Device& device, const network::Network& network, const MemoryPlan& plan,
               const SessionOptions& options);

}  // namespace shearbench::device
