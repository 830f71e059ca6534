// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/compute_mode.h"

#include <fmt/format.h>

#include <map>
#include <mutex>

#include "core/device/self_test_record.h"
#include "core/error.h"

namespace shearbench::device {

namespace {

ModeOffer offer(const Modal& modal, std::string_view mode, bool again) {
    try {
        auto device = modal.inMode(mode);
        const SelfTest test = again ? repeatSelfTest(*device) : onceSelfTest(*device);
        return {mode, test.passed ? std::move(device) : nullptr, test.sentence};
    } catch (const Error& error) {
        return {mode, nullptr, error.what()};
    }
}

}  // namespace

std::string_view modeOf(const Device& device) {
    const auto* modal = dynamic_cast<const Modal*>(&device);
    return modal ? modal->mode() : kSinglePrecision;
}

std::vector<ModeOffer> modesOf(const Device& device, bool again) {
    const auto* modal = dynamic_cast<const Modal*>(&device);
    if (!modal)
        return {};
    static std::mutex mutex;
    static std::map<std::string, ModeOffer> known;
    const std::lock_guard lock(mutex);
    std::vector<ModeOffer> offers;
    for (const std::string_view mode : modal->furtherModes()) {
        const std::string id = fmt::format("{}:{}", device.info().id, mode);
        if (again || !known.contains(id))
            known.insert_or_assign(id, offer(*modal, mode, again));
        offers.push_back(known.at(id));
    }
    return offers;
}

std::shared_ptr<const Device> inMode(const std::shared_ptr<const Device>& device,
                                     std::string_view mode) {
    if (mode == modeOf(*device))
        return device;
    std::string offered(modeOf(*device)), why;
    for (const ModeOffer& offer : modesOf(*device)) {
        if (offer.mode == mode && offer.device)
            return offer.device;
        if (offer.mode == mode)
            why = offer.sentence;
        if (offer.device)
            offered += fmt::format(", {}", offer.mode);
    }
    const DeviceInfo& info = device->info();
    throw Error(ErrorKind::device,
                fmt::format("{} ({}) does not offer {}{}{}", info.id, info.name, mode,
                            why.empty() ? "." : ": ", why),
                fmt::format("It computes in {}: choose {}.", offered, info.id));
}

}  // namespace shearbench::device
