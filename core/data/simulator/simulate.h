// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "core/galaxy_recipe.h"

namespace shearbench::data::simulator {

inline constexpr std::int64_t kLargestCount = 100'000'000;

struct SimulationSettings {
    std::int64_t count = 2000;  ///< 1..kLargestCount
    std::uint64_t seed = 1;
    GalaxyRecipe recipe;
    int threads = 0;  ///< 0: all cores; the datasets are the same whatever the number
    /// Also write the images before noise, and of several galaxies the central one's alone.
    bool noiseless = false;
    int gzip = 0;  ///< 1..9: compressed, about half the size but several times slower; 0: not
};

/// Called now and then from the calling thread with the number of finished cutouts; returning false
/// cancels.
using Progress = std::function<bool(std::int64_t done, std::int64_t count)>;

/// Simulates six-band LSST cutouts (cutout_simulator.h) and streams them to `file`, as
/// data/FORMAT.md describes; written beside and renamed. Returns the number of cutouts in the file:
/// fewer than asked for after a cancel, when the file holds what was finished (none: `file` is left
/// as it was).
///
/// Throws Error(usage) for settings out of range and Error(data) when the file cannot be written or
/// the disk has no room for it.
std::int64_t simulate(const SimulationSettings& settings, const std::filesystem::path& file,
                      const Progress& progress = {});

}  // namespace shearbench::data::simulator
