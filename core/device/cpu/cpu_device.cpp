// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/cpu/cpu_device.h"

#include <fmt/format.h>

#include <chrono>

#include "core/device/cpu/compiled_network.h"
#include "core/device/cpu/isa.h"
#include "core/device/cpu/parallel.h"
#include "core/device/cpu/session.h"
#include "core/device/host.h"

namespace shearbench::device {

namespace {

class CpuDevice : public Device {
  public:
    CpuDevice() {
        info_.id = "cpu";
        info_.name = fmt::format("{}, {} {}", host().processor, host().cores,
                                 host().cores == 1 ? "core" : "cores");
        info_.vendor = host().vendor;
        info_.instructionSet = cpu::isaName();
        info_.backend = fmt::format("own kernels, {}", info_.instructionSet);
        info_.computeUnits = host().cores;
        info_.clockMHz = host().clockMHz;
        info_.memoryBytes = host().memoryBytes;
        info_.maxPowerWatts = host().powerLimitWatts;
    }

    const DeviceInfo& info() const override { return info_; }

    DeviceRates measure(int threads) const override {
        const auto start = std::chrono::steady_clock::now();
        DeviceRates rates;
        rates.gflops = measureGflops(threads);
        rates.gigabytesPerSecond = measureGigabytesPerSecond(threads);
        rates.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return rates;
    }

    MemoryPlan plan(const network::Network& network, const SessionOptions& options) const override {
        checkRequest(network, options);
        const cpu::ThreadScope scope(threadCount(options.threads));
        return cpu::CompiledNetwork(network, options.batch).memoryPlan();
    }

    std::unique_ptr<Session> compile(const network::Network& network,
                                     const SessionOptions& options) const override {
        checkRequest(network, options);
        const int threads = threadCount(options.threads);
        const cpu::ThreadScope scope(threads);
        auto compiled = std::make_unique<cpu::CompiledNetwork>(network, options.batch);
        checkFits(*this, network, compiled->memoryPlan(), options);
        return std::make_unique<cpu::CpuSession>(network, std::move(compiled), threads);
    }

  private:
    DeviceInfo info_;
};

}  // namespace

std::shared_ptr<const Device> makeCpuDevice() {
    return std::make_shared<CpuDevice>();
}

}  // namespace shearbench::device
