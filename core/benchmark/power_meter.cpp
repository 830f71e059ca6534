// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/benchmark/power_meter.h"

#include <dlfcn.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "core/device/host.h"

namespace shearbench::benchmark {
namespace {

namespace fs = std::filesystem;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::string firstLine(const fs::path& file) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    return line;
}

std::optional<std::uint64_t> readCounter(const fs::path& file) {
    const std::string line = firstLine(file);
    std::uint64_t value = 0;
    const auto [end, problem] = std::from_chars(line.data(), line.data() + line.size(), value);
    return problem == std::errc() && end != line.data() ? std::optional(value) : std::nullopt;
}

class RaplMeter final : public PowerMeter {
  public:
    explicit RaplMeter(const fs::path& powercap) {
        std::error_code ignored;
        for (const fs::directory_entry& entry : fs::directory_iterator(powercap, ignored)) {
            // Domains within a package are part of its count.
            if (!firstLine(entry.path() / "name").starts_with("package-"))
                continue;
            const auto start = readCounter(entry.path() / "energy_uj");
            const auto range = readCounter(entry.path() / "max_energy_range_uj");
            if (start && range && *range > 0)
                packages_.push_back({entry.path() / "energy_uj", *range, *start});
            else
                readable_ = false;
        }
    }

    bool usable() const { return readable_ && !packages_.empty(); }
    EnergySource source() const override { return EnergySource::rapl; }

    double joules() override {
        for (Package& package : packages_) {
            const auto now = readCounter(package.file);
            if (!now)
                return kUnknown;
            const std::uint64_t more =
                *now >= package.last ? *now - package.last : *now + package.range - package.last;
            package.last = *now;
            microjoules_ += static_cast<double>(more);
        }
        return microjoules_ * 1e-6;
    }

  private:
    struct Package {
        fs::path file;
        std::uint64_t range, last;
    };
    std::vector<Package> packages_;
    bool readable_ = true;
    double microjoules_ = 0;
};

/// The few functions of Nvidia's management library that are used, as nvml.h declares them.
class Nvml {
  public:
    using Handle = void*;

    static Nvml* instance() {
        static Nvml library;
        return library.ready_ ? &library : nullptr;
    }

    unsigned count() const {
        unsigned number = 0;
        return getCount_(&number) == 0 ? number : 0;
    }
    std::optional<std::pair<Handle, std::string>> card(unsigned index) const {
        Handle handle = nullptr;
        std::array<char, 128> name{};
        if (getHandle_(index, &handle) != 0 ||
            getName_(handle, name.data(), static_cast<unsigned>(name.size() - 1)) != 0)
            return std::nullopt;
        return std::pair(handle, std::string(name.data()));
    }
    std::optional<unsigned long long> millijoules(Handle handle) const {
        unsigned long long value = 0;
        return getEnergy_(handle, &value) == 0 ? std::optional(value) : std::nullopt;
    }

  private:
    Nvml() {
        library_ = dlopen("libnvidia-ml.so.1", RTLD_NOW | RTLD_LOCAL);
        if (!library_)
            return;
        int (*start)() = nullptr;
        ready_ = find("nvmlInit_v2", start) && find("nvmlDeviceGetCount_v2", getCount_) &&
                 find("nvmlDeviceGetHandleByIndex_v2", getHandle_) &&
                 find("nvmlDeviceGetName", getName_) &&
                 find("nvmlDeviceGetTotalEnergyConsumption", getEnergy_) && start() == 0;
    }

    template <class Function>
    bool find(const char* name, Function& function) {
        function = reinterpret_cast<Function>(dlsym(library_, name));
        return function != nullptr;
    }

    void* library_ = nullptr;  // stays: the driver keeps threads in it
    bool ready_ = false;
    int (*getCount_)(unsigned*) = nullptr;
    int (*getHandle_)(unsigned, Handle*) = nullptr;
    int (*getName_)(Handle, char*, unsigned) = nullptr;
    int (*getEnergy_)(Handle, unsigned long long*) = nullptr;
};

class NvmlMeter final : public PowerMeter {
  public:
    NvmlMeter(const Nvml& library, Nvml::Handle card) : library_(library), card_(card) {}

    EnergySource source() const override { return EnergySource::nvml; }
    double joules() override {
        const auto value = library_.millijoules(card_);
        return value ? static_cast<double>(*value) * 1e-3 : kUnknown;
    }

  private:
    const Nvml& library_;
    Nvml::Handle card_;
};

}  // namespace

std::unique_ptr<PowerMeter> makeRaplMeter(const fs::path& powercap) {
    auto meter = std::make_unique<RaplMeter>(powercap);
    if (!meter->usable())
        return nullptr;
    return meter;
}

std::unique_ptr<PowerMeter> makeNvmlMeter(const std::string& name) {
    const Nvml* const library = Nvml::instance();
    if (!library || name.empty())
        return nullptr;
    std::vector<Nvml::Handle> fitting;
    for (unsigned i = 0; i < library->count(); ++i)
        if (const auto card = library->card(i))
            if (name.find(card->second) != std::string::npos ||
                card->second.find(name) != std::string::npos)
                fitting.push_back(card->first);
    if (fitting.size() != 1 || !library->millijoules(fitting.front()))
        return nullptr;
    return std::make_unique<NvmlMeter>(*library, fitting.front());
}

std::unique_ptr<PowerMeter> findPowerMeter(const device::DeviceInfo& info) {
    const bool onProcessor = info.name.find(device::host().processor) != std::string::npos;
    return onProcessor ? makeRaplMeter() : makeNvmlMeter(info.name);
}

}  // namespace shearbench::benchmark
