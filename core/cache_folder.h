// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

// What the programs can always find out again, kept from run to run in plain files.

namespace shearbench {

/// XDG_CACHE_HOME/shearbench (~/.cache/shearbench where that is not set); empty where neither is
/// known: nothing is kept then. Not made yet.
std::filesystem::path cacheFolder();

/// Tells this build of the running program from others.
std::string programStamp();

/// 64-bit FNV-1a: names files by what they depend on and tells damaged ones from whole ones; no
/// protection against intent.
std::uint64_t hashOf(std::string_view text);

/// Writes `text` beside `file` and renames, making the folder first; whether that worked. Several
/// programs may write at once; the last to end wins.
bool keep(const std::filesystem::path& file, std::string_view text) noexcept;

/// What `file` holds; nothing if it is not there, cannot be read or has more than `maximumBytes`.
std::string kept(const std::filesystem::path& file, std::uint64_t maximumBytes) noexcept;

}  // namespace shearbench
