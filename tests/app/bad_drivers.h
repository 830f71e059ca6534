// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/support/temporary_folder.h"

namespace shearbench::test {

/// While it lives, programs find the machine's OpenCL drivers, or none, and those that are added
/// (tests/core/device/opencl/bad_driver.cpp).
class BadDrivers {
  public:
    enum class Others { no, yes };

    explicit BadDrivers(Others others = Others::yes) {
        std::error_code none;
        if (others == Others::yes)
            for (const auto& entry :
                 std::filesystem::directory_iterator("/etc/OpenCL/vendors", none))
                std::filesystem::copy(entry.path(), folder_ / entry.path().filename().string());
        ::setenv("OCL_ICD_VENDORS", folder_.path().c_str(), 1);
    }
    ~BadDrivers() { ::unsetenv("OCL_ICD_VENDORS"); }
    BadDrivers(const BadDrivers&) = delete;
    BadDrivers& operator=(const BadDrivers&) = delete;

    /// One that does this: "abort", "hang" or "garbage".
    void add(const std::string& kind) const {
        const std::filesystem::path library =
            std::filesystem::path(SHEARBENCH_BAD_DRIVERS) / ("libbad_driver_" + kind + ".so");
        // What it was before, gone, so that it is another file in any case.
        std::filesystem::remove(folder_ / (kind + ".icd"));
        std::ofstream(folder_ / (kind + ".icd")) << library.string() << '\n';
    }

  private:
    const TemporaryFolder folder_;
};

}  // namespace shearbench::test
