// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "core/data/schema.h"
#include "core/model/generator.h"

namespace shearbench::model {

struct GenerationRequest {
    std::int64_t count = 0;
    std::uint64_t seed = 1;
    double temperature = 1;
    data::Schema schema;  ///< of the training cutouts: bands, pixel scale, units, zero points
    std::map<std::string, std::string> attributes{};  ///< more to note in the file
};

struct GenerationProgress {
    std::int64_t done = 0, count = 0;
    double imagesPerSecond = 0, secondsLeft = 0;
    double seconds = 0;  ///< that those made so far took, without those of earlier attempts

    /// Whether there were enough to tell how fast many are made.
    bool isRateKnown() const { return seconds >= 1 && imagesPerSecond * seconds >= 1000; }
};

/// Galaxies of the simulated survey CosmoDC2 (Korytov et al. 2019).
inline constexpr double kCosmoDc2Galaxies = 2.26e9;

/// Galaxies 0..count-1 of the seed into the HDF5 file `file`: images (count, C, H, W), latent
/// (count, D), and the attributes of a file of cutouts. In constant memory: chunk by chunk, each in
/// the system's hands before the next. An unfinished file stands beside as `file`.partial with a
/// note of what it is and how far it has come; asked for the same once more, this goes on after the
/// last whole chunk, with the same outcome as if nothing had happened. `progress` cancels by
/// returning false; false then comes back. A file that is there already and holds what is asked
/// for is left as it is. Throws Error(data) naming the file, before anything is computed where the
/// disk has too little room, and Error(run) while another writes the same file.
bool writeGenerated(Generator& generator, const GenerationRequest& request,
                    const std::filesystem::path& file,
                    const std::function<bool(const GenerationProgress&)>& progress);

}  // namespace shearbench::model
