// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

// h5py's LZF compression (HDF5 filter 32000), which the HDF5 library itself cannot undo: many
// public sets of cutouts are written with it. Reading only.

namespace shearbench::data::h5 {

/// Undoes LZF (M. Lehmann's liblzf): literal runs and references to what went before. Nothing where
/// the bytes are no such stream or give more than `most` bytes.
std::optional<std::vector<std::uint8_t>> decompressLzf(std::span<const std::uint8_t> bytes,
                                                       std::size_t most);

/// Makes the filter known to the library. The lock is held by the caller.
void registerLzf();

}  // namespace shearbench::data::h5
