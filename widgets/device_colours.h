// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMap>
#include <QString>
#include <QVariantMap>

#include "widgets/theme.h"

namespace shearbench::widgets {

/// Which colour each device has, for ever: given at first sight, stored by the device's id.
/// The published V100 is ink and the published GC2 blue; the first CPU is green, the first GPU
/// purple, others follow in the palette's order; when all are given out they repeat.
class DeviceColours {
  public:
    enum class Kind { cpu, gpu, other };
    static inline const QString kPublishedV100 = QStringLiteral("published/v100");
    static inline const QString kPublishedGc2 = QStringLiteral("published/gc2");

    /// The colour of `id`; gives one out if it has none yet.
    DeviceColour colourOf(const QString& id, Kind kind = Kind::other);

    /// For storing between sessions: id -> name of the colour. Unknown names are left out on
    /// reading.
    QVariantMap toMap() const;
    static DeviceColours fromMap(const QVariantMap& map);

  private:
    QMap<QString, DeviceColour> colours_;
};

}  // namespace shearbench::widgets
