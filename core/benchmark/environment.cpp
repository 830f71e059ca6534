// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/environment.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "core/device/host.h"
#include "core/error.h"

namespace shearbench::benchmark {
namespace {

double seconds(const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

}  // namespace

Machine describeMachine() {
    Machine machine;
    const device::Host& host = device::host();
    machine.host = host.processor;
    machine.cores = host.cores;
    machine.memoryBytes = host.memoryBytes;
    if (utsname name{}; uname(&name) == 0)
        machine.system = fmt::format("{} {}, {}", name.sysname, name.release, name.machine);
    std::ifstream("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") >> machine.governor;
    double load = 0;
    if (getloadavg(&load, 1) == 1)
        machine.loadAverage = std::max(0.0, load);
    return machine;
}

DeviceRecord describeDevice(const device::Device& device, const DeviceSettings& settings,
                            bool measure) {
    const device::DeviceInfo& info = device.info();
    DeviceRecord record;
    record.id = info.id;
    record.name = info.name;
    record.vendor = info.vendor;
    record.backend = info.backend;
    record.instructionSet = info.instructionSet;
    record.computeUnits = info.computeUnits;
    record.clockMHz = info.clockMHz;
    record.memoryBytes = info.memoryBytes;
    record.maxPowerWatts = info.maxPowerWatts;
    record.threads = settings.threads;
    record.memoryCapMB = settings.memoryCapMB;
    if (info.maxPowerWatts)
        record.energy = EnergySource::stated;
    if (!measure)
        return record;
    try {
        const device::DeviceRates rates = device.measure(settings.threads);
        record.gflops = rates.gflops;
        record.gigabytesPerSecond = rates.gigabytesPerSecond;
    } catch (const Error&) {
        // Its points will say what is wrong with it.
    }
    return record;
}

std::string utcNow() {
    const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
}

ForeignLoad::Times ForeignLoad::read() {
    Times times;
    times.wall =
        std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    times.own = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    std::ifstream stream("/proc/stat");
    std::string line, word;
    if (!std::getline(stream, line) || !line.starts_with("cpu "))
        return times;
    std::istringstream fields(line);
    fields >> word;
    // user, nice, system, idle, iowait, irq, softirq, steal
    double busy = 0, value = 0;
    for (int i = 0; i < 8 && fields >> value; ++i)
        busy += i == 3 || i == 4 ? 0 : value;
    times.busy = busy / static_cast<double>(std::max(1L, sysconf(_SC_CLK_TCK)));
    return times;
}

std::optional<double> ForeignLoad::cores() {
    const Times now = read(), before = last_;
    last_ = now;
    const double wall = now.wall - before.wall;
    if (now.busy < 0 || before.busy < 0 || wall < 0.05)
        return std::nullopt;
    return std::max(0.0, (now.busy - before.busy - (now.own - before.own)) / wall);
}

std::string sharedMachineSentence(double cores) {
    constexpr double kWorthTelling = 0.25;
    if (cores < kWorthTelling)
        return {};
    return fmt::format(
        "Other programs kept about {:.1f} processors busy meanwhile; the times are those of a "
        "machine that is shared.",
        cores);
}

}  // namespace shearbench::benchmark
