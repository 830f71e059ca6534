// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

// Files that are never half written. All throw Error(data) naming file and cause.

namespace shearbench {

std::string readText(const std::filesystem::path& file);

/// Writes beside `file`, syncs, renames over it; on failure `file` is as it was.
void writeText(const std::filesystem::path& file, std::string_view text);

/// `write` gets a path beside `file` and must leave a whole, closed file there; it is then synced
/// and renamed. The path is removed if `write` throws.
void replaceFile(const std::filesystem::path& file,
                 const std::function<void(const std::filesystem::path&)>& write);

/// 64-bit FNV-1a over size and up to 64 evenly spaced blocks of the file, as 16 hex digits: tells
/// two data files apart in milliseconds, whatever their size; no protection against intent.
std::string quickChecksum(const std::filesystem::path& file);

}  // namespace shearbench
