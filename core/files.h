// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

// Files that are never half written. All throw Error(data) naming file and cause.

namespace shearbench {

/// The whole file; refuses one of more than `maximumBytes`, and folders.
std::string readText(const std::filesystem::path& file,
                     std::uint64_t maximumBytes = std::uint64_t{64} << 20);

/// Writes beside `file`, syncs, renames over it; on failure `file` is as it was.
void writeText(const std::filesystem::path& file, std::string_view text);

/// `write` gets a path beside `file` (its name and ".partial") and must leave a whole, closed file
/// there; it is then synced and renamed, and the folder synced. The path is removed if anything
/// throws. A link is followed: what it points to is replaced. One writer of a file at a time.
void replaceFile(const std::filesystem::path& file,
                 const std::function<void(const std::filesystem::path&)>& write);

/// Adds `line` and a newline, in the system's hands on return; a piece of a line that an
/// interrupted program left at the end is closed first, so that it spoils nothing.
void appendLine(const std::filesystem::path& file, std::string_view line);

/// 64-bit FNV-1a over size and up to 64 evenly spaced blocks of the file, as 16 hex digits: tells
/// two data files apart in milliseconds, whatever their size; no protection against intent.
std::string quickChecksum(const std::filesystem::path& file);

}  // namespace shearbench
