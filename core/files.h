// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

// Files that are never half written. All throw Error(data) naming file and cause.

namespace shearbench {

/// The whole file; refuses one of more than `maximumBytes`, folders and pipes.
std::string readText(const std::filesystem::path& file,
                     std::uint64_t maximumBytes = std::uint64_t{64} << 20);

/// Writes beside `file`, syncs, renames over it; on failure `file` is as it was.
void writeText(const std::filesystem::path& file, std::string_view text);

/// Throws unless `file` is there and a regular file or a folder: a pipe would be waited for without
/// end.
void requireFile(const std::filesystem::path& file);

/// Throws unless nothing stands at `file`, links followed, or a regular file: folders, pipes,
/// sockets and devices are never replaced.
void requireReplaceable(const std::filesystem::path& file);

/// `write` gets the path of a new file beside `file` and must leave a whole, closed file there; it
/// is then synced and renamed, and the folder synced. It is removed if anything throws, and where
/// the program was killed, by the next writer of `file`. A link is followed: what it points to is
/// replaced. Writers of one file do not disturb each other; the last to end wins. Throws as
/// requireReplaceable() does.
void replaceFile(const std::filesystem::path& file,
                 const std::function<void(const std::filesystem::path&)>& write);

/// Holds `file`, made if absent, for one writer, within this program and among programs; released
/// when it goes, also by the system when the program is killed.
class FileLock {
  public:
    /// Throws Error(run) when somebody else holds it.
    explicit FileLock(const std::filesystem::path& file);
    ~FileLock();
    FileLock(const FileLock&) = delete;
    FileLock& operator=(const FileLock&) = delete;

  private:
    int descriptor_;
};

/// Adds `line` and a newline, in the system's hands on return; a piece of a line that an
/// interrupted program left at the end is closed first, so that it spoils nothing.
void appendLine(const std::filesystem::path& file, std::string_view line);

/// 64-bit FNV-1a over size and up to 64 evenly spaced blocks of the file, as 16 hex digits: tells
/// two data files apart in milliseconds, whatever their size; no protection against intent.
std::string quickChecksum(const std::filesystem::path& file);

}  // namespace shearbench
