// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/parallel_device.h"

#include <algorithm>
#include <utility>

#include "core/device/host.h"
#include "core/device/parallel_session.h"
#include "core/error.h"

namespace shearbench::device {

namespace {

std::string idOf(const DeviceList& devices) {
    std::string id;
    for (const std::shared_ptr<const Device>& device : devices)
        id += (id.empty() ? "" : "+") + device->info().id;
    return id;
}

class ParallelDevice : public Device {
  public:
    explicit ParallelDevice(DeviceList devices)
        : devices_(std::move(devices)),
          info_(infoOfAll(devices_, idOf(devices_), "several devices, each a part of the batch")) {}

    const DeviceInfo& info() const override { return info_; }

    DeviceRates measure(int threads) const override {
        DeviceRates all;
        for (const std::shared_ptr<const Device>& device : devices_) {
            const DeviceRates rates = device->measure(threads);
            all.gflops += rates.gflops;
            all.gigabytesPerSecond += rates.gigabytesPerSecond;
            all.seconds += rates.seconds;
        }
        return all;
    }

    MemoryPlan plan(const network::Network& network, const SessionOptions& options) const override {
        check(network, options);
        MemoryPlan plan = ParallelSession::planOfHost(network, options.batch);
        forParts(options, [&](const Device& device, const SessionOptions& part) {
            addPlan(plan, device, device.plan(network, part));
        });
        return plan;
    }

    std::unique_ptr<Session> compile(const network::Network& network,
                                     const SessionOptions& options) const override {
        MemoryPlan plan = this->plan(network, options);
        checkFits(*this, network, plan, options);
        std::vector<std::unique_ptr<Session>> parts;
        forParts(options, [&](const Device& device, const SessionOptions& part) {
            parts.push_back(device.compile(network, part));
        });
        return std::make_unique<ParallelSession>(network, std::move(plan), std::move(parts),
                                                 threadCount(options.threads));
    }

  private:
    static void check(const network::Network& network, const SessionOptions& options) {
        checkRequest(network, options);
        for (const network::Layer& layer : network.layers())
            if (layer.kind == network::LayerKind::batchNorm && &layer != &network.layers().front())
                refuseLayer(layer, "several devices together");
    }

    template <class Do>
    void forParts(const SessionOptions& options, const Do& act) const {
        const auto all = static_cast<int>(devices_.size());
        SessionOptions part = options;
        part.memoryCapBytes = 0;
        for (int i = 0; i < all; ++i) {
            part.batch = options.batch / all + (i < options.batch % all ? 1 : 0);
            if (part.batch > 0)
                act(*devices_[static_cast<std::size_t>(i)], part);
        }
    }

    const DeviceList devices_;
    const DeviceInfo info_;
};

}  // namespace

std::shared_ptr<const Device> makeParallelDevice(DeviceList devices) {
    if (devices.empty())
        throw Error(ErrorKind::usage, "There is no device to train on.", "Name at least one.");
    return std::make_shared<ParallelDevice>(std::move(devices));
}

}  // namespace shearbench::device
