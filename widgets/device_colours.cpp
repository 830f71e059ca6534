// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/device_colours.h"

#include <algorithm>
#include <array>

namespace shearbench::widgets {
namespace {

using Entry = std::pair<DeviceColour, const char*>;
constexpr std::array kNames = {
    Entry{DeviceColour::blue, "blue"},     Entry{DeviceColour::green, "green"},
    Entry{DeviceColour::purple, "purple"}, Entry{DeviceColour::orange, "orange"},
    Entry{DeviceColour::sky, "sky"},       Entry{DeviceColour::vermillion, "vermillion"},
    Entry{DeviceColour::ink, "ink"}};

// Ink and blue belong to the published machines; green and purple come first for local ones, and
// vermillion last because of the red line of equal speed.
constexpr std::array kLocal = {DeviceColour::green, DeviceColour::purple, DeviceColour::orange,
                               DeviceColour::sky, DeviceColour::vermillion};

}  // namespace

DeviceColour DeviceColours::colourOf(const QString& id, Kind kind) {
    if (id == kPublishedV100) {
        return DeviceColour::ink;
    }
    if (id == kPublishedGc2) {
        return DeviceColour::blue;
    }
    if (const auto known = colours_.constFind(id); known != colours_.cend()) {
        return *known;
    }
    const auto uses = [this](DeviceColour colour) {
        return std::count(colours_.cbegin(), colours_.cend(), colour);
    };
    auto order = kLocal;
    if (kind == Kind::gpu) {
        std::swap(order[0], order[1]);
    }
    // The first CPU and the first GPU find their own colour free unless it is taken; what is
    // neither leaves both to them as long as it can.
    if (kind == Kind::other) {
        std::rotate(order.begin(), order.begin() + 2, order.end());
    }
    const DeviceColour chosen =
        *std::min_element(order.begin(), order.end(),
                          [&](DeviceColour a, DeviceColour b) { return uses(a) < uses(b); });
    colours_.insert(id, chosen);
    return chosen;
}

QVariantMap DeviceColours::toMap() const {
    QVariantMap map;
    for (auto entry = colours_.cbegin(); entry != colours_.cend(); ++entry) {
        const auto name = std::find_if(kNames.begin(), kNames.end(),
                                       [&](const Entry& e) { return e.first == *entry; });
        map.insert(entry.key(), QString::fromLatin1(name->second));
    }
    return map;
}

DeviceColours DeviceColours::fromMap(const QVariantMap& map) {
    DeviceColours result;
    for (auto entry = map.cbegin(); entry != map.cend(); ++entry) {
        const QString name = entry->toString();
        const auto found = std::find_if(kNames.begin(), kNames.end(), [&](const Entry& e) {
            return name == QLatin1String(e.second);
        });
        if (found != kNames.end()) {
            result.colours_.insert(entry.key(), found->first);
        }
    }
    return result;
}

}  // namespace shearbench::widgets
