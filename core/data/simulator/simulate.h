// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace shearbench::data::simulator {

inline constexpr std::int64_t kLargestCount = 100'000'000;

struct SimulationSettings {
    std::int64_t count = 2000;  ///< 1..kLargestCount
    std::uint64_t seed = 1;
    int threads = 0;         ///< 0: all cores; the datasets are the same whatever the number
    bool noiseless = false;  ///< also write the images before noise
    int gzip = 0;  ///< 1..9: compressed, about half the size but several times slower; 0: not
};

/// Called now and then from the calling thread with the number of finished cutouts; returning false
/// cancels.
using Progress = std::function<bool(std::int64_t done, std::int64_t count)>;

/// Simulates six-band LSST cutouts of single Sersic galaxies (cutout_simulator.h) and streams them
/// to `file`; written beside and renamed. Returns the number of cutouts in the file: fewer than
/// asked for after a cancel, when the file holds what was finished (none: `file` is left as it
/// was).
///
/// Datasets, N rows: images and, if asked for, noiseless (N, 6, 64, 64); e1, e2 (reduced shear),
/// redshift, mag (r, AB), f814w, hlr (arcsec), n, dx, dy (arcsec), snr (r) (N); flux (N, 6), total
/// e-; all float32; sed and galaxy_id, int64. Bands, pixel scale, sky, units and conventions are
/// attributes of the file.
///
/// Throws Error(usage) for settings out of range and Error(data) when the file cannot be written or
/// the disk has no room for it.
std::int64_t simulate(const SimulationSettings& settings, const std::filesystem::path& file,
                      const Progress& progress = {});

}  // namespace shearbench::data::simulator
