// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/device/absent_device.h"

// Which of the machine's drivers the program loads. Looked for in a process of its own first
// (driver_probe.h); where that does not come back, one driver more at a time, and those that broke
// it are left out. What was found is kept under cacheFolder()/drivers for as long as the program,
// the files of the drivers and of all they load, what the environment says of them and the start of
// the machine are the same; where a driver was left out for a day at most. A start of the program
// costs a few dozen looks at files then.

namespace shearbench::device::opencl {

/// Folders in which the loader finds the good drivers alone; gone with it.
class VendorFolder {
  public:
    /// With links to `files`, or nothing in it. Throws std::filesystem::filesystem_error.
    explicit VendorFolder(const std::vector<std::filesystem::path>& files);
    ~VendorFolder();
    VendorFolder(const VendorFolder&) = delete;
    VendorFolder& operator=(const VendorFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

struct DriverChoice {
    std::vector<AbsentDevice> leftOut;  ///< drivers
    bool usable = true;                 ///< false: there is nothing to load, or it must not be
    /// Where drivers are left out: what the loader reads instead, which must stay until it has.
    std::unique_ptr<VendorFolder> vendors;
};

/// Chooses, and where drivers are left out sets the environment so that the loader, which must not
/// have been asked for anything yet, finds the others alone. Throws nothing of its own.
DriverChoice chooseDrivers();

/// Forgets what is kept of the drivers as they are now: the next choice looks anew.
void forgetDriverChoice();

}  // namespace shearbench::device::opencl
