// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/memory.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <limits>
#include <optional>
#include <string>

namespace shearbench {
namespace {

constexpr std::uint64_t kUnknown = std::numeric_limits<std::uint64_t>::max();

std::optional<std::uint64_t> numberIn(const std::string& text) {
    const std::size_t start = text.find_first_of("0123456789");
    std::uint64_t number = 0;
    if (start == std::string::npos ||
        std::from_chars(text.data() + start, text.data() + text.size(), number).ec != std::errc())
        return std::nullopt;
    return number;
}

/// The number on the line of `file` that starts with `field`; of the first line for "".
std::optional<std::uint64_t> numberIn(const char* file, const std::string& field) {
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);)
        if (line.starts_with(field))
            return numberIn(line);
    return std::nullopt;
}

std::uint64_t leftOf(std::uint64_t limit, std::uint64_t used) {
    return limit > used ? limit - used : 0;
}

std::uint64_t addressSpaceLeft() {
    rlimit limit{};
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return kUnknown;
    const auto pages = numberIn("/proc/self/statm", "");
    const long pageSize = sysconf(_SC_PAGESIZE);
    return leftOf(limit.rlim_cur,
                  pages.value_or(0) * static_cast<std::uint64_t>(std::max(pageSize, 1L)));
}

/// Of the whole container, as programs see it there. Pages of files count as used there, though the
/// kernel gives them back when asked.
std::uint64_t controlGroupLeft() {
    const auto limit = numberIn("/sys/fs/cgroup/memory.max", "");
    const auto used = numberIn("/sys/fs/cgroup/memory.current", "");
    if (!limit || !used)
        return kUnknown;
    const auto files = numberIn("/sys/fs/cgroup/memory.stat", "inactive_file ");
    return leftOf(*limit, leftOf(*used, files.value_or(0)));
}

}  // namespace

std::uint64_t freeMemory() {
    const auto kibibytes = numberIn("/proc/meminfo", "MemAvailable:");
    const std::uint64_t left = std::min(
        {kibibytes ? *kibibytes * 1024 : kUnknown, addressSpaceLeft(), controlGroupLeft()});
    return left == kUnknown ? 0 : left;
}

}  // namespace shearbench
