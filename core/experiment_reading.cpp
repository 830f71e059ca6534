// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiment_reading.h"

#include <fmt/format.h>

#include <algorithm>

namespace shearbench {

void writeReading(nlohmann::ordered_json& json, const DataSettings& data) {
    json["images"] = data.images;
    json["layout"] = data.layout;
    json["variant"] = data.variant;
    json["band_names"] = data.bandNames;
    json["bands"] = data.bands;
    json["pixel_scale_arcsec"] = data.pixelScaleArcsec;
    json["stamp"] = data.stamp;
    json["targets"] = data.targets;
    json["ellipticity"] = data.ellipticity;
    json["shape"] = data.shape;
    json["group"] = data.group;
}

void readReading(JsonReader& reader, DataSettings& data) {
    reader.read("images", data.images);
    reader.read("layout", data.layout);
    reader.read("variant", data.variant);
    reader.read("band_names", data.bandNames);
    reader.read("bands", data.bands);
    reader.read("pixel_scale_arcsec", data.pixelScaleArcsec);
    reader.read("stamp", data.stamp);
    std::vector<std::string> targets;
    if (reader.read("targets", targets)) {
        if (targets.size() != data.targets.size())
            reader.fail("targets",
                        fmt::format("names {} columns; 3 were expected, for e1, e2 and redshift",
                                    targets.size()));
        std::copy(targets.begin(), targets.end(), data.targets.begin());
    }
    reader.read("ellipticity", data.ellipticity);
    reader.read("shape", data.shape);
    reader.read("group", data.group);
}

}  // namespace shearbench
