// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run_cutouts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "core/data/schema_request.h"
#include "core/error.h"

namespace shearbench::training {
namespace {

bool holdsAll(const std::vector<std::string>& bands, const std::vector<std::string>& wanted) {
    return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& band) {
        return std::find(bands.begin(), bands.end(), band) != bands.end();
    });
}

void noteDifferences(const data::Schema& schema, const DataSettings& trained,
                     std::vector<std::string>& notes) {
    constexpr double kAlike = 0.01;
    const double here = schema.pixelScaleArcsec, there = trained.pixelScaleArcsec;
    if (here > 0 && there > 0 && std::abs(here / there - 1) > kAlike)
        notes.push_back(fmt::format(
            "Pixels of {} are {:.4g} arcsec wide, those that the network was trained on {:.4g}.",
            schema.file, here, there));
    const std::string definition = data::toString(schema.convention);
    if (!definition.empty() && !trained.ellipticity.empty() && definition != trained.ellipticity)
        notes.push_back(fmt::format(
            "Labels of {} are ellipticities of the kind {}, what the network gives is {}.",
            schema.file, definition, trained.ellipticity));
}

}  // namespace

RunCutouts openForRun(DataSettings reading, const std::string& path, const Experiment& trained) {
    if (reading.stamp == 0)
        reading.stamp = trained.data.stamp;
    RunCutouts cutouts;
    cutouts.file = std::make_shared<data::CutoutFile>(path, data::schemaRequest(reading));
    const std::vector<std::string>&wanted = trained.data.bands,
          &found = cutouts.file->schema().bands;
    if (reading.bands.empty() && !wanted.empty() && found != wanted) {
        if (!holdsAll(found, wanted))
            throw Error(ErrorKind::data,
                        fmt::format("The bands of {} are {}; the network was trained on {}.", path,
                                    fmt::join(found, ", "), fmt::join(wanted, ", ")),
                        "If they are the same under other names, state these with --band-names; to "
                        "use others in their place, with --bands.");
        reading.bands = wanted;
        cutouts.notes.push_back(
            fmt::format("Of the bands of {}, {}, the network gets {}, which it was trained on.",
                        path, fmt::join(found, ", "), fmt::join(wanted, ", ")));
        cutouts.file = std::make_shared<data::CutoutFile>(path, data::schemaRequest(reading));
    }
    noteDifferences(cutouts.file->schema(), trained.data, cutouts.notes);
    return cutouts;
}

}  // namespace shearbench::training
