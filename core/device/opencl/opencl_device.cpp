// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/opencl_device.h"

#include <mutex>

#include "core/device/host.h"
#include "core/device/opencl/compiled_network.h"
#include "core/device/opencl/device_making.h"
#include "core/device/opencl/session.h"

namespace shearbench::device {

namespace opencl {

namespace {

class OpenClDevice : public Device {
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
        return std::make_unique<OpenClSession>(context(), network, std::move(compiled));
    }

  private:
    std::unique_ptr<CompiledNetwork> planned(const network::Network& network,
                                             const SessionOptions& options) const {
        checkRequest(network, options);
        threadCount(options.threads);
        return std::make_unique<CompiledNetwork>(network, hardware_, options.batch);
    }

    /// Kept for the next session, unless something in it failed.
    std::shared_ptr<Context> context() const {
        const std::lock_guard lock(mutex_);
        if (!context_ || context_->broken())
            context_ = std::make_shared<Context>(api_, hardware_);
        return context_;
    }

    const Api& api_;
    const Hardware hardware_;
    mutable std::mutex mutex_;
    mutable std::shared_ptr<Context> context_;
};

}  // namespace

std::shared_ptr<const Device> makeDevice(const Api& api, const Hardware& hardware) {
    return std::make_shared<OpenClDevice>(api, hardware);
}

}  // namespace opencl

std::vector<std::shared_ptr<const Device>> makeOpenClDevices() {
    std::vector<std::shared_ptr<const Device>> devices;
    if (const opencl::Api* api = opencl::systemApi())
        for (const opencl::Hardware& hardware : opencl::findHardware(*api))
            devices.push_back(opencl::makeDevice(*api, hardware));
    return devices;
}

}  // namespace shearbench::device
