// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace shearbench::data::simulator {

struct SimulationSettings {
    std::int64_t count = 2000;
    std::uint64_t seed = 1;
    int threads = 0;         ///< 0: all cores; the file is the same whatever the number
    bool noiseless = false;  ///< also write the images before noise
};

/// Called now and then from the calling thread with the number of finished cutouts; returning false
/// cancels.
using Progress = std::function<bool(std::int64_t done, std::int64_t count)>;

/// Simulates six-band LSST cutouts of single Sersic galaxies and streams them to `file` in the
/// format of data/FORMAT.md; written beside and renamed. Returns the number of cutouts in the file:
/// fewer than asked for after a cancel, when the file holds what was finished (none: no file).
std::int64_t simulate(const SimulationSettings& settings, const std::filesystem::path& file,
                      const Progress& progress = {});

}  // namespace shearbench::data::simulator
