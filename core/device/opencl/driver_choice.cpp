// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/device/opencl/driver_choice.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <tuple>

#include "core/cache_folder.h"
#include "core/device/opencl/driver_probe.h"
#include "core/device/opencl/watchdog.h"

namespace shearbench::device::opencl {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::milliseconds kLongest = std::chrono::seconds(30);
constexpr std::int64_t kDay = 86400;  // seconds
constexpr std::uint64_t kLargestRecord = 1 << 20;
constexpr char kVendors[] = "OCL_ICD_VENDORS", kFiles[] = "OCL_ICD_FILENAMES",
               kOldVendors[] = "OPENCL_VENDOR_PATH";

std::string variable(const char* name) {
    const char* value = ::getenv(name);
    return value ? value : "";
}

/// What the loader reads: a file of its folder, the one file in place of the folder, or one of the
/// files named besides.
struct Driver {
    enum class Place { folder, instead, besides };
    Place place;
    std::string file;

    std::string name() const { return fs::path(file).filename().string(); }
};

/// As both loaders in use (ocl-icd, Khronos) find them.
std::vector<Driver> drivers() {
    std::vector<Driver> found;
    std::string vendors = variable(kVendors);
    if (vendors.empty())
        vendors = variable(kOldVendors);
    if (vendors.empty())
        vendors = "/etc/OpenCL/vendors";
    std::error_code none;
    if (fs::is_directory(vendors, none)) {
        for (const auto& entry : fs::directory_iterator(vendors, none))
            if (entry.path().extension() == ".icd")
                found.push_back({Driver::Place::folder, entry.path().string()});
    } else if (!variable(kVendors).empty()) {
        found.push_back({Driver::Place::instead, vendors});
    }
    const std::string files = variable(kFiles);
    for (std::size_t at = 0; at < files.size();) {
        const std::size_t end = std::min(files.find(':', at), files.size());
        if (end > at)
            found.push_back({Driver::Place::besides, files.substr(at, end - at)});
        at = end + 1;
    }
    std::sort(found.begin(), found.end(), [](const Driver& a, const Driver& b) {
        return std::tie(a.place, a.file) < std::tie(b.place, b.file);
    });
    return found;
}

/// What makes the loader find `chosen` alone.
struct Selection {
    std::unique_ptr<VendorFolder> vendors;
    Environment environment;

    explicit Selection(const std::vector<Driver>& chosen) {
        std::vector<fs::path> inFolder;
        std::string instead, besides;
        for (const Driver& driver : chosen) {
            if (driver.place == Driver::Place::folder)
                inFolder.emplace_back(driver.file);
            else if (driver.place == Driver::Place::instead)
                instead = driver.file;
            else
                besides += (besides.empty() ? "" : ":") + driver.file;
        }
        vendors = std::make_unique<VendorFolder>(inFolder);
        environment = {{kVendors, instead.empty() ? vendors->path().string() : instead},
                       {kFiles, besides},
                       {kOldVendors, ""}};
    }
};

/// "2048 1700000000 /usr/lib/libpocl.so.2": a file as it is now.
std::string stampOf(const std::string& file) {
    std::error_code none;
    const auto size = fs::file_size(file, none);
    const auto time = fs::last_write_time(file, none).time_since_epoch().count();
    return fmt::format("{} {} {}", none ? 0 : size, none ? 0 : time, file);
}

/// Everything that a choice holds for, besides the libraries.
std::string keyOf(const std::vector<Driver>& drivers) {
    std::string key = "shearbench drivers 1\n" + fmt::format("build {}\n", programStamp());
    for (const char* name : {kVendors, kFiles, kOldVendors, "SHEARBENCH_OPENCL", "LD_LIBRARY_PATH"})
        key += fmt::format("{} {}\n", name, variable(name));
    std::string start;  // of the machine, after which its kernel's drivers may be others
    std::ifstream("/proc/sys/kernel/random/boot_id") >> start;
    key += "start " + start + '\n';
    std::error_code none;
    key += fmt::format("sys {}\n", fs::exists("/sys/devices", none));
    for (const Driver& driver : drivers)
        key += fmt::format("driver {}: {}\n", stampOf(driver.file), kept(driver.file, 4096));
    return key;
}

fs::path recordOf(const std::string& key) {
    const fs::path folder = cacheFolder();
    return folder.empty() ? folder : folder / "drivers" / fmt::format("{:016x}.txt", hashOf(key));
}

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::seconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

/// What the probes found: the reason why a driver is left out, empty where it is not; one further
/// where the loader itself is at fault.
struct Found {
    std::vector<std::string> failures;
    std::vector<std::string> libraries;
    bool probed = true;  ///< false: no process could be started to look

    bool allGood() const {
        return std::all_of(failures.begin(), failures.end(),
                           [](const std::string& failure) { return failure.empty(); });
    }
};

std::string recordText(const std::string& key, const Found& found) {
    std::string text = key + fmt::format("at {}\n", now());
    for (const std::string& failure : found.failures)
        text += "failure " + failure + '\n';
    for (const std::string& library : found.libraries)
        text += "library " + stampOf(library) + '\n';
    return text + "end\n";
}

/// Nothing where there is none, it is damaged or it no longer holds.
std::optional<Found> readRecord(const std::string& key, const fs::path& file, std::size_t count) {
    const std::string text = file.empty() ? std::string() : kept(file, kLargestRecord);
    if (!text.starts_with(key))
        return std::nullopt;
    Found found;
    std::int64_t at = 0;
    std::string_view rest = std::string_view(text).substr(key.size());
    for (std::size_t end = 0; (end = rest.find('\n')) != rest.npos; rest.remove_prefix(end + 1)) {
        const std::string_view line = rest.substr(0, end);
        const std::string_view word = line.substr(0, line.find(' '));
        const std::string value(line.substr(std::min(word.size() + 1, line.size())));
        if (word == "end") {
            const bool old = now() < at || now() - at > kDay;
            const bool holds = found.failures.size() == count && (found.allGood() || !old);
            return holds ? std::optional(found) : std::nullopt;
        }
        if (word == "at") {
            std::from_chars(value.data(), value.data() + value.size(), at);
        } else if (word == "failure") {
            found.failures.push_back(value);
        } else if (word == "library") {
            // "size time path": only the path tells which.
            const std::size_t space = value.find(' ', value.find(' ') + 1);
            if (space == value.npos || stampOf(value.substr(space + 1)) != value)
                return std::nullopt;
        }
    }
    return std::nullopt;
}

/// The whole at once, and where that does not come back, one driver more at a time.
Found look(const std::vector<Driver>& drivers) {
    const std::chrono::milliseconds wish = driverPatience();
    const auto patience = wish.count() ? std::min(wish, kLongest) : kLongest;
    Found found;
    found.failures.resize(drivers.size() + 1);
    Probe probe = probeDrivers({}, patience);
    found.libraries = probe.libraries;
    found.probed = probe.answered || !probe.failure.empty();
    if (probe.failure.empty())
        return found;
    if (drivers.size() == 1) {
        found.failures.front() = probe.failure;
        return found;
    }
    probe = probeDrivers(Selection({}).environment, patience);
    found.failures.back() = probe.failure;
    std::vector<Driver> good;
    for (std::size_t i = 0; i < drivers.size() && found.failures.back().empty(); ++i) {
        good.push_back(drivers[i]);
        probe = probeDrivers(Selection(good).environment, patience);
        found.failures[i] = probe.failure;
        if (!probe.failure.empty()) {
            good.pop_back();
        } else {
            // What could not be tried now is to be tried again.
            found.probed = found.probed && probe.answered;
            found.libraries = probe.libraries;
        }
    }
    return found;
}

Found lookOrRead(const std::vector<Driver>& drivers) {
    const std::string key = keyOf(drivers);
    const fs::path record = recordOf(key);
    if (const auto known = readRecord(key, record, drivers.size() + 1))
        return *known;
    Found found = look(drivers);
    if (found.probed && !record.empty())
        keep(record, recordText(key, found));
    return found;
}

AbsentDevice leftOut(const std::string& name, const std::string& what, const std::string& failure) {
    return {name, fmt::format("{} {}, so it was left out.", what, failure),
            "Repair or remove it; shearbench-cli devices --retest tries it again."};
}

}  // namespace

VendorFolder::VendorFolder(const std::vector<fs::path>& files) {
    std::string pattern = (fs::temp_directory_path() / "shearbench-drivers-XXXXXX").string();
    if (!::mkdtemp(pattern.data()))
        throw fs::filesystem_error("mkdtemp", pattern,
                                   std::error_code(errno, std::generic_category()));
    path_ = pattern;
    for (const fs::path& file : files)
        fs::create_symlink(fs::absolute(file), path_ / file.filename());
}

VendorFolder::~VendorFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

DriverChoice chooseDrivers() {
    DriverChoice choice;
    if (variable("SHEARBENCH_OPENCL") == "off") {
        choice.usable = false;
        return choice;
    }
    try {
        const std::vector<Driver> all = drivers();
        const Found found = lookOrRead(all);
        if (found.allGood())
            return choice;
        std::vector<Driver> good;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (found.failures[i].empty())
                good.push_back(all[i]);
            else
                choice.leftOut.push_back(leftOut(
                    all[i].name(), "The OpenCL driver " + all[i].name(), found.failures[i]));
        }
        if (!found.failures.back().empty())
            choice.leftOut.push_back(leftOut("OpenCL", "The OpenCL loader", found.failures.back()));
        choice.usable = !good.empty() && found.failures.back().empty();
        if (!choice.usable)
            return choice;
        Selection selection(good);
        for (const auto& [name, value] : selection.environment)
            value.empty() ? ::unsetenv(name.c_str()) : ::setenv(name.c_str(), value.c_str(), 1);
        choice.vendors = std::move(selection.vendors);
    } catch (const std::exception& error) {
        choice.usable = false;
        choice.leftOut.push_back(
            {"OpenCL", fmt::format("OpenCL's drivers could not be looked for: {}.", error.what()),
             "Make room in the folder for temporary files, or let it be written to."});
    }
    return choice;
}

void forgetDriverChoice() {
    std::error_code ignored;
    if (const fs::path record = recordOf(keyOf(drivers())); !record.empty())
        fs::remove(record, ignored);
}

}  // namespace shearbench::device::opencl
