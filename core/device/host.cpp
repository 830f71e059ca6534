// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/host.h"

#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <vector>

#include "core/error.h"
#include "core/words.h"

namespace shearbench::device {

namespace {

/// More only get in each other's way.
constexpr int kThreadsPerCore = 4, kLeastBound = 16;

std::string readText(const std::string& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

template <class Number>
std::optional<Number> readNumber(std::string_view text) {
    Number value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data())
        return std::nullopt;
    return value;
}

/// The value behind the first line that starts with `key`, as in "model name\t: AMD EPYC".
std::string_view field(std::string_view text, std::string_view key) {
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !line.starts_with(key) ||
            line.find_first_not_of(" \t", key.size()) != colon)
            continue;
        const std::size_t start = line.find_first_not_of(" \t", colon + 1);
        return start == std::string_view::npos ? std::string_view() : line.substr(start);
    }
    return {};
}

bool hasWord(std::string_view words, std::string_view word) {
    for (std::size_t at = words.find(word); at != std::string_view::npos;
         at = words.find(word, at + 1)) {
        const std::size_t end = at + word.size();
        if ((at == 0 || words[at - 1] == ' ') && (end == words.size() || words[end] == ' '))
            return true;
    }
    return false;
}

std::string widestExtension(std::string_view flags) {
    if (hasWord(flags, "avx512f"))
        return "AVX-512";
    if (hasWord(flags, "avx2"))
        return hasWord(flags, "fma") ? "AVX2 + FMA" : "AVX2";
    if (hasWord(flags, "avx"))
        return "AVX";
    if (hasWord(flags, "sse2"))
        return "SSE2";
    if (hasWord(flags, "sve"))
        return "SVE";
    if (hasWord(flags, "asimd"))
        return "NEON";
    return {};
}

int usableCores() {
    for (int size = 1024; size <= 1024 * 1024; size *= 4) {
        cpu_set_t* set = CPU_ALLOC(size);
        if (!set)
            break;
        const std::size_t bytes = CPU_ALLOC_SIZE(size);
        const bool known = sched_getaffinity(0, bytes, set) == 0;
        const int count = known ? CPU_COUNT_S(bytes, set) : 0;
        CPU_FREE(set);
        if (known)
            return std::max(1, count);
    }
    return std::max(1L, sysconf(_SC_NPROCESSORS_ONLN));
}

std::uint64_t usableMemory() {
    const long pages = sysconf(_SC_PHYS_PAGES), pageSize = sysconf(_SC_PAGE_SIZE);
    std::uint64_t bytes = pages > 0 && pageSize > 0 ? static_cast<std::uint64_t>(pages) *
                                                          static_cast<std::uint64_t>(pageSize)
                                                    : 0;
    for (const char* limitFile :
         {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"})
        if (const auto limit = readNumber<std::uint64_t>(readText(limitFile)); limit && *limit > 0)
            bytes = bytes ? std::min(bytes, *limit) : *limit;
    return bytes;
}

std::optional<double> packagePowerLimit() {
    std::optional<double> watts;
    for (int package = 0;; ++package) {
        const auto microwatts = readNumber<std::uint64_t>(readText(
            fmt::format("/sys/class/powercap/intel-rapl:{}/constraint_0_power_limit_uw", package)));
        if (!microwatts)
            return watts;
        watts = watts.value_or(0) + static_cast<double>(*microwatts) * 1e-6;
    }
}

Host readHost() {
    Host found = parseCpuInfo(readText("/proc/cpuinfo"));
    found.cores = usableCores();
    found.memoryBytes = usableMemory();
    found.powerLimitWatts = packagePowerLimit();
    if (const auto kilohertz = readNumber<std::uint64_t>(
            readText("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq")))
        found.clockMHz = static_cast<double>(*kilohertz) * 1e-3;
    return found;
}

}  // namespace

Host parseCpuInfo(std::string_view text) {
    Host found;
    found.processor = field(text, "model name");
    if (found.processor.empty())
        found.processor = "processor";
    const std::string_view vendor = field(text, "vendor_id");
    found.vendor = vendor == "GenuineIntel"   ? "Intel"
                   : vendor == "AuthenticAMD" ? "AMD"
                                              : std::string(vendor);
    const std::string_view flags = field(text, "flags");
    found.instructionSet = widestExtension(flags.empty() ? field(text, "Features") : flags);
    found.clockMHz = readNumber<double>(field(text, "cpu MHz")).value_or(0);
    return found;
}

const Host& host() {
    static const Host found = readHost();
    return found;
}

int threadCount(int requested) {
    const int most = std::max(kLeastBound, kThreadsPerCore * host().cores);
    if (requested < 0 || requested > most)
        throw Error(ErrorKind::usage,
                    fmt::format("{} threads were asked for; 0 (one a core) to {} are possible.",
                                requested, most),
                    fmt::format("This machine has {} to use.", counted(host().cores, "core")));
    return requested ? requested : host().cores;
}

}  // namespace shearbench::device
