// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/opencl_device.h"

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <mutex>
#include <string_view>
#include <utility>

#include "core/device/compute_mode.h"
#include "core/device/host.h"
#include "core/device/opencl/compiled_network.h"
#include "core/device/opencl/device_making.h"
#include "core/device/opencl/driver_choice.h"
#include "core/device/opencl/fragments.h"
#include "core/device/opencl/session.h"
#include "core/device/opencl/tuner.h"

namespace shearbench::device {

namespace opencl {

namespace {

/// Lets any device compute as if it had tensor cores, slowly: for tests.
bool emulatesTensorCores() {
    const char* value = std::getenv("SHEARBENCH_OPENCL_TENSOR_CORES");
    return value && std::string_view(value) == "emulated";
}

class OpenClDevice : public Device, public Tunable, public Modal {
  public:
    OpenClDevice(const Api& api, const Hardware& hardware) : api_(api), hardware_(hardware) {}

    const DeviceInfo& info() const override { return hardware_.info; }

    DeviceRates measure(int) const override { return measureRates(api_, hardware_); }

    MemoryPlan plan(const network::Network& network, const SessionOptions& options) const override {
        return planned(network, options)->memoryPlan();
    }

    std::unique_ptr<Session> compile(const network::Network& network,
                                     const SessionOptions& options) const override {
        auto compiled = planned(network, options);
        checkFits(*this, network, compiled->memoryPlan(), options);
        compiled->checkSizes();
        try {
            return std::make_unique<OpenClSession>(context(), network, std::move(compiled),
                                                   options.memoryCapBytes);
        } catch (const OutOfMemory& error) {
            throw Error(ErrorKind::device, error.what(), whatFits(network, options, error.given()));
        }
    }

    TuningReport tune(const network::Network& network,
                      const TuningRequest& request) const override {
        // Its own: programs of candidates are of no use afterwards.
        std::shared_ptr<Context> own;
        const auto ownContext = [&] {
            if (!own || own->broken())
                own = newContext();
            return own;
        };
        TileTable found;
        TuningReport report;
        try {
            report = tuneConvolutions(ownContext, network, request, found);
        } catch (const std::exception&) {
            keepTiles(found);
            throw;
        }
        report.kept = keepTiles(found);
        return report;
    }

    std::string_view mode() const override {
        return hardware_.arithmetic == Arithmetic::fp32 ? kSinglePrecision : kTf32;
    }

    std::vector<std::string_view> furtherModes() const override {
        const bool may = hardware_.computeCapability > 0 || emulatesTensorCores();
        return may && mode() == kSinglePrecision ? std::vector{kTf32}
                                                 : std::vector<std::string_view>();
    }

    std::shared_ptr<const Device> inMode(std::string_view) const override {
        constexpr int kFirstWithTf32 = 80;
        const bool emulated = emulatesTensorCores();
        if (!emulated && hardware_.computeCapability < kFirstWithTf32)
            throw Error(
                ErrorKind::device,
                fmt::format("Its compute capability is {}.{}, tensor cores for TF32 come "
                            "with 8.0.",
                            hardware_.computeCapability / 10, hardware_.computeCapability % 10));
        Hardware hardware = hardware_;
        hardware.arithmetic = emulated ? Arithmetic::tf32Emulated : Arithmetic::tf32;
        hardware.kernels = KernelKind::tiled;
        if (emulated)
            hardware.buildOptions += " -cl-opt-disable";
        hardware.info.id += fmt::format(":{}", kTf32);
        hardware.info.name += fmt::format(", {}", kTf32);
        hardware.info.backend += emulated ? ", tensor cores emulated" : ", tensor cores";
        return makeDevice(api_, hardware);
    }

  private:
    /// What to do where a device gave no more than `bytes`, whatever it said it has.
    std::string whatFits(const network::Network& network, const SessionOptions& options,
                         std::uint64_t bytes) const {
        const int batch = largestBatchThatFits(*this, network, options, bytes, options.batch - 1);
        const std::string others =
            "close other programs that use the device, or choose another device";
        return batch > 0 ? fmt::format("A batch of {} fits into what it gave: choose that, {}.",
                                       batch, others)
                         : fmt::format("Not even a batch of 1 fits into what it gave: {}.", others);
    }

    std::unique_ptr<CompiledNetwork> planned(const network::Network& network,
                                             const SessionOptions& options) const {
        checkRequest(network, options);
        threadCount(options.threads);
        return std::make_unique<CompiledNetwork>(network, hardware_, *tiles(), options.batch);
    }

    /// Beside what other programs found meanwhile; whether for later runs as well.
    bool keepTiles(const TileTable& found) const {
        TileTable all = TileTable::load(hardware_);
        all.add(found);
        const bool kept = all.save(hardware_);
        const std::lock_guard lock(tilesMutex_);
        tiles_ = std::make_shared<TileTable>(std::move(all));
        return kept;
    }

    std::shared_ptr<const TileTable> tiles() const {
        const std::lock_guard lock(tilesMutex_);
        if (!tiles_)
            tiles_ = std::make_shared<TileTable>(TileTable::load(hardware_));
        return tiles_;
    }

    /// Kept for the next session, unless something in it failed.
    std::shared_ptr<Context> context() const {
        const std::lock_guard lock(mutex_);
        if (!context_ || context_->broken())
            context_ = newContext();
        return context_;
    }

    /// Throws Error(device), also where the device's arithmetic is not what it should be.
    std::shared_ptr<Context> newContext() const {
        auto made = std::make_shared<Context>(api_, hardware_);
        if (hardware_.arithmetic != Arithmetic::fp32)
            probeFragments(*made);
        return made;
    }

    const Api& api_;
    const Hardware hardware_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<Context> context_;
    mutable std::mutex tilesMutex_;
    mutable std::shared_ptr<const TileTable> tiles_;
};

}  // namespace

std::shared_ptr<const Device> makeDevice(const Api& api, const Hardware& hardware) {
    return std::make_shared<OpenClDevice>(api, hardware);
}

}  // namespace opencl

OpenClDevices makeOpenClDevices() {
    OpenClDevices made;
    opencl::DriverChoice choice = opencl::chooseDrivers();
    made.absent = std::move(choice.leftOut);
    const opencl::Api* api = choice.usable ? opencl::systemApi() : nullptr;
    if (!api)
        return made;
    const auto found = opencl::findHardwareInTime(*api);
    if (!found) {
        // It came back when it was tried; next time it is tried anew.
        opencl::forgetDriverChoice();
        made.absent.push_back({"OpenCL",
                               "An OpenCL driver did not come back from looking for devices, so "
                               "all are left out.",
                               "Start the program again, which then tries every driver alone."});
        return made;
    }
    for (const opencl::Hardware& hardware : *found)
        made.devices.push_back(opencl::makeDevice(*api, hardware));
    return made;
}

void retestOpenClDrivers() {
    opencl::forgetDriverChoice();
}

}  // namespace shearbench::device
