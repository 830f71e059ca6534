// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/schema_request.h"

namespace shearbench::data {

SchemaRequest schemaRequest(const DataSettings& settings) {
    return {.images = settings.images,
            .layout = settings.layout,
            .targets = settings.targets,
            .group = settings.group,
            .variant = settings.variant,
            .bandNames = settings.bandNames,
            .bands = settings.bands,
            .pixelScaleArcsec = settings.pixelScaleArcsec,
            .ellipticity = settings.ellipticity,
            .shape = settings.shape,
            .labels = settings.labels,
            .stamp = settings.stamp};
}

void completeReading(DataSettings& settings, const Schema& schema) {
    settings.images = schema.images.path;
    settings.layout = toString(schema.layout);
    for (std::size_t i = 0; i < settings.targets.size(); ++i)
        if (settings.targets[i].empty())
            settings.targets[i] = schema.targets[i];
    if (settings.group.empty())
        settings.group = schema.group.empty() ? "none" : schema.group;
    settings.variant = schema.variant;
    settings.bandNames = schema.storedBands;
    settings.bands = schema.bands;
    settings.pixelScaleArcsec = schema.pixelScaleArcsec;
    settings.ellipticity = toString(schema.convention);
    settings.shape = schema.shape;
    settings.labels = schema.labels.empty() ? "none" : schema.labels;
    settings.stamp = schema.height == schema.width && (schema.height != schema.storedHeight ||
                                                       schema.width != schema.storedWidth)
                         ? schema.height
                         : 0;
}

}  // namespace shearbench::data
