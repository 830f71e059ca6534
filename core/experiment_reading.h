// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment.h"

namespace shearbench {

/// The JSON fields (core/json_fields.h) of readingOf(), shared by experiments and dataset profiles.
inline constexpr auto kReadingFields = [](auto& data, auto&& field) {
    field("images", data.images);
    field("layout", data.layout);
    field("variant", data.variant);
    field("band_names", data.bandNames);
    field("bands", data.bands);
    field("pixel_scale_arcsec", data.pixelScaleArcsec);
    field("stamp", data.stamp);
    field("targets", data.targets);
    field("ellipticity", data.ellipticity);
    field("shape", data.shape);
    field("group", data.group);
};

}  // namespace shearbench
