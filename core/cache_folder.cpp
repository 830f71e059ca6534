// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache_folder.h"

#include <cstdlib>
#include <exception>
#include <system_error>

#include "core/files.h"
#include "core/version.h"

namespace shearbench {

namespace fs = std::filesystem;

fs::path cacheFolder() {
    const char* cache = std::getenv("XDG_CACHE_HOME");
    if (cache && *cache == '/')
        return fs::path(cache) / "shearbench";
    const char* home = std::getenv("HOME");
    if (home && *home == '/')
        return fs::path(home) / ".cache" / "shearbench";
    return {};
}

std::string programStamp() {
    static const std::string stamp = [] {
        try {
            return quickChecksum("/proc/self/exe");
        } catch (const std::exception&) {
            return std::string(kVersion);
        }
    }();
    return stamp;
}

std::uint64_t hashOf(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (unsigned char c : text)
        hash = (hash ^ c) * 0x100000001b3;
    return hash;
}

bool keep(const fs::path& file, std::string_view text) noexcept {
    try {
        std::error_code error;
        fs::create_directories(file.parent_path(), error);
        writeText(file, text);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

std::string kept(const fs::path& file, std::uint64_t maximumBytes) noexcept {
    try {
        return readText(file, maximumBytes);
    } catch (const std::exception&) {
        return {};
    }
}

}  // namespace shearbench
