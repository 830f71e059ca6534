// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

#include "core/device/opencl/handle.h"
#include "core/device/opencl/hardware.h"

namespace shearbench::device::opencl {

/// The compiled binary of one program in a file of its own under cacheFolder()/opencl, named by a
/// hash of everything it depends on: text, options, device, driver and platform. The file repeats
/// all of that and carries a checksum; one that is damaged, foreign or refused by the driver counts
/// as none. Not used with drivers that keep such a cache themselves: NVIDIA's, and PoCL's, which
/// would compile every kernel of a program once more to give its binary. Errors of the file system
/// are no errors here.
class ProgramCache {
  public:
    ProgramCache(const Api& api, const Hardware& hardware, const std::string& text,
                 std::string options);

    /// Built and ready; null if the cache does not hold it.
    ProgramHandle load(cl_context context) const;
    void store(cl_program program) const;

    const std::filesystem::path& file() const { return file_; }  ///< empty: not cached

  private:
    const Api& api_;
    cl_device_id device_;
    std::string options_, key_;
    std::filesystem::path file_;
};

}  // namespace shearbench::device::opencl
