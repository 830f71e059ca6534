// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/eigen/eigen_device.h"

#include <fmt/format.h>

#include <Eigen/Core>
#include <chrono>
#include <new>

#include "core/device/eigen/gemm.h"
#include "core/device/eigen/session.h"
#include "core/device/host.h"
#include "core/error.h"

namespace shearbench::device {

namespace {

using Clock = std::chrono::steady_clock;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Rate of matrix products that stay in the cache, on all workers at once.
double productGflops(int threads) {
    constexpr std::size_t kSize = 192;
    constexpr double kSeconds = 0.15;
    eigen::ThreadPool pool(threads);
    std::vector<std::vector<float>> matrices(static_cast<std::size_t>(threads),
                                             std::vector<float>(3 * kSize * kSize, 0.5f));
    std::vector<double> rates(matrices.size());
    pool.run([&](int worker) {
        float* a = matrices[static_cast<std::size_t>(worker)].data();
        const eigen::MatrixView left{a, kSize}, right{a + kSize * kSize, kSize};
        const auto multiply = [&] {
            gemm(kSize, kSize, kSize, left, right, eigen::Write::replace, a + 2 * kSize * kSize,
                 kSize);
        };
        multiply();
        const Clock::time_point start = Clock::now();
        int products = 0;
        do {
            multiply();
            ++products;
        } while (secondsSince(start) < kSeconds);
        rates[static_cast<std::size_t>(worker)] = products / secondsSince(start);
    });
    double products = 0;
    for (double rate : rates)
        products += rate;
    return products * 2 * kSize * kSize * kSize * 1e-9;
}

class EigenDevice : public Device {
  public:
    EigenDevice() {
        info_.id = "eigen";
        info_.name = fmt::format("Eigen on {}, {} {}", host().processor, host().cores,
                                 host().cores == 1 ? "core" : "cores");
        info_.vendor = host().vendor;
        info_.instructionSet = Eigen::SimdInstructionSetsInUse();
        info_.backend = fmt::format("Eigen {}.{}.{}, {}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION,
                                    EIGEN_MINOR_VERSION, info_.instructionSet);
        info_.computeUnits = host().cores;
        info_.clockMHz = host().clockMHz;
        info_.memoryBytes = host().memoryBytes;
        info_.maxPowerWatts = host().powerLimitWatts;
    }

    const DeviceInfo& info() const override { return info_; }

    DeviceRates measure(int threads) const override {
        const Clock::time_point start = Clock::now();
        DeviceRates rates;
        rates.gflops = productGflops(threadCount(threads));
        rates.gigabytesPerSecond = measureGigabytesPerSecond(threads);
        rates.seconds = secondsSince(start);
        return rates;
    }

    MemoryPlan plan(const network::Network& network, const SessionOptions& options) const override {
        checkRequest(network, options);
        return eigen::planOf(network, options.batch, threadCount(options.threads));
    }

    std::unique_ptr<Session> compile(const network::Network& network,
                                     const SessionOptions& options) const override {
        const MemoryPlan needed = plan(network, options);
        checkFits(*this, network, needed, options);
        try {
            return std::make_unique<eigen::EigenSession>(network, options.batch,
                                                         threadCount(options.threads));
        } catch (const std::bad_alloc&) {
            throw Error(
                ErrorKind::device,
                fmt::format("Network {} with batch {} needs {:.1f} MB on {}, which the "
                            "system did not give.",
                            network.name(), options.batch, needed.total() / 1e6, info_.name),
                "Choose a smaller batch or close other programs.");
        }
    }

  private:
    DeviceInfo info_;
};

}  // namespace

std::shared_ptr<const Device> makeEigenDevice() {
    return std::make_shared<EigenDevice>();
}

}  // namespace shearbench::device
